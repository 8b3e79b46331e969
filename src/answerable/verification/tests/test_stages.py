"""Two stages: the operator's pre-check, then the carrier's review, by roles and people that differ."""

import pytest
from django.db import IntegrityError, transaction

from answerable.parties.models import Staff
from answerable.verification import errors
from answerable.verification.actions import claim
from answerable.verification.models import Dossier, Review
from answerable.verification.queries import queue, stage_of


@pytest.fixture
def order(world):
    Staff.objects.filter(username="lin").update(roles=["reviewer"])
    Staff.objects.filter(username="zhou").update(roles=["carrier_reviewer"])
    return world.order("handled")


def in_queue(world, username):
    return [(d.pk, d.stage) for d in queue(staff=world.staff(username))]


def test_dossier_waits_for_the_pre_check_then_for_the_carrier(world, order):
    dossier = world.dossier(order)
    assert (in_queue(world, "lin"), in_queue(world, "zhou")) == ([(dossier.pk, "pre_check")], [])
    world.review(order, "lin")
    assert (in_queue(world, "lin"), in_queue(world, "zhou")) == ([], [(dossier.pk, "carrier_review")])
    assert world.review(order, "zhou").state == "approved"
    assert list(Review.objects.values_list("reviewer__username", "stage").order_by("id")) == [
        ("lin", "pre_check"),
        ("zhou", "carrier_review"),
    ]


def test_carriers_reviewer_does_not_pre_check(world, order):
    with pytest.raises(errors.NotYourStage):
        claim(world.dossier(order), staff=world.staff("zhou"), at=world.at)


def test_operators_reviewer_does_not_decide_for_the_carrier(world, order):
    world.review(order, "lin")
    Staff.objects.filter(username="he").update(roles=["reviewer"])
    with pytest.raises(errors.NotYourStage):
        claim(world.dossier(order), staff=world.staff("he"), at=world.at)


def test_who_holds_both_roles_still_does_one_stage_only(world, order):
    world.review(order, "he")
    with pytest.raises(errors.SecondReviewerMustDiffer):
        world.review(order, "he")


def test_what_the_carrier_asks_for_is_pre_checked_again(world, order):
    world.review(order, "lin")
    world.review(order, "zhou", "ask", ("B04",))
    dossier = world.dossier(order)
    Dossier.objects.filter(pk=dossier.pk).update(state="submitted", round=2)
    assert stage_of(Dossier.objects.get()) == "pre_check"
    assert in_queue(world, "zhou") == []


@pytest.mark.parametrize(
    ("username", "stage", "words"),
    [
        ("zhou", "pre_check", "stage pre_check needs the role reviewer"),
        ("lin", "carrier_review", "stage carrier_review needs the role carrier_reviewer"),
        ("zhou", "carrier_review", "the carrier reviews what another reviewer has pre-checked"),
    ],
)
def test_database_asks_for_the_same(world, order, username, stage, words):
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        Review.objects.create(
            dossier=world.dossier(order), round=1, stage=stage, reviewer=world.staff(username), decision="approve",
            shown={}, at=world.at,
        )  # fmt: skip


def test_database_does_not_approve_on_two_pre_checks(world, order):
    Staff.objects.filter(username="he").update(roles=["reviewer"])
    for username in ("lin", "he"):
        Review.objects.create(
            dossier=world.dossier(order), round=1, reviewer=world.staff(username), decision="approve", shown={}, at=world.at
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="two reviewers must approve"), transaction.atomic():
        Dossier.objects.update(state="approved", verified_until=world.at)


@pytest.mark.parametrize("role", ["counter", "cashier"])
def test_carriers_reviewer_is_neither_counter_nor_cashier(world, role):
    with pytest.raises(IntegrityError, match="reviewer_is_neither"), transaction.atomic():
        Staff.objects.filter(username="zhou").update(roles=["carrier_reviewer", role])
