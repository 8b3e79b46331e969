"""Knowing an organisation's credit code opens nothing: a person sees their own, and more only once they are proven."""

import pytest

from answerable.numbers.queries import number_of
from answerable.orders.actions import cancel
from answerable.orders.queries import order_of
from answerable.parties.actions import actor_of
from answerable.verification.models import Document
from answerable.verification.queries import document_of, dossier_of

pytestmark = pytest.mark.django_db


def test_next_applicant_for_the_organisation_sees_nothing_of_the_one_before(world):
    first = world.order("submitted")
    dossier, document = world.dossier(first), Document.objects.filter(dossier__order_no=first.pk).first()
    cancel(first, by=actor_of(world.hua), at=world.at)
    world.order("held", world.second, firm="hua", person=world.zhao)
    seen = (order_of(world.zhao, first.pk), dossier_of(world.zhao, dossier.pk), document_of(world.zhao, document.pk))
    assert seen == (None, None, None)
    assert dossier_of(world.hua, dossier.pk) == dossier


def test_declined_applicant_still_sees_why(world):
    order = world.order("handled")
    world.review(order, "lin", "decline", ("E05",))
    world.follow(order)
    assert dossier_of(world.hua, world.dossier(order).pk).state == "declined"


def test_second_person_of_a_proven_organisation_sees_only_their_own_until_proven(world):
    first = world.order("working")
    second = world.order("held", world.second, firm="hua", person=world.zhao)
    assert (order_of(world.zhao, first.pk), number_of(world.zhao, first.number_id)) == (None, None)
    assert order_of(world.zhao, second.pk) == second
    assert order_of(world.hua, second.pk) == second


def test_holder_of_a_number_that_was_taken_over_is_not_whoever_knows_the_credit_code(world):
    first = world.order("working")
    first.enterprise.memberships.update(proven_at=None)
    assert number_of(world.hua, first.number_id) is None
