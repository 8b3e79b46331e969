"""Trace forward: who answered for a number at a moment, and everything that rests on it, as one signed bundle."""
