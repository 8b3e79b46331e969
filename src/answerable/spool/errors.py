"""What can go wrong with the spool. Apart from what is compiled (gate.compiled): a compiled class cannot be an OSError."""

from __future__ import annotations


class SpoolFull(OSError):
    """The record cannot be kept."""

    code = "RECORDER_FULL"


class Torn(ValueError):
    """The bytes here are not a whole record."""

    code = "SPOOL_TORN"
