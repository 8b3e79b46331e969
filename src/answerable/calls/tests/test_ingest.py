"""What the gates wrote is taken over exactly once, and each call's end becomes known."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from django.db import connection

from answerable.calls.actions import LONGEST_CALL, LONGEST_SETUP, close_unknown, ingest
from answerable.calls.models import Call, GateRecord
from answerable.calls.queries import calls_of, gate_stops, totals

pytestmark = pytest.mark.django_db


def record(at, sequence, kind, call="c1", after=0, **fields):
    base = {"host": "g1", "boot": "b1", "process": 7, "number": "4008001357", "caller": "13800138000", "trunk": "bj"}
    return base | {"sequence": sequence, "kind": kind, "call": call, "at": at.timestamp() + after} | fields


@pytest.fixture
def answered(at):
    return [
        record(at, 1, "invite", line="02161234567"), record(at, 2, "ringing", after=1), record(at, 3, "answered", after=3), record(at, 4, "ended", after=63, by="caller")
    ]  # fmt: skip


def rows():
    return list(
        Call.objects.values(
            "host",
            "call",
            "number",
            "end_status",
            "started_at",
            "ringing_at",
            "answered_at",
            "ended_at",
            "line",
            "ended_by",
            "stages",
        )
    )


def test_same_batch_twice_changes_nothing(at, answered):
    ingest(answered, at=at)
    before = rows(), GateRecord.objects.count()
    ingest(answered, at=at)
    assert (rows(), GateRecord.objects.count()) == before
    assert before[1] == 4


def test_records_in_any_order_and_batches_give_the_same_row(at, answered):
    ingest(answered, at=at)
    wanted = rows()
    for number, order in enumerate(list(permutations(answered))[::4], 1):
        for one in order:
            ingest([one | {"host": f"h{number}"}], at=at)
    assert all(row | {"host": "g1"} == wanted[0] for row in rows())
    assert len(rows()) == 7


def test_same_call_id_at_two_hosts_is_two_calls(at, answered):
    ingest(answered + [r | {"host": "g2"} for r in answered], at=at)
    assert Call.objects.count() == 2


def test_end_at_another_host_ends_the_call_of_the_host_that_let_it_through(at, answered):
    ended = record(at, 1, "ended", host="g2", boot="b9", after=70, by="callee")
    ingest([*answered[:3], record(at, 9, "invite", "c2")], at=at)
    ingest([ended], at=at)
    (row,) = Call.objects.filter(call="c1")
    assert (row.host, row.end_status, row.ended_by, len(row.stages)) == ("g1", "answered", "callee", 4)
    assert row.ended_at - row.answered_at == dt.timedelta(seconds=67)
    assert Call.objects.get(call="c2").end_status == "in_progress"


def test_end_at_another_host_that_comes_first_is_no_call_of_its_own_in_the_end(at, answered):
    ingest([record(at, 1, "ended", host="g2", boot="b9", after=70, by="callee")], at=at)
    assert Call.objects.get().host == "g2"
    ingest(answered[:3], at=at)
    assert [(row["host"], row["end_status"]) for row in rows()] == [("g1", "answered")]


def test_end_at_a_third_host_is_that_of_the_call_that_was_answered(at, answered):
    refused = record(at, 1, "refused", host="g3", boot="b3", after=-1, code="DRAINING")
    end = record(at, 1, "ended", host="g2", boot="b9", after=70, by="caller")
    ingest([refused, *answered[:3], end], at=at)
    assert [(row["host"], row["end_status"]) for row in rows()] == [("g1", "answered"), ("g3", "refused")]


def test_sequences_of_another_boot_or_process_are_other_records(at, answered):
    ingest(answered, at=at)
    ingest([record(at, 1, "invite", "c2", boot="b2"), record(at, 1, "invite", "c3", process=8)], at=at)
    assert (GateRecord.objects.count(), Call.objects.count()) == (6, 3)


def test_record_of_no_call_is_kept_and_folds_nothing(at):
    assert ingest([record(at, 1, "gate_stop", call="", by="sun")], at=at) == 0
    assert gate_stops().get().data["by"] == "sun"


def test_call_whose_end_nobody_saw_is_closed_once_it_could_not_be_up_any_more(at, answered):
    ingest(answered[:3], at=at)
    answered_at = at + dt.timedelta(seconds=3)
    assert close_unknown(at=answered_at + LONGEST_CALL - dt.timedelta(seconds=1)) == 0
    assert close_unknown(at=answered_at + LONGEST_CALL) == 1
    assert Call.objects.get().end_status == "end_unknown"


def test_call_that_never_got_an_answer_is_closed_after_the_longest_setup(at, answered):
    ingest(answered[:2], at=at)
    assert close_unknown(at=at + LONGEST_SETUP - dt.timedelta(seconds=1)) == 0
    assert close_unknown(at=at + LONGEST_SETUP) == 1


def test_end_that_arrives_after_all_takes_the_place_of_unknown(at, answered):
    ingest(answered[:3], at=at)
    close_unknown(at=at + LONGEST_CALL * 2)
    ingest(answered[3:], at=at)
    assert (Call.objects.get().end_status, Call.objects.get().ended_by) == ("answered", "caller")


def test_ended_call_is_not_touched(at, answered):
    ingest(answered, at=at)
    assert close_unknown(at=at + LONGEST_CALL * 2) == 0


def test_totals_count_each_end(world):
    world.order("working")
    at = world.at
    ends = [
        ("answered", {}),
        ("refused", {"code": "CLOSED_HOURS"}),
        ("refused", {"code": "SOURCE_UNKNOWN"}),
        ("cancelled", {}),
    ]
    for index, (kind, fields) in enumerate(ends):
        ingest([record(at, index * 2, kind, f"c{index}", 5, **fields)], at=at)
    ingest(
        [
            record(at, 90, "ended", "c0", 9),
            record(at, 91, "invite", "c9", line="02161234567"),
            record(at, 92, "refused", "c9", 3, code="NO_ANSWER"),
        ],
        at=at,
    )
    ingest([record(at, 95, "refused", "c10", code="CLOSED_HOURS", number="4008002579")], at=at)
    found = totals(world.number(world.plain))
    assert (found.answered, found.missed, found.refused) == (1, 2, 1)


def test_holder_does_not_see_the_calls_of_the_one_before(world):
    at = world.at
    ingest(
        [
            record(at, 1, "refused", "old", -60, code="NOT_IN_SERVICE"),
            record(at, 2, "refused", "new", 60, code="CLOSED_HOURS"),
        ],
        at=at,
    )
    world.order("working")
    assert [c.call for c in calls_of(world.number(world.plain))] == ["new"]


def test_call_from_no_trunk_or_with_a_400_caller_is_the_operators_affair(world):
    world.order("working")
    for index, code in enumerate(("SOURCE_UNKNOWN", "CALLER_IS_400", "NOT_VERIFIED")):
        ingest([record(world.at, index, "refused", f"c{index}", 1, code=code)], at=world.at)
    assert [c.refusal for c in calls_of(world.number(world.plain))] == ["NOT_VERIFIED"]


@pytest.mark.django_db(transaction=True)
def test_two_hosts_batches_of_one_call_at_once_give_one_row(at, answered):
    end = record(at, 1, "ended", host="g2", boot="b9", after=70, by="caller")
    batches = [[one] for one in answered[:3]] + [[end]]
    starting = threading.Barrier(len(batches))

    def deliver(batch):
        starting.wait(10)
        ingest(batch, at=at)
        connection.close()

    with ThreadPoolExecutor(len(batches)) as threads:
        list(threads.map(deliver, batches))
    assert [(row["host"], row["end_status"], len(row["stages"])) for row in rows()] == [("g1", "answered", 4)]
