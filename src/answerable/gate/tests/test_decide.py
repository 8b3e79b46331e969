"""The promise, stated a second time and independently, against every input that can be made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.gate.callers import caller_of
from answerable.gate.decide import Call, Connect, Limits, Load, Refuse, decide, decide_load, decide_probe, is_open
from answerable.gate.refusals import REFUSALS
from answerable.snapshot.records import NumberRecord

NOW = 1_795_000_000  # Wednesday 18 November 2026, 19:06:40 in Shanghai
DAY = 24 * 3600
LINE = {"line": "01062345678", "uri": "sip:01062345678@127.0.0.1:5461", "proven_until": NOW + 9, "ring_seconds": 20}
GOOD: dict[str, Any] = {
    "v": 1,
    "number": "4008123456",
    "owner": "91110108MA01ABCD2X",
    "business_state": "working",
    "network_state": "activated",
    "verified_until": NOW + 9,
    "paid_until": NOW + 9,
    "stop": None,
    "hours": None,
    "limited_hours": None,
    "closed_dates": [],
    "open_dates": [],
    "destinations": [LINE],
    "overflow": {"busy": True, "no_answer": True},
}
TRUNK = Call("trunk", ("<sip:13800138000@carrier.example>;tag=1",))
OWN = Call("caller", ("<sip:caller@gate>;tag=1",))


def record(**changes: Any) -> NumberRecord:
    return GOOD | changes  # type: ignore[return-value]


def verdict(
    kept: NumberRecord | None, call: Call = TRUNK, now: float = NOW, beat: float | None = NOW, stopped: bool = False
) -> str:
    found = decide(kept, call, now, beat, stopped)
    return "connect" if isinstance(found, Connect) else found.refusal.code


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("connect", {}),
        ("connect", {"network_state": "loaded"}),
        ("STOPPED", {"stop": "fraud_report"}),
        ("STOPPED", {"stop": ""}),
        ("NOT_IN_SERVICE", {"business_state": "closed"}),
        ("NOT_IN_SERVICE", {"business_state": "WORKING"}),
        ("NOT_YET_OPEN", {"business_state": "opening"}),
        ("NETWORK_NOT_ACTIVE", {"network_state": "none"}),
        ("NOT_VERIFIED", {"verified_until": 0}),
        ("NOT_VERIFIED", {"verified_until": NOW}),
        ("NOT_VERIFIED", {"owner": ""}),
        ("UNPAID", {"paid_until": NOW}),
        ("CLOSED_HOURS", {"hours": []}),
        ("LIMITED", {"limited_hours": []}),
        ("LIMITED", {"limited_hours": [[2, 0, 600]]}),
        ("connect", {"limited_hours": [[2, 0, 1440]]}),
        ("NO_ROUTE", {"destinations": []}),
        ("DESTINATION_NOT_PROVEN", {"destinations": [LINE | {"proven_until": NOW}]}),
        ("NO_ROUTE", {"destinations": [LINE | {"uri": "sip:+864008123457@127.0.0.1"}]}),
        ("NO_ROUTE", {"destinations": [LINE | {"uri": "tel:01062345678"}]}),
    ],
)
def test_each_question_has_its_own_answer(expected: str, changes: dict[str, Any]) -> None:
    assert verdict(record(**changes)) == expected


def test_first_question_that_fails_is_the_answer() -> None:
    worst = record(stop="x", business_state="closed", verified_until=0, destinations=[])
    assert verdict(worst, Call("unknown"), beat=None) == "SOURCE_UNKNOWN"
    assert verdict(worst, Call("trunk", ("<sip:4008123456@x>",)), beat=None) == "CALLER_IS_400"
    assert verdict(worst, beat=None) == "SNAPSHOT_STALE"
    assert verdict(None, stopped=True) == "NUMBER_UNKNOWN"
    assert verdict(worst, stopped=True) == "STOPPED_AT_GATE"
    assert verdict(worst) == "STOPPED"


def test_call_is_refused_from_the_second_verification_lapses() -> None:
    assert verdict(record(verified_until=NOW + 1), now=NOW + 0.999) == "connect"
    assert verdict(record(verified_until=NOW + 1), now=NOW + 1) == "NOT_VERIFIED"


def test_snapshot_is_stale_after_24_hours_and_not_before() -> None:
    assert verdict(record(), beat=NOW - DAY) == "connect"
    assert verdict(record(), beat=NOW - DAY - 0.001) == "SNAPSHOT_STALE"
    assert verdict(record(), beat=float("nan")) == "SNAPSHOT_STALE"


def test_stop_carries_its_reason() -> None:
    found = decide(record(stop="fraud_report"), TRUNK, NOW, NOW, False)
    assert found == Refuse(REFUSALS["STOPPED"], "fraud_report")


def test_own_caller_reaches_numbers_in_opening_at_any_hour_and_no_others() -> None:
    assert verdict(record(business_state="opening", hours=[], limited_hours=[]), OWN) == "connect"
    assert verdict(record(), OWN) == "NOT_OPENING"
    assert verdict(record(business_state="suspended"), OWN) == "NOT_IN_SERVICE"


def test_only_lines_with_proof_in_force_ring_in_their_order() -> None:
    lapsed = LINE | {"line": "01062345679", "proven_until": NOW - 1}
    second = LINE | {"line": "01062345670"}
    found = decide(record(destinations=[lapsed, LINE, second]), TRUNK, NOW, NOW, False)
    assert isinstance(found, Connect)
    assert (found.destinations, found.is_parallel) == ((LINE, second), False)


def test_draining_gate_sends_trunks_elsewhere_and_tells_strangers_nothing() -> None:
    assert verdict(record(), Call("trunk", is_draining=True)) == "DRAINING"
    assert verdict(None, Call("trunk", is_draining=True)) == "DRAINING"
    assert verdict(record(), Call("unknown", is_draining=True)) == "SOURCE_UNKNOWN"


def test_call_ends_when_what_is_paid_for_ends() -> None:
    assert [
        found.talk_seconds
        for more in ({"paid_until": NOW + 60}, {"talk_seconds": 5}, {"talk_seconds": 99_999_999})
        if isinstance(found := decide(record(**more), TRUNK, NOW, NOW, False), Connect)
    ] == [61, 5, 10]


@pytest.mark.parametrize(
    ("expected", "lists", "caller"),
    [
        ("connect", {"refuse": [], "accept": None}, "13800138000"),
        ("CALLER_BARRED", {"refuse": ["13800138000"], "accept": None}, "13800138000"),
        ("CALLER_BARRED", {"refuse": ["170"], "accept": None}, "17012345678"),
        ("connect", {"refuse": ["0755"], "accept": None}, "01062345678"),
        ("CALLER_BARRED", {"refuse": [], "accept": ["010"]}, "02162345678"),
        ("connect", {"refuse": [], "accept": ["010", "138"]}, "13800138000"),
        ("CALLER_BARRED", {"refuse": ["138"], "accept": ["138"]}, "13800138000"),
        ("CALLER_BARRED", {"refuse": ["anonymous"], "accept": None}, "anonymous"),
        ("CALLER_BARRED", {"refuse": [], "accept": []}, "13800138000"),
    ],
)
def test_lists_hold_a_caller_by_number_prefix_and_area(expected: str, lists: dict[str, Any], caller: str) -> None:
    assert verdict(record(callers=lists), Call("trunk", (), True, caller)) == expected
    assert verdict(record(callers=lists, business_state="opening"), Call("caller", (), True, caller)) == "connect"


@pytest.mark.parametrize(
    ("user", "folded"),
    [
        ("+8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("010-62345678", "01062345678"),
        ("+12025550123", "+12025550123"),
        ("0012025550123", "+12025550123"),
        ("anonymous", "anonymous"),
        ("", "anonymous"),
        ("１３８", "anonymous"),
    ],
)
def test_caller_is_folded_to_the_spelling_of_the_lists(user: str, folded: str) -> None:
    assert caller_of(user) == folded


def test_every_limit_has_its_own_code_and_zero_is_none() -> None:
    kept = record(most_calls=2)
    limits = Limits(trunk_a_second=4, caller_a_minute=5, number_a_second=3)
    full = {"number_calls": 2, "number_second": 3, "trunk_second": 4, "caller_minute": 5}
    assert decide_load(kept, Load(**full), limits) is None
    over = {
        "number_calls": "CAPACITY",
        "number_second": "NUMBER_RATE",
        "trunk_second": "TRUNK_RATE",
        "caller_minute": "CALLER_RATE",
    }
    for name, code in over.items():
        found = decide_load(kept, Load(**full | {name: full[name] + 1}), limits)
        assert found is not None
        assert found.refusal.code == code
    assert decide_load(record(), Load(99, 99, 99, 99), Limits()) is None


def test_call_that_could_not_be_recorded_is_refused_after_all_other_questions() -> None:
    assert verdict(record(), Call("trunk", (), False)) == "RECORDER_FULL"
    assert verdict(record(verified_until=0), Call("trunk", (), False)) == "NOT_VERIFIED"


@pytest.mark.parametrize(
    ("expected", "until", "call", "now", "beat"),
    [
        ("connect", NOW + 1, OWN, NOW, NOW),
        ("NUMBER_UNKNOWN", NOW, OWN, NOW, NOW),
        ("NUMBER_UNKNOWN", None, OWN, NOW, NOW),
        ("NUMBER_UNKNOWN", NOW + 1, TRUNK, NOW, NOW),
        ("SOURCE_UNKNOWN", NOW + 1, Call("unknown"), NOW, NOW),
        ("SNAPSHOT_STALE", NOW + 2 * DAY, OWN, NOW + DAY + 1, NOW),
        ("RECORDER_FULL", NOW + 1, Call("caller", (), False), NOW, NOW),
    ],
)
def test_listed_line_is_for_the_own_caller_until_then(
    expected: str, until: int | None, call: Call, now: float, beat: float
) -> None:
    refused = decide_probe(until, call, now, beat)
    assert (refused.refusal.code if refused else "connect") == expected


def shanghai(day: int, hour: int, minute: int = 0) -> float:
    """November 2026: the 16th is a Monday."""
    return (datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)).timestamp()


@pytest.mark.parametrize(
    ("is_open_then", "when"),
    [
        (False, shanghai(16, 8, 59)),
        (True, shanghai(16, 9)),
        (True, shanghai(16, 17, 59)),
        (False, shanghai(16, 18)),
        (False, shanghai(17, 10)),  # Tuesday is not listed
        (True, shanghai(20, 23, 59)),  # Friday until midnight
        (False, shanghai(21, 0)),
        (False, shanghai(23, 10)),  # a Monday that is closed
        (True, shanghai(22, 10)),  # a Sunday worked as a Monday
        (False, shanghai(22, 20)),
        (False, shanghai(29, 10)),  # closed wins over make-up workday
    ],
)
def test_hours_are_those_of_shanghai(is_open_then: bool, when: float) -> None:
    kept = record(
        hours=[[0, 540, 1080], [4, 1200, 1440]],
        closed_dates=["2026-11-23", "2026-11-29"],
        open_dates=["2026-11-22", "2026-11-29"],
    )
    assert is_open(kept, when) is is_open_then


TIMES = st.sampled_from([0, NOW - DAY - 1, NOW - DAY, NOW - 1, NOW, NOW + 1, NOW + DAY])
LINES = st.builds(
    lambda uri, until: LINE | {"uri": uri, "proven_until": until},
    st.sampled_from(
        ["sip:01062345678@127.0.0.1:5461", "sip:4006000000@h", "sip:+864006000000@h", "tel:1", "", "sip:@h"]
    ),
    TIMES,
)
RECORDS = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "v": st.just(1),
            "number": st.just("4008123456"),
            "owner": st.sampled_from(["91110108MA01ABCD2X", ""]),
            "business_state": st.sampled_from(["working", "opening", "suspended", "closed", "paused", ""]),
            "network_state": st.sampled_from(["activated", "loaded", "deactivated", "unloaded", "deleted", "none"]),
            "verified_until": TIMES,
            "paid_until": TIMES,
            "stop": st.sampled_from([None, "fraud_report", ""]),
            "hours": st.sampled_from([None, [], [[2, 0, 1440]], [[2, 0, 600]], [[3, 0, 1440]]]),
            "limited_hours": st.sampled_from([None, None, [], [[2, 0, 1440]], [[2, 0, 600]]]),
            "closed_dates": st.sampled_from([[], ["2026-11-18"]]),
            "open_dates": st.just([]),
            "destinations": st.lists(LINES, max_size=3),
            "overflow": st.just({"busy": True, "no_answer": True}),
        },
        optional={
            "callers": st.fixed_dictionaries(
                {"refuse": st.sampled_from([[], ["138"]]), "accept": st.sampled_from([None, [], ["138"], ["0755"]])}
            )
        },
    ),
)
CALLS = st.builds(
    Call,
    st.sampled_from(["trunk", "caller", "unknown", "", "TRUNK"]),
    st.lists(st.sampled_from(["<sip:13800138000@c>", "<sip:+864008000000@c>", "<tel:400-800-0000>"]), max_size=2).map(
        tuple
    ),
    st.booleans(),
    st.sampled_from(["13800138000", "anonymous"]),
)


def must_connect(kept: Any, call: Call, beat: float | None, stopped: bool) -> bool:
    """State the promise in the words of the law: every condition must hold, in no particular order."""
    known_and_fresh = kept is not None and beat is not None and beat >= NOW - DAY
    honest = call.source in {"trunk", "caller"} and not any("400" in shown for shown in call.callers)
    if not (known_and_fresh and honest and call.is_recordable) or stopped or kept["stop"] is not None:
        return False
    hours_fit = kept["hours"] in (None, [[2, 0, 1440]]) and not kept["closed_dates"]  # NOW is a Wednesday evening
    hours_fit = hours_fit and kept["limited_hours"] in (None, [[2, 0, 1440]])
    lists = kept.get("callers", {"refuse": [], "accept": None})
    is_mobile = call.caller == "13800138000"
    is_welcome = not (is_mobile and lists["refuse"]) and (
        lists["accept"] is None or (is_mobile and "138" in lists["accept"])
    )
    fits = {("working", "trunk"): hours_fit and is_welcome, ("opening", "caller"): True}
    holder = kept["owner"] != "" and kept["verified_until"] > NOW and kept["paid_until"] > NOW
    lines = [line for line in kept["destinations"] if line["proven_until"] > NOW and "sip:0106" in line["uri"]]
    network = kept["network_state"] in {"activated", "loaded"}
    return fits.get((kept["business_state"], call.source), False) and holder and network and lines != []


@settings(max_examples=1000, deadline=None)
@given(RECORDS, CALLS, st.one_of(st.none(), TIMES), st.booleans())
def test_no_call_is_connected_but_by_the_promise_and_none_is_refused_against_it(
    kept: Any, call: Call, beat: float | None, stopped: bool
) -> None:
    found = decide(kept, call, NOW, beat, stopped)
    assert isinstance(found, Connect) == must_connect(kept, call, beat, stopped)
    if isinstance(found, Connect):
        assert all(line["proven_until"] > NOW for line in found.destinations)


@settings(max_examples=500, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "owner": st.just(""),
            "business_state": st.sampled_from(["opening", "suspended"]),
            "network_state": st.just("deleted"),
            "verified_until": st.just(NOW),
            "paid_until": st.just(0),
            "stop": st.just("fraud_report"),
            "hours": st.just([]),
            "limited_hours": st.just([[2, 0, 600]]),
            "destinations": st.sampled_from([[], [LINE | {"proven_until": 0}]]),
        },
    ),
    st.sampled_from([TRUNK, OWN, Call("unknown"), Call("trunk", ("<sip:4008000000@c>",)), Call("trunk", (), False)]),
    st.sampled_from([None, NOW - DAY - 1, NOW]),
    st.booleans(),
)
def test_good_record_with_a_few_faults_connects_only_without_them(
    faults: dict[str, Any], call: Call, beat: float | None, stopped: bool
) -> None:
    kept = record(**faults)
    found = decide(kept, call, NOW, beat, stopped)
    assert isinstance(found, Connect) == must_connect(kept, call, beat, stopped)
