"""The same rules once more in the database: no program that skips the actions gets round them."""

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from answerable.calls.actions import ingest
from answerable.numbers.models import Number
from answerable.parties.models import Staff
from answerable.routing.compile import compile_numbers
from answerable.verification.models import Dossier, Handling, Review


def insert_review(world, dossier, username, decision="approve", stage="pre_check"):
    with transaction.atomic():
        return Review.objects.create(
            dossier=dossier,
            round=dossier.round,
            stage=stage,
            reviewer=world.staff(username),
            decision=decision,
            shown={},
            at=world.at,
        )


def approve(dossier, **fields):
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(state="approved", **fields)


def test_whoever_handled_cannot_be_inserted_as_reviewer(world):
    dossier = world.dossier(world.order("handled"))
    with pytest.raises(IntegrityError, match="handled"):
        insert_review(world, dossier, "chen")


def test_whoever_submitted_cannot_be_inserted_as_reviewer(world):
    dossier = world.dossier(world.order("handled"))
    Staff.objects.filter(username="lin").update(person=world.hua)
    with pytest.raises(IntegrityError, match="submitted"):
        insert_review(world, dossier, "lin")


def test_same_reviewer_cannot_be_inserted_twice_in_a_round(world):
    dossier = world.dossier(world.order("handled"))
    insert_review(world, dossier, "lin")
    with pytest.raises(IntegrityError, match="a_reviewer_decides_once_a_round"):
        insert_review(world, dossier, "lin")


def test_nothing_is_approved_without_the_counter(world):
    dossier = world.dossier(world.order("submitted"))
    insert_review(world, dossier, "lin")
    insert_review(world, dossier, "zhou")
    with pytest.raises(IntegrityError, match="not handled"):
        approve(dossier, verified_until=world.at)


@pytest.mark.parametrize(
    "reviews",
    [[], [("lin", "approve")], [("lin", "approve"), ("zhou", "ask")]],
    ids=["none", "one", "one and a question"],
)
def test_nothing_is_approved_without_two_approvals(world, reviews):
    dossier = world.dossier(world.order("handled"))
    for username, decision in reviews:
        insert_review(world, dossier, username, decision)
    with pytest.raises(IntegrityError, match="two reviewers"):
        approve(dossier, verified_until=world.at)


def test_approvals_of_an_earlier_round_do_not_count(world):
    dossier = world.dossier(world.order("handled"))
    insert_review(world, dossier, "lin")
    Dossier.objects.filter(pk=dossier.pk).update(round=2)
    dossier.refresh_from_db()
    insert_review(world, dossier, "zhou")
    with pytest.raises(IntegrityError, match="two reviewers"):
        approve(dossier, verified_until=world.at)


def test_approval_without_an_end_is_refused(world):
    dossier = world.dossier(world.order("handled"))
    insert_review(world, dossier, "lin")
    insert_review(world, dossier, "zhou", stage="carrier_review")
    with pytest.raises(IntegrityError, match="an_approval_has_an_end"):
        approve(dossier)


def test_dossier_cannot_be_inserted_as_approved(world):
    dossier = world.dossier(world.order("handled"))
    dossier.pk, dossier.number, dossier.state, dossier.verified_until = None, world.second, "approved", world.at
    with pytest.raises(IntegrityError, match="not handled"), transaction.atomic():
        dossier.save(force_insert=True)


def test_handling_of_another_person_is_refused(world):
    order = world.order("handled")
    handling = Handling.objects.get()
    handling.pk, handling.dossier, handling.id_reader_matches = (
        None,
        world.dossier(world.order("submitted", world.second)),
        False,
    )
    with pytest.raises(IntegrityError, match="handled_by_the_person_on_the_card"), transaction.atomic():
        handling.save(force_insert=True)
    assert order.number_id == world.plain


@pytest.mark.parametrize("state", ["opening", "working"])
def test_number_is_not_in_service_without_an_approved_and_handled_dossier_of_its_holder(world, state):
    order = world.order("handled")
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.filter(pk=world.plain).update(
            business_state=state, holder=order.enterprise, verified_until=world.at, paid_until=world.at
        )


def test_working_number_cannot_be_given_to_another_holder(world):
    world.order("working")
    other = world.order("paid", world.second, person=world.zhao, firm="zhao").enterprise
    with pytest.raises(IntegrityError, match="no approved and handled dossier"), transaction.atomic():
        Number.objects.filter(pk=world.plain).update(holder=other)


def test_nothing_is_published_as_verified_without_the_counter_whatever_the_row_says(world):
    order = world.order("submitted")
    Number.objects.filter(pk=world.plain).update(verified_until=world.at, paid_until=world.at)
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == 0
    world.handle(order)
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == 0
    world.review(order, "lin")
    world.review(order, "zhou")
    assert compile_numbers([world.plain])[world.plain]["verified_until"] > world.at.timestamp()


RECORD = {
    "host": "g1",
    "boot": "b",
    "process": 1,
    "sequence": 1,
    "kind": "invite",
    "call": "c1",
    "at": 1.0,
    "number": "4008001357",
}


@pytest.mark.parametrize("table", ["trail_fact", "verification_review", "verification_handling", "calls_gaterecord"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_application_cannot_change_or_delete_what_happened(world, table, statement):
    world.order("approved")
    ingest([RECORD], at=world.at)
    with (
        pytest.raises((ProgrammingError, DatabaseError)) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_application_is_no_superuser(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("answerable", False, False, False)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE trail_fact DISABLE TRIGGER facts_stay", "SET session_replication_role = replica", "DROP TRIGGER four_eyes ON verification_review",
        "CREATE OR REPLACE FUNCTION trail_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    ],
    ids=["disable", "replica", "drop", "replace"],
)  # fmt: skip
def test_application_cannot_switch_the_rules_off(world, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
