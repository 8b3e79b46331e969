"""The one place where permits (signed go-aheads for what was done with a number) are collected for a trace.

Nothing is collected yet: this installation keeps no permits, and the bundle says so. Whoever adds them fills `permits`
with those in force at the case's moment and sets `on_record`; nothing else of a trace has to change.
"""

from __future__ import annotations

from answerable.tracing.models import TraceCase
from answerable.tracing.shape import Permits


def permits(case: TraceCase) -> Permits:
    """Return the permits on record for a case's number at its moment: none."""
    return Permits(on_record=False, zh="没有许可记录", en="no permit on record", permits=[])
