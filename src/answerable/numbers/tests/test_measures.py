"""Measures: who took them stands beside them, and nothing is rewritten (Anti-Telecom-Fraud Law art. 32)."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers import errors
from answerable.numbers.actions import end, lift, open_reason, release, stop, take
from answerable.numbers.models import Measure, Number
from answerable.parties.actions import actor_of
from answerable.trail.models import DirtyNumber
from answerable.transparency.models import Pending


@pytest.fixture
def sun(world):
    world.order("working")
    return world.staff("sun")


def last_entry():
    return json.loads(bytes(Pending.objects.latest("id").leaf))


def test_stop_is_a_measure_that_ends_with_the_lift(world, sun):
    measure = stop(world.plain, "COMPLAINT", staff=sun, at=world.at, words="三起投诉属实")
    assert (measure.level, measure.staff, measure.holder_id) == ("suspend", sun, world.number(world.plain).holder_id)
    lift(world.plain, by=actor_of(sun), at=world.at)
    measure.refresh_from_db()
    assert (measure.ended_how, measure.ended_at) == ("lifted", world.at)


def test_limit_is_taken_once_and_marks_the_number_for_the_gate(world, sun):
    DirtyNumber.objects.all().delete()
    measure = take(world.plain, "limit", "COMPLAINT", staff=sun, at=world.at)
    assert DirtyNumber.objects.filter(number=world.plain).exists()
    with pytest.raises(errors.MeasureInForce):
        take(world.plain, "limit", "USE_MISMATCH", staff=sun, at=world.at)
    end(measure, "lifted", by=actor_of(sun), at=world.at)
    with pytest.raises(errors.MeasureOver):
        end(measure, "lifted", by=actor_of(sun), at=world.at)


def test_measures_end_where_nobody_holds_the_number_any_more(world, sun):
    take(world.plain, "limit", "COMPLAINT", staff=sun, at=world.at)
    stop(world.plain, "ARREARS", staff=sun, at=world.at)
    release(world.plain, by=actor_of(sun), at=world.at)
    assert set(Measure.objects.values_list("ended_how", flat=True)) == {"over"}


def test_number_is_not_stopped_in_the_database_without_a_name(world, sun):
    Number.objects.filter(pk=world.plain).update(business_state="suspended", stop_reason="ARREARS")
    with pytest.raises(IntegrityError, match="names who made it"), transaction.atomic():
        transaction.get_connection().check_constraints()
    Number.objects.filter(pk=world.plain).update(business_state="working", stop_reason="")


@pytest.mark.parametrize(
    "change", [{"reason": "ARREARS"}, {"words": "x"}, {"taken_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}]
)
def test_measure_is_never_rewritten(world, sun, change):
    stop(world.plain, "COMPLAINT", staff=sun, at=world.at)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Measure.objects.update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Measure.objects.all().delete()


def test_reason_is_opened_in_the_log_once(world, sun):
    measure = stop(world.plain, "COMPLAINT", staff=sun, at=world.at)
    for _ in range(2):
        open_reason(measure, at=world.at)
    entry = last_entry()
    assert (entry["kind"], entry["outcome"], entry["value"]) == ("stop_opened", "final", "COMPLAINT")
    assert entry["reason"] == measure.commitment
    assert len([p for p in Pending.objects.all() if b"stop_opened" in bytes(p.leaf)]) == 1


def test_stop_in_error_is_told_without_its_reason(world, sun):
    measure = stop(world.plain, "FALSE_DOCS", staff=sun, at=world.at)
    lift(world.plain, by=actor_of(sun), at=world.at, is_in_error=True)
    measure.refresh_from_db()
    open_reason(measure, at=world.at)
    entry = last_entry()
    assert (entry["kind"], entry["outcome"]) == ("stop_opened", "stopped_in_error")
    assert not {"salt", "value"} & entry.keys()
