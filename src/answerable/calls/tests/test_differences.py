"""The gate's records and the media side's are held against each other, and a person closes what differs."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from answerable.calls import errors
from answerable.calls.actions import close_difference, close_unknown, ingest
from answerable.calls.differences import LOOKS_BACK, SETTLES, reconcile
from answerable.calls.models import MediaCall, RecordDifference
from answerable.calls.queries import last_comparison, record_differences
from answerable.parties.errors import NotPermitted
from answerable.trail.models import Fact

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def gate(at, call, *, seconds=10.0, answered=True, host="g1", source="caller"):
    """Give the gate's records of a call that began at `at` and rang 3 s."""
    kinds = [("invite", 0), ("ringing", 1)] + (
        [("answered", 3), ("ended", 3 + seconds)] if answered else [("refused", 3)]
    )
    base = {
        "host": host,
        "boot": "b",
        "process": f"gate-{call}",
        "call": call,
        "number": "4008001357",
        "source": source,
    }
    return [
        base | {"sequence": index, "kind": kind, "at": at.timestamp() + second, "line": "02161234567"}
        for index, (kind, second) in enumerate(kinds, 1)
    ]


def media(at, call, *, seconds=10.0, answered=True, host="g1"):
    """Give the media side's record of it."""
    begun = at.timestamp()
    return [{
        "host": host, "boot": "b", "process": f"media-{call}", "sequence": 1, "kind": "media_call", "call": call, "number": "4008001357",
        "at": begun, "answered_at": begun + 3 if answered else None, "ended_at": begun + 3 + seconds, "by": "caller", "sip": 200,
        "packets_sent": 500, "packets_received": 490,
    }]  # fmt: skip


def found():
    return {one.call: one.kind for one in RecordDifference.objects.all()}


def test_each_way_to_disagree_is_found_once_and_agreement_never(at):
    records = [
        *gate(at, "agree"), *media(at, "agree", seconds=11.9), *gate(at, "refused", answered=False), *media(at, "refused", answered=False),
        *gate(at, "gate"), *media(at, "media"), *gate(at, "answer"), *media(at, "answer", answered=False),
        *gate(at, "answer2", answered=False), *media(at, "answer2"), *gate(at, "long"), *media(at, "long", seconds=12.2),
        *gate(at, "from a trunk", source="trunk"),
    ]  # fmt: skip
    ingest(records, at=at)
    assert last_comparison() is None
    assert reconcile(at=at + SETTLES) == (0, 0)  # the last record may still be on its way
    assert reconcile(at=at + DAY) == (5, 0)
    wanted = {"gate": "gate_only", "media": "media_only", "answer": "answer", "answer2": "answer", "long": "duration"}
    assert found() == wanted
    compared = last_comparison()
    assert compared is not None
    assert (compared.at, compared.after) == (at + DAY, {"calls": 7, "found": 5, "settled": 0})
    assert reconcile(at=at + DAY * 2) == (0, 0)
    assert found() == wanted
    one = RecordDifference.objects.get(call="long")
    assert (one.gate, one.gate_seconds, one.media, one.media_seconds) == ("answered", 10.0, "answered", 12.2)
    assert MediaCall.objects.get(call="long").packets_received == 490


def test_media_side_of_a_trunks_call_is_held_against_the_gate_too(at):
    ingest([*gate(at, "flow", source="trunk"), *media(at, "flow", seconds=20, host="m1")], at=at)
    reconcile(at=at + DAY)
    assert found() == {"flow": "duration"}


def test_call_that_went_on_at_a_second_gate_is_held_against_the_one_that_was_answered(at):
    ingest([*gate(at, "c", host="g1", answered=False), *gate(at, "c", host="g2"), *media(at, "c")], at=at)
    assert reconcile(at=at + DAY) == (0, 0)


def test_record_that_comes_late_settles_it(at):
    ingest(gate(at, "c"), at=at)
    assert reconcile(at=at + DAY) == (1, 0)
    ingest(media(at, "c"), at=at + DAY)
    assert reconcile(at=at + DAY * 2) == (0, 1)
    one = RecordDifference.objects.get()
    assert (one.settled_at, one.closed_at, list(record_differences(are_open=True))) == (at + DAY * 2, None, [])


def test_end_that_the_gate_never_saw_is_a_difference_once_it_is_closed_as_unknown(at):
    ingest([*gate(at, "c")[:3], *media(at, "c")], at=at)
    assert reconcile(at=at + SETTLES * 2) == (0, 0)
    close_unknown(at=at + DAY)
    reconcile(at=at + DAY)
    one = RecordDifference.objects.get()
    assert (one.kind, one.gate, one.gate_seconds, one.media_seconds) == ("duration", "end_unknown", None, 10.0)


def test_what_is_older_than_the_look_back_is_left(at):
    ingest(gate(at, "c"), at=at)
    assert reconcile(at=at + LOOKS_BACK + DAY) == (0, 0)


@pytest.mark.parametrize("source", ["caller", "trunk"])
@pytest.mark.parametrize("later", [0.2, -0.2])
def test_call_that_began_at_the_edge_of_the_look_back_is_compared_whole(at, source, later):
    """The media side's clock says that it began a moment before, the gate's a moment after, or the other way round."""
    skewed = at + dt.timedelta(seconds=later)
    ingest([*gate(at, "c", source=source), *media(skewed, "c"), *gate(at, "d", source=source)], at=at)
    ingest(media(skewed, "d", seconds=30), at=at)
    edge = at + LOOKS_BACK + dt.timedelta(seconds=later / 2)
    reconcile(at=edge)
    assert found() == ({} if source == "trunk" and later < 0 else {"d": "duration"})


@pytest.mark.parametrize("later", [0.2, -0.2])
def test_difference_at_the_edge_of_the_look_back_is_not_taken_for_settled(at, later):
    skewed = at + dt.timedelta(seconds=later)
    ingest([*gate(at, "c", source="trunk"), *media(skewed, "c", seconds=30)], at=at)
    assert reconcile(at=at + DAY) == (1, 0)
    assert reconcile(at=at + LOOKS_BACK + dt.timedelta(seconds=later / 2)) == (0, 0)
    assert [one.call for one in record_differences(are_open=True)] == ["c"]


def test_difference_whose_records_come_anew_is_settled_only_when_they_agree(at):
    """The end of the gate's record came late, and by it the call was over just now: nothing is said of it yet."""
    ingest([*gate(at, "c")[:3], *media(at, "c")], at=at)
    close_unknown(at=at + DAY)
    assert reconcile(at=at + DAY) == (1, 0)
    late = gate(at, "c", seconds=DAY.total_seconds())[3]
    ingest([late], at=at + DAY)
    assert reconcile(at=at + DAY) == (0, 0)
    assert reconcile(at=at + DAY * 2) == (0, 0)
    assert found() == {"c": "duration"}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC"])
def test_call_across_midnight_and_across_the_comparison_is_one_call(at, zone):
    midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    begun = midnight - dt.timedelta(seconds=8)
    ingest([*gate(begun, "c"), *media(begun, "c"), *gate(begun, "d"), *media(begun, "d", seconds=14)], at=at)
    compared_at = midnight + dt.timedelta(hours=3, minutes=50)
    across = compared_at - dt.timedelta(seconds=8)
    ingest([*gate(across, "e")[:3], *gate(across, "f"), *media(across, "f")], at=at)
    assert reconcile(at=compared_at) == (1, 0)
    ingest([*gate(across, "e")[3:], *media(across, "e")], at=compared_at)
    assert reconcile(at=compared_at + DAY) == (0, 0)
    assert found() == {"d": "duration"}


def test_closing_says_who_and_why_once_and_is_a_fact(world):
    ingest(gate(world.at, "c"), at=world.at)
    reconcile(at=world.at + DAY)
    one, gong = RecordDifference.objects.get(), world.staff("gong")
    with pytest.raises(errors.ReasonMissing):
        close_difference(one, why=" ", staff=gong, at=world.at)
    with pytest.raises(NotPermitted):
        close_difference(one, why="查过", staff=world.staff("sun"), at=world.at)
    close_difference(one, why=" 拨测进程被结束 ", staff=gong, at=world.at)
    with pytest.raises(errors.DifferenceClosed):
        close_difference(one, why="再来", staff=gong, at=world.at)
    one.refresh_from_db()
    assert (one.why, one.closed_by, list(record_differences(are_open=True))) == ("拨测进程被结束", gong, [])
    fact = Fact.objects.get(what="record_difference.closed")
    assert (fact.subject_id, fact.after) == (str(one.pk), {"call": "c", "kind": "gate_only", "why": "拨测进程被结束"})
    assert reconcile(at=world.at + DAY * 2) == (0, 0)


def test_database_refuses_a_closing_without_a_reason(world):
    ingest(gate(world.at, "c"), at=world.at)
    reconcile(at=world.at + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordDifference.objects.update(closed_at=world.at, closed_by=world.staff("gong"))
