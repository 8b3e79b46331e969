"""Every combination of what a verdict rests on: 829,440 of them, each held against the promise in the law's own words."""

from __future__ import annotations

from itertools import product
from typing import Any

from answerable.gate.decide import Call, Connect, Refuse, decide
from answerable.gate.refusals import REFUSALS

from .test_decide import DAY, GOOD, LINE, NOW, must_connect

LAPSED, BACK = LINE | {"proven_until": NOW}, LINE | {"uri": "sip:4006000000@h"}
CALLS = [
    Call(source, callers, is_recordable, "13800138000")
    for source, callers, is_recordable in product(
        ("trunk", "caller", "unknown"), (("<sip:13800138000@c>",), ("<sip:+864008000000@c>",)), (True, False)
    )
]
RECORDS: dict[str, tuple[Any, ...]] = {
    "business_state": ("working", "opening", "suspended", ""),
    "network_state": ("activated", "loaded", "deactivated"),
    "owner": ("91110108MA01ABCD2X", ""),
    "verified_until": (NOW + 1, NOW),
    "paid_until": (NOW + 1, NOW),
    "stop": (None, "fraud_report"),
    "hours": (None, [[2, 0, 1440]], [[3, 0, 1440]]),
    "limited_hours": (None, [[2, 0, 600]]),
    "callers": (
        {"refuse": [], "accept": None},
        {"refuse": ["138"], "accept": None},
        {"refuse": [], "accept": ["0755"]},
    ),
    "destinations": ([], [LAPSED], [BACK], [LINE], [LAPSED, LINE, BACK]),
}


def test_no_combination_connects_that_should_not() -> None:
    connected = 0
    for values in product(*RECORDS.values()):
        kept: Any = GOOD | dict(zip(RECORDS, values, strict=True))
        for call, beat, stopped in product(CALLS, (NOW, NOW - DAY - 1), (False, True)):
            found = decide(kept, call, NOW, beat, stopped)
            if not must_connect(kept, call, beat, stopped):
                assert isinstance(found, Refuse), (values, call, beat, stopped)
                assert REFUSALS[found.refusal.code] is found.refusal
                continue
            assert isinstance(found, Connect), (values, call, beat, stopped, found)
            assert found.destinations == (LINE,)
            connected += 1
    # A working number: one state of each but 2 networks, 2 hours, 2 line sets; an opening one at any hour, from any caller.
    assert connected == 2 * 2 * 2 + 2 * (3 * 2 * 3) * 2
