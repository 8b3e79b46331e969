"""One call is one row, the same in any order of arrival."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.calls.fold import fold


def call(*events, **shared):
    """Make the gate's records of one call: (kind, second, fields)."""
    base = {"number": "4008001357", "owner": "X", "caller": "13800138000", "trunk": "bj", "epoch": 7} | shared
    return [
        base | {"kind": kind, "at": 1_000.0 + second, "sequence": index} | fields
        for index, (kind, second, fields) in enumerate(events)
    ]


ANSWERED = call(
    ("invite", 0, {"line": "02161234567"}),
    ("ringing", 1, {"line": "02161234567"}),
    ("answered", 4, {"line": "02161234567"}),
    ("ended", 64, {"by": "caller", "sip": 200}),
)
OVERFLOWED = call(
    ("invite", 0, {"line": "02161234567"}), ("attempt_failed", 2, {"line": "02161234567", "sip": 486}), ("invite", 2.001, {"line": "02161234568"}),
    ("ringing", 3, {"line": "02161234568"}), ("answered", 5, {"line": "02161234568"}), ("ended", 9, {"by": "callee"}),
)  # fmt: skip
MISSED = call(
    ("invite", 0, {"line": "02161234567"}),
    ("ringing", 1, {}),
    ("refused", 26, {"code": "NO_ANSWER", "sip": 480, "cause": 19}),
)
REFUSED = call(("refused", 0, {"code": "NOT_VERIFIED", "sip": 403, "cause": 21}))
ABANDONED = call(("invite", 0, {"line": "02161234567"}), ("ringing", 1, {}), ("cancelled", 3, {"sip": 487}))


def second(row, name):
    return (row[name] - dt.datetime.fromtimestamp(1_000, dt.UTC)).total_seconds() if row[name] else None


@pytest.mark.parametrize(
    ("records", "status", "line", "seconds"),
    [
        (ANSWERED, "answered", "02161234567", (0, 1, 4, 64)), (OVERFLOWED, "answered", "02161234568", (0, 3, 5, 9)),
        (MISSED, "missed", "02161234567", (0, 1, None, 26)), (REFUSED, "refused", "", (0, None, None, 0)), (ABANDONED, "abandoned", "02161234567", (0, 1, None, 3)),
        (ANSWERED[:3], "in_progress", "02161234567", (0, 1, 4, None)), (ANSWERED[:1], "in_progress", "02161234567", (0, None, None, None)),
    ],
    ids=["answered", "overflowed", "missed", "refused", "abandoned", "talking", "begun"],
)  # fmt: skip
def test_call_is_told_by_its_records(records, status, line, seconds):
    row = fold(records)
    assert (row["end_status"], row["line"]) == (status, line)
    assert tuple(second(row, f"{name}_at") for name in ("started", "ringing", "answered", "ended")) == seconds


def test_refusal_keeps_its_code_status_and_cause():
    row = fold(REFUSED)
    assert (row["refusal"], row["sip_status"], row["cause"], row["epoch"], row["source"]) == (
        "NOT_VERIFIED",
        403,
        21,
        7,
        "bj",
    )


def test_lost_answer_shows_as_an_end_without_one():
    row = fold([ANSWERED[0], ANSWERED[3]])
    assert (row["end_status"], row["answered_at"], second(row, "ended_at")) == ("answered", None, 64)


def test_stages_are_in_the_order_of_time():
    row = fold(list(reversed(OVERFLOWED)))
    assert [s["kind"] for s in row["stages"]] == ["invite", "attempt_failed", "invite", "ringing", "answered", "ended"]


@given(st.sampled_from([ANSWERED, OVERFLOWED, MISSED, REFUSED, ABANDONED]), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_row(records, dice: random.Random):
    shuffled = list(records)
    dice.shuffle(shuffled)
    assert fold(shuffled) == fold(records)


def stepped(step, at_second):
    """Shift the gate's clock by `step` from one second of the call on; `up` runs on."""
    shifted = []
    for record in ANSWERED:
        up = record["at"] - 1_000.0
        shifted.append(record | {"up": 500.0 + up, "boot": "b1", "at": record["at"] + (step if up >= at_second else 0)})
    return shifted


@pytest.mark.parametrize("step", [-3600, -1.5, 1.5, 3600])
@pytest.mark.parametrize("at_second", [1, 4, 64])
def test_clock_step_in_a_call_changes_neither_order_nor_length(step, at_second):
    row = fold(random.sample(stepped(step, at_second), 4))
    assert [stage["kind"] for stage in row["stages"]] == ["invite", "ringing", "answered", "ended"]
    times = [row[name].timestamp() - 1_000 for name in ("started_at", "ringing_at", "answered_at", "ended_at")]
    assert times == pytest.approx([0, 1, 4, 64])


def test_end_written_after_a_reboot_comes_last_though_the_host_counts_from_zero_again():
    records = stepped(0, 99)
    row = fold([*records[:3], records[3] | {"boot": "b2", "up": 12.0, "at": 1_090.0}])
    assert (row["end_status"], (row["ended_at"] - row["answered_at"]).total_seconds()) == ("answered", 86)
