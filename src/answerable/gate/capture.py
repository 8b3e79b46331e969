"""Copy the signalling of calls to the collector (HEP v3 over UDP): what Kamailio is told, and when.

Only calls that came over a trunk, or from the platform's own caller, and what follows within them: a stranger's flood
reaches no collector. The copy is one datagram that nobody answers; a collector that is away costs the call nothing.
"""

from __future__ import annotations

from answerable.gate.settings import GateSettings

_CONFIG = """loadmodule "siptrace.so"
modparam("siptrace", "trace_on", 1)
modparam("siptrace", "trace_to_database", 0)
modparam("siptrace", "trace_init_mode", 0)
modparam("siptrace", "hep_mode_on", 1)
modparam("siptrace", "hep_version", 3)
modparam("siptrace", "hep_capture_id", 400)
modparam("siptrace", "auth_key", "{key}")
modparam("siptrace", "duplicate_uri", "sip:{where}")
modparam("siptrace", "send_sock_addr", "sip:{address}:{port}")
"""


def lines(settings: GateSettings) -> str:
    """Return the lines of Kamailio's configuration; none without a collector."""
    if not settings.capture:
        return ""
    here = {"address": settings.address, "port": settings.port}
    return _CONFIG.format(key=settings.capture_key(), where=settings.capture, **here)


def transaction() -> None:
    """Copy the message at hand and every other of its transaction. What follows within the call kamailio.cfg copies."""
    import KSR

    KSR.siptrace.sip_trace_mode("t")
