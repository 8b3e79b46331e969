"""Watch a drain that was ordered until the gate has ended, or takes calls again: what `gate drain` and `gate restart` tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from answerable.gate import control, drain, succession
from answerable.gate.health import Health, health
from answerable.gate.settings import GateSettings

ANSWER_SECONDS = 30.0
"""So long a gate that starts may say nothing: it reads its configuration and forks."""
GONE_SECONDS = 10.0
Outcome = Literal["ended", "started", "gone", "taken back", "replaced"]
"""`gone`: it ended where it was to start anew. `replaced`: somebody ordered another drain meanwhile."""


def until_over(settings: GateSettings, ordered: drain.Drain, tell: Callable[[str], None]) -> Outcome:
    """Tell each second how many calls are left, until what was ordered is done or something else came."""
    place, gone_since = settings.run_folder, 0.0
    while True:
        now = drain.read(place)
        if now is None:
            return "started" if succession.started_at(place) > ordered["at"] else "taken back"
        if now["at"] != ordered["at"]:
            return "replaced"
        if succession.is_held(place):
            gone_since = 0.0
            tell(_calls(settings))
        elif ordered["then"] == "end":
            return "ended"
        else:
            gone_since = gone_since or time.monotonic()
            if time.monotonic() - gone_since > GONE_SECONDS:
                return "gone"
        time.sleep(1.0 if gone_since == 0.0 else 0.1)


def until_it_takes_calls(settings: GateSettings, *, seconds: float = ANSWER_SECONDS) -> Health:
    """Ask until the gate takes calls, or its time is up; return its last answer."""
    until = time.monotonic() + seconds
    found = health(settings, timeout_seconds=0.5)
    while not found.takes_calls and time.monotonic() < until:
        time.sleep(0.1)
        found = health(settings, timeout_seconds=0.5)
    return found


def _calls(settings: GateSettings) -> str:
    try:
        return f"{control.calls_in_progress(settings)} calls are in progress."
    except control.NoAnswer:
        return "Kamailio does not answer."
