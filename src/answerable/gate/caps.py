"""Count what may be limited, and who dials which line, in memory that all workers share.

Only gate.kemi and gate.verdict import this. Counters are Kamailio's hash tables (atomic); dialog profiles dead-lock
under load in this version.
"""

from __future__ import annotations

import KSR

from answerable.gate.callers import ANONYMOUS
from answerable.gate.decide import Limits, Load
from answerable.snapshot.records import NumberRecord

CALLS, SECONDS, MINUTES, LINES = "calls", "seconds", "minutes", "lines"
ANSWER_SECONDS = 5


def load_of(record: NumberRecord, trunk: str, caller: str, now: float, limits: Limits) -> Load:
    """Count this call in where there is a limit, and return what it makes. `caller` as gate.callers folds it."""
    number, second = record["number"], int(now)
    return Load(
        number_calls=_inc(CALLS, number) if record.get("most_calls") else 1,
        number_second=_inc(SECONDS, f"n{number}{second}") if limits.number_a_second else 1,
        trunk_second=_inc(SECONDS, f"t{trunk}{second}") if limits.trunk_a_second else 1,
        caller_minute=_inc(MINUTES, f"{caller} {second // 60}")
        if limits.caller_a_minute and caller != ANONYMOUS
        else 1,
    )


def give_back(number: str) -> None:
    """Count one call of a number less: one that was counted and then refused."""
    KSR.htable.sht_dec(CALLS, number)


def lock(line: str, call: str, seconds: int) -> bool:
    """Take a line for as long as it is dialled; say whether nobody else has it. It ends by itself after `seconds`."""
    KSR.cfgutils.lock(line)
    try:
        if KSR.htable.sht_get(LINES, line) not in (None, call):
            return False
        KSR.htable.sht_sets(LINES, line, call)
        KSR.htable.sht_setex(LINES, line, seconds + ANSWER_SECONDS)
        return True
    finally:
        KSR.cfgutils.unlock(line)


def unlock(line: str, call: str) -> None:
    """Let a line go, if this call has it."""
    if KSR.htable.sht_get(LINES, line) == call:
        KSR.htable.sht_rm(LINES, line)


def _inc(table: str, key: str) -> int:
    return int(KSR.htable.sht_inc(table, key))
