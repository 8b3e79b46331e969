"""Keep the signalling of calls, message by message, as the gate copies it: HEP v3 in, sealed files by the day, until the law's end."""
