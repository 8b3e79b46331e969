"""An agent files papers of the organisation by its customer's leave alone, into empty items, and sees nothing."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib.workdays import CHINA
from answerable.orders import actions, errors
from answerable.orders.agent_papers import CURRENT, items_for_agent
from answerable.orders.models import AgentPapersConsent
from answerable.orders.tests.test_reserve import accept, reserve
from answerable.parties.agency import add_member, suspend_agent
from answerable.parties.errors import AgentNotAtWork
from answerable.parties.models import Agent, AgentMember, Membership, Person
from answerable.parties.tests.test_agents import sign_up
from answerable.trail.models import Fact
from answerable.verification import actions as verification
from answerable.verification import errors as verification_errors
from answerable.verification.models import Document, Dossier
from answerable.verification.queries import document_of
from answerable.verification.retention import papers_kept_for

DAY = dt.timedelta(days=1)


@pytest.fixture
def agent(world):
    made = sign_up(world)
    add_member(made, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    return made


@pytest.fixture
def prepared(world, agent):
    """A reservation whose customer accepted, signed and paid: its dossier is open."""
    reservation = reserve(world)
    order = accept(world, reservation)
    world.sign(order)
    world.pay(order)
    reservation.refresh_from_db()
    return reservation


@pytest.fixture
def allowed(world, prepared):
    allow(world, prepared)
    return prepared


def allow(world, reservation, **changes):
    said = {"version": CURRENT, "person": world.hua, "at": world.at}
    return actions.allow_agent_papers(world.dossier(reservation.order), **(said | changes))


def withdraw(world, reservation):
    actions.end_agent_papers(world.dossier(reservation.order), person=world.hua, at=world.at)


def file(world, reservation, slot="licence", **changes):
    said = {"person": world.zhao, "at": world.at}
    return actions.file_agent_paper(reservation, slot, world.jpeg, **(said | changes))


def test_what_the_agent_filed_is_the_customers_and_names_the_agent(world, agent, allowed):
    document = file(world, allowed)
    assert (document.uploaded_by, document.filed_by_agent) == (world.zhao, agent)
    assert document_of(world.hua, document.pk) == document
    assert papers_kept_for(world.hua).get(dossier__isnull=False) == document
    fact = Fact.objects.get(what="agent.paper_filed")
    assert (fact.after["agent"], fact.after["order"], fact.after["slot"]) == (agent.pk, allowed.order_id, "licence")


def test_agent_is_shown_no_paper_not_even_its_own(world, allowed):
    document = file(world, allowed)
    assert document_of(world.zhao, document.pk) is None
    assert not papers_kept_for(world.zhao).exists()
    assert [(one.slot.code, one.is_filed) for one in items_for_agent(allowed.order)] == [
        ("licence", True),
        ("destination_proof", False),
    ]


def test_applicant_who_is_not_proven_yet_sees_what_was_filed(world, allowed):
    document = file(world, allowed)
    Membership.objects.filter(person=world.hua).update(proven_at=None)
    assert document_of(world.hua, document.pk) == document


def test_nothing_is_filed_before_the_customer_allows_it(world, prepared):
    with pytest.raises(errors.AgentNotAllowed):
        file(world, prepared)


def test_nothing_is_filed_after_the_customer_withdrew(world, allowed):
    withdraw(world, allowed)
    with pytest.raises(errors.AgentNotAllowed):
        file(world, allowed)
    row = world.paper_row(allowed.order, "licence", world.dossier(allowed.order), filed_by_agent=allowed.agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    allow(world, allowed)
    assert file(world, allowed).slot == "licence"


def test_leave_is_a_fact_each_way_and_stays_written_down(world, allowed):
    allow(world, allowed)  # again: nothing changes
    withdraw(world, allowed)
    withdraw(world, allowed)
    facts = Fact.objects.filter(what__startswith="agent.papers_").order_by("pk")
    assert [one.what for one in facts] == ["agent.papers_allowed", "agent.papers_ended"]
    assert facts[0].after["text_version"] == CURRENT
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentPapersConsent.objects.update(ended_at=None, ended_by=None)


def test_another_text_than_the_one_in_force_is_no_leave(world, prepared):
    with pytest.raises(errors.AgentTextOutdated):
        allow(world, prepared, version="2025-9")


@pytest.mark.parametrize("who", ["zhao", "stranger"])
def test_only_the_customer_allows_and_withdraws(world, prepared, who):
    stranger = Person.objects.create(mobile="13900000009", name="他人样", created_at=world.at)
    person = world.zhao if who == "zhao" else stranger
    with pytest.raises(errors.OrderUnknown):
        allow(world, prepared, person=person)
    allow(world, prepared)
    with pytest.raises(errors.OrderUnknown):
        actions.end_agent_papers(world.dossier(prepared.order), person=person, at=world.at)


def test_order_without_an_agent_has_nobody_to_allow(world):
    order = world.order("paid")
    with pytest.raises(errors.OrderUnknown):
        actions.allow_agent_papers(world.dossier(order), version=CURRENT, person=world.hua, at=world.at)


def test_another_agents_member_files_nothing(world, agent, allowed):
    other = Agent.objects.get(pk=agent.pk)
    AgentMember.objects.update(until=world.at)
    other.pk, other.agreement_no, other.organisation = None, "AG-2", allowed.order.enterprise
    other.save(force_insert=True)
    AgentMember.objects.create(agent=other, person=world.zhao, since=world.at)
    with pytest.raises(errors.OrderUnknown):
        file(world, allowed)


def test_who_no_longer_acts_for_the_agent_files_nothing(world, allowed):
    AgentMember.objects.update(until=world.at)
    with pytest.raises(errors.OrderUnknown):
        file(world, allowed)


def test_suspended_agent_files_nothing(world, agent, allowed):
    suspend_agent(agent, reason="投诉", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(AgentNotAtWork):
        file(world, allowed)


def test_agent_past_its_days_files_nothing(world, agent, allowed):
    last = min(agent.licence_until, agent.agreement_until)
    days = (last - world.at.astimezone(CHINA).date()).days
    with pytest.raises(AgentNotAtWork):
        file(world, allowed, at=world.at + (days + 1) * DAY)
    assert file(world, allowed, at=world.at + days * DAY).filed_by_agent == agent


@pytest.mark.parametrize(
    "slot", ["rep_id_portrait", "handler_id_emblem", "handler_photo", "authorisation_letter", "commitment", "owner_id", "contract", "x"]
)  # fmt: skip
def test_papers_of_persons_and_signed_ones_are_never_an_agents(world, allowed, slot):
    with pytest.raises(errors.PaperNotForAgents):
        file(world, allowed, slot)
    row = world.paper_row(allowed.order, slot, world.dossier(allowed.order), filed_by_agent=allowed.agent)
    world.consent(world.dossier(allowed.order))
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_item_that_is_not_asked_for_is_refused(world, allowed):
    with pytest.raises(verification_errors.SlotUnknown):
        file(world, allowed, "lease")


def test_filled_item_is_the_customers_alone(world, allowed):
    first = file(world, allowed)
    with pytest.raises(errors.PaperFiled):
        file(world, allowed)
    mine = verification.upload(world.dossier(allowed.order), "licence", world.jpeg, person=world.hua, at=world.at)
    with pytest.raises(errors.PaperFiled):
        file(world, allowed)
    first.refresh_from_db()
    assert (first.replaced_at, mine.filed_by_agent) == (world.at, None)


def test_closed_dossier_takes_nothing_and_no_new_leave(world, allowed):
    Dossier.objects.filter(order_no=allowed.order_id).update(state="submitted")
    with pytest.raises(verification_errors.DossierClosed):
        file(world, allowed)
    assert items_for_agent(allowed.order) == []
    withdraw(world, allowed)  # that stays possible
    with pytest.raises(verification_errors.DossierClosed):
        allow(world, allowed)
    assert not Document.objects.filter(filed_by_agent__isnull=False).exists()
