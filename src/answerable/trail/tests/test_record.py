"""Facts are added and never changed; each marks its number dirty in the same transaction."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.trail.models import DirtyNumber, Fact
from answerable.trail.queries import latest, of_number

pytestmark = pytest.mark.django_db
HUA = Actor("person", "1", "华小样")


def test_fact_says_who_what_when_before_and_after(at):
    record(
        "number.held",
        by=HUA,
        at=at,
        subject=("number", "4008001357"),
        number="4008001357",
        before={"a": 1},
        after={"a": 2},
    )
    fact = Fact.objects.values(
        "at", "who_kind", "who_id", "who_name", "what", "subject_kind", "subject_id", "number", "before", "after"
    )
    assert fact.get() == {
        "at": at, "who_kind": "person", "who_id": "1", "who_name": "华小样", "what": "number.held", "subject_kind": "number",
        "subject_id": "4008001357", "number": "4008001357", "before": {"a": 1}, "after": {"a": 2},
    }  # fmt: skip


def test_fact_about_a_number_marks_it_dirty(at):
    record("number.held", by=HUA, at=at, subject=("number", "4008001357"), number="4008001357")
    assert list(DirtyNumber.objects.values_list("number", flat=True)) == ["4008001357"]


def test_fact_about_no_number_marks_nothing_dirty(at):
    record("staff.added", by=HUA, at=at, subject=("staff", 1))
    assert not DirtyNumber.objects.exists()


def test_action_that_rolls_back_leaves_neither_fact_nor_dirty_number(at):
    with transaction.atomic():
        record("number.held", by=HUA, at=at, subject=("number", "4008001357"), number="4008001357")
        transaction.set_rollback(True)
    assert (Fact.objects.count(), DirtyNumber.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "statement", ["UPDATE trail_fact SET who_name = 'nobody'", "DELETE FROM trail_fact", "TRUNCATE trail_fact"]
)
def test_application_cannot_change_or_delete_facts(at, statement):
    record("number.held", by=HUA, at=at, subject=("number", "4008001357"))
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert Fact.objects.get().who_name == "华小样"


def test_facts_are_listed_newest_first_and_by_number(at):
    for what, number in (("first", "4008001357"), ("second", "4008002579"), ("third", "4008001357")):
        record(what, by=HUA, at=at, subject=("number", number), number=number)
    assert [f.what for f in latest()] == ["third", "second", "first"]
    assert [f.what for f in of_number("4008001357")] == ["third", "first"]
