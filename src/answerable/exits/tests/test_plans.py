"""An agent's or the operator's end as a plan: ninety days, everybody told once, nothing silent, closed by two."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.exits import plan_errors as errors
from answerable.exits.choices import choose, take_receipt
from answerable.exits.consent import CURRENT
from answerable.exits.models import ExitPlan, ExitStep
from answerable.exits.plan_queries import looked_after_by, table, unused, waiting_for
from answerable.exits.plans import announce_plan, close_plan, propose_closing, propose_plan, withdraw_plan
from answerable.exits.steps import walk
from answerable.numbers.models import Tenure
from answerable.numbers.queries import sold_through
from answerable.orders import actions as orders
from answerable.orders.models import Order
from answerable.orders.terms import add_months
from answerable.orders.tests.test_reserve import reserve
from answerable.parties.agency import add_member, resume_agent
from answerable.parties.errors import AgentLeaves, AgentNeedsAnother, AgentNotAtWork, NotPermitted
from answerable.parties.models import Membership, Notice
from answerable.parties.queries import agent_state
from answerable.parties.tests.test_agents import sign_up
from answerable.routing.compile import compile_numbers
from answerable.trail.models import Fact
from answerable.transparency.entries import read_entry
from answerable.transparency.models import Pending

DAY = dt.timedelta(days=1)


@pytest.fixture
def agent(world):
    return sign_up(world)


@pytest.fixture
def sold(world, agent):
    """Hua's number in service, sold through the agent; another of hers was sold at the operator."""
    world.order("working", world.second)
    order = world.order("working")
    Tenure.objects.filter(number=world.plain).delete()  # who sold it is never changed, only written
    Tenure.objects.create(number_id=world.plain, holder=order.enterprise, since=world.at, agent=agent)
    return order


def propose(world, agent=None, *, by="zheng", days=90, **more):
    said = {"agent": agent, "how": "agreed"} if agent else {"successor": "承接样本有限公司"}
    return propose_plan(
        "agent" if agent else "operator", **(said | more), why="协议不再续签", last_day=world.at.date() + days * DAY,
        staff=world.staff(by), at=world.at,
    )  # fmt: skip


def announce(world, agent=None, **more):
    return announce_plan(propose(world, agent, **more), staff=world.staff("wang"), at=world.at)


def decide(world, plan, choice, *, numbers=None, person=None, to_agent=None, consent=CURRENT, at=None):
    return choose(
        plan, numbers or [world.plain], choice=choice, to_agent=to_agent, consent=consent, person=person or world.hua, at=at or world.at,
    )  # fmt: skip


def close(world, plan, *, days=91):
    at = world.at + days * DAY
    propose_closing(plan, staff=world.staff("zheng"), at=at)
    return close_plan(plan, staff=world.staff("wang"), at=at)


# before the announcement


def test_exit_is_ninety_days_ahead_at_least(world, agent):
    with pytest.raises(errors.PlanTooShort):
        propose(world, agent, days=89)
    plan = propose(world, agent)
    with pytest.raises(errors.PlanTooShort):  # the proposal lay a day
        announce_plan(plan, staff=world.staff("wang"), at=world.at + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExitPlan.objects.filter(pk=plan.pk).update(
            state="announced",
            announced_by=world.staff("wang"),
            announced_at=world.at,
            announced_on=world.at.date() + DAY,
        )


def test_one_person_alone_announces_nothing(world, agent, sold):
    plan = propose(world, agent)
    with pytest.raises(errors.PlanNeedsAnother):
        announce_plan(plan, staff=world.staff("zheng"), at=world.at)
    assert (ExitStep.objects.count(), Notice.objects.count(), agent_state(agent, world.at)) == (0, 0, "active")


def test_only_compliance_proposes(world, agent):
    with pytest.raises(NotPermitted):
        propose(world, agent, by="sun")


def test_one_plan_an_agent_at_a_time(world, agent):
    first = propose(world, agent)
    with pytest.raises(errors.PlanExists):
        propose(world, agent)
    withdraw_plan(first, staff=world.staff("zheng"), at=world.at)
    assert propose(world, agent).state == "proposed"


# the announcement


def test_agents_exit_has_a_step_for_each_number_sold_through_it_and_each_reservation(world, agent, sold):
    add_member(agent, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    reserve(world, world.third)
    plan = announce(world, agent)
    found = set(plan.steps.values_list("number", "holder", "reservation__customer_code"))
    assert found == {(world.plain, sold.enterprise_id, None), (world.third, None, world.credit_code("hua"))}
    told = Notice.objects.get(code="EXIT_RESERVED")
    assert (told.person, told.params["number"], told.link) == (world.hua, world.third, "")


def test_operators_exit_has_a_step_for_every_number_in_service(world, sold):
    world.order("approved", world.third)
    plan = announce(world)
    assert set(plan.steps.values_list("number", flat=True)) == {world.plain, world.second}


def test_everybody_proven_is_told_once_and_nobody_else(world, agent, sold):
    Membership.objects.create(
        person=world.zhao, enterprise=sold.enterprise, role="handler", since=world.at, proven_at=None
    )
    plan = announce(world, agent)
    walk(at=world.at + DAY)
    notice = Notice.objects.get(code="EXIT_AGENT")
    assert (notice.person, notice.params["count"], notice.params["until"]) == (world.hua, "1", str(plan.last_day))


def test_agent_reserves_nothing_from_the_announcement_on(world, agent):
    add_member(agent, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    announce(world, agent)
    with pytest.raises(AgentNotAtWork):
        reserve(world)
    with pytest.raises(AgentLeaves):
        resume_agent(agent, reason="继续合作", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(AgentNotAtWork):
        reserve(world)


@pytest.mark.parametrize("change", [{"last_day": dt.date(2020, 1, 1)}, {"why": "x"}, {"state": "withdrawn"}])
def test_what_was_announced_stays(world, agent, sold, change):
    plan = announce(world, agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExitPlan.objects.filter(pk=plan.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.steps.all().delete()


def test_what_was_chosen_stays_once_the_plan_is_closed(world, agent, sold):
    plan = announce(world, agent)
    close(world, plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.steps.update(chosen_at=world.at)


def test_number_that_comes_to_service_later_gets_its_step(world, sold):
    plan = announce(world)
    world.order("working", world.third, person=world.zhao, firm="zhao")
    walk(at=world.at + DAY)
    assert plan.steps.filter(number=world.third).exists()
    assert Notice.objects.filter(code="EXIT_OPERATOR", person=world.zhao).count() == 1


# the choice


def test_holder_chooses_another_agent_with_the_wording_it_consented_to(world, agent, sold):
    plan, other = announce(world, agent), sign_up(world, firm="hua", agreement_no="XY-2026-02")
    assert waiting_for(world.hua, world.at) == [plan]
    decide(world, plan, "agent", to_agent=other)
    step = plan.steps.get()
    assert (step.choice, step.to_agent, step.chosen_by, step.consent_version) == ("agent", other, world.hua, CURRENT)
    assert waiting_for(world.hua, world.at) == []
    close(world, plan)
    assert looked_after_by(world.number(world.plain)) == other
    assert sold_through(world.plain, world.at).agent == agent  # that stays as it was
    following = propose(world, other, by="wang")
    assert announce_plan(following, staff=world.staff("zheng"), at=world.at).steps.get().number_id == world.plain


@pytest.mark.parametrize("who", ["stranger", "another's number"])
def test_stranger_chooses_nothing(world, agent, sold, who):
    plan = announce(world, agent)
    person, number = (world.zhao, world.plain) if who == "stranger" else (world.hua, world.second)
    with pytest.raises(errors.ChoiceNotYours):
        decide(world, plan, "direct", person=person, numbers=[number])
    assert plan.steps.get().choice == ""


def test_choice_needs_the_present_wording_and_an_agent_at_work(world, agent, sold):
    plan = announce(world, agent)
    with pytest.raises(errors.ConsentMissing):
        decide(world, plan, "direct", consent="2020-01")
    for choice, to_agent in (("agent", agent), ("agent", None), ("release", None), ("", None)):
        with pytest.raises(errors.ChoiceInvalid):
            decide(world, plan, choice, to_agent=to_agent)


def test_choice_changes_until_the_last_day_and_not_after(world, agent, sold):
    plan = announce(world, agent)
    decide(world, plan, "direct")
    assert decide(world, plan, "direct", at=world.at + 90 * DAY) == 1
    with pytest.raises(errors.ChoiceTooLate):
        decide(world, plan, "direct", at=world.at + 91 * DAY)


def test_whoever_has_not_chosen_is_reminded_three_times(world, sold):
    announce(world)
    decide(world, ExitPlan.objects.get(), "carrier")
    for day in range(91):
        walk(at=world.at + day * DAY)
    assert Notice.objects.filter(code="EXIT_REMINDER", params__count="1").count() == 3


# the end


def test_without_an_answer_it_is_the_operator_at_the_end(world, agent, sold):
    plan = announce(world, agent)
    walk(at=world.at + 90 * DAY)
    assert plan.steps.get().choice == ""
    walk(at=world.at + 91 * DAY)
    step = plan.steps.get()
    assert (step.choice, step.chosen_by) == ("direct", None)
    close(world, plan)
    assert looked_after_by(world.number(world.plain)) is None


def test_agent_ends_by_two_after_the_last_day_with_its_entry_in_the_log(world, agent, sold):
    plan = announce(world, agent)
    with pytest.raises(errors.PlanNotOver):
        propose_closing(plan, staff=world.staff("zheng"), at=world.at + 90 * DAY)
    at = world.at + 91 * DAY
    with pytest.raises(errors.PlanStateConflict):
        close_plan(plan, staff=world.staff("wang"), at=at)
    propose_closing(plan, staff=world.staff("zheng"), at=at)
    with pytest.raises((errors.PlanNeedsAnother, AgentNeedsAnother)):
        close_plan(plan, staff=world.staff("zheng"), at=at)
    close_plan(plan, staff=world.staff("wang"), at=at)
    told = [
        kind for leaf in Pending.objects.values_list("leaf", flat=True) if (kind := read_entry(bytes(leaf))["kind"])
    ]
    assert (agent_state(agent, at), told) == ("ended", ["agent_exit"])
    assert list(Fact.objects.filter(subject_kind="exit").order_by("id").values_list("what", flat=True)) == [
        "exit.proposed", "exit.announced", "exit.defaulted", "exit.closing_proposed", "exit.closed",
    ]  # fmt: skip


def test_no_number_falls_silent_by_an_agents_exit(world, agent, sold):
    numbers = [world.plain, world.second]
    before = compile_numbers(numbers)
    assert all(before.values())
    plan = announce(world, agent)
    assert compile_numbers(numbers) == before
    close(world, plan)
    assert compile_numbers(numbers) == before


def test_holder_renews_at_the_operator_whatever_became_of_its_agent(world, agent, sold):
    close(world, announce(world, agent))
    end = world.number(world.plain).paid_until
    order = orders.renew(world.number(world.plain), person=world.hua, package=world.package(), at=world.at)
    world.sign(order)
    world.pay(order)
    assert world.number(world.plain).paid_until == add_months(end, 12)
    assert Order.objects.get(pk=order.pk).agent is None


def test_operators_plan_stays_open_until_each_number_is_taken_over_or_given_up(world, sold):
    plan = announce(world)
    after = world.at + 91 * DAY
    decide(world, plan, "successor")
    with pytest.raises(errors.PlanHasOpen) as refused:
        propose_closing(plan, staff=world.staff("zheng"), at=after)
    assert refused.value.params["count"] == 2
    receive = {"name": "承接样本有限公司", "reference": "回执-1", "staff": world.staff("zheng"), "at": after}
    with pytest.raises(errors.ReceiptInvalid):  # its holder has chosen nothing
        take_receipt(plan, [world.plain, world.second], **receive)
    take_receipt(plan, [world.plain], **receive)
    with pytest.raises(errors.PlanHasOpen):
        propose_closing(plan, staff=world.staff("zheng"), at=after)
    before = compile_numbers([world.plain])
    orders.release(world.number(world.second), person=world.hua, at=world.at)
    assert (close(world, plan).state, compile_numbers([world.plain])) == ("closed", before)


def test_table_shows_what_is_paid_ahead(world, agent, sold):
    plan = announce(world, agent)
    head, row = table(plan, world.at)
    ahead = unused({sold.enterprise}, world.at)[world.plain]
    assert ahead > 0
    assert dict(zip(head, row, strict=True))["unused_fen"] == ahead
