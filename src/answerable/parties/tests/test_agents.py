"""Agents, one level deep (MIIT 452 (五)): signed up by one, ended by two, and a breach enters the black list."""

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from answerable.parties import errors
from answerable.parties.agency import (
    Terms,
    add_member,
    agreement_of,
    end_agency,
    propose_end,
    remove_member,
    resume_agent,
    sign_up_agent,
    suspend_agent,
)
from answerable.parties.models import Agent, AgentMember, AgentSpell
from answerable.parties.queries import agent_of, agent_state, is_blacklisted

DAY = dt.timedelta(days=1)
PDF = b"%PDF-1.7 agreement"


def terms(world, **changes):
    day = world.at.date()
    said = {
        "licence_no": "B2-20260001", "licence_scope": "信息服务业务", "licence_until": day + 400 * DAY, "agreement_no": "XY-2026-01",
        "agreement_signed_on": day, "agreement_until": day + 365 * DAY, "agreement": PDF, "real_name_duty": True, "sanctions": True,
        "responsible": (("锐小样", world.id_number(7)),),
    }  # fmt: skip
    return Terms(**(said | changes))


def sign_up(world, firm="zhao", by="zheng", **changes):
    return sign_up_agent(world.credit_code(firm), terms(world, **changes), staff=world.staff(by), at=world.at)


def test_agent_is_at_work_until_licence_or_agreement_is_over(world):
    agent = sign_up(world, licence_until=world.at.date() + 10 * DAY)
    assert [agent_state(agent, world.at + days * DAY) for days in (-1, 0, 10, 11)] == [
        "none",
        "active",
        "active",
        "over",
    ]


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "sun", "gong"])
def test_only_compliance_signs_up(world, username):
    with pytest.raises(errors.NotPermitted):
        sign_up(world, by=username)


@pytest.mark.parametrize(
    "changes",
    [
        {"real_name_duty": False}, {"sanctions": False}, {"agreement": b"PK"}, {"licence_no": ""}, {"licence_until": None}, {"quota": 0},
        {"responsible": ()}, {"responsible": (("锐小样", "110"),)}, {"agreement_until": dt.date(2020, 1, 1)},
    ],
)  # fmt: skip
def test_terms_are_whole_or_refused(world, changes):
    with pytest.raises(errors.AgentInvalid):
        sign_up(world, **changes)
    assert not Agent.objects.exists()


def test_agreement_is_sealed_and_opens_for_compliance(world):
    agent = sign_up(world)
    assert PDF not in bytes(agent.agreement_pdf)
    assert agreement_of(agent, staff=world.staff("wang"), at=world.at) == PDF


def test_one_agency_an_organisation(world):
    sign_up(world)
    with pytest.raises(errors.AgentExists):
        sign_up(world, agreement_no="XY-2026-02")


def test_member_of_an_agent_signs_no_agent_up(world):
    """No sub-agents (MIIT 452 (五)): the database refuses it even to somebody who is also staff."""
    add_member(sign_up(world), world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    wang = world.staff("wang")
    wang.person = world.zhao
    wang.save()
    with pytest.raises(errors.AgentExists):
        sign_up(world, firm="hua", by="wang", agreement_no="XY-2026-02")


def test_person_acts_for_one_agent(world):
    first = sign_up(world)
    second = sign_up(world, firm="hua", agreement_no="XY-2026-02")
    zheng = world.staff("zheng")
    member = add_member(first, world.zhao.mobile, staff=zheng, at=world.at)
    assert add_member(first, world.zhao.mobile, staff=zheng, at=world.at) == member
    with pytest.raises(errors.AgentMemberElsewhere):
        add_member(second, world.zhao.mobile, staff=zheng, at=world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentMember.objects.create(agent=second, person=world.zhao, since=world.at)
    remove_member(member, staff=zheng, at=world.at)
    assert agent_of(world.zhao) is None
    assert add_member(second, world.zhao.mobile, staff=zheng, at=world.at).agent == second


def test_suspended_and_resumed_is_told_for_any_moment(world):
    agent = sign_up(world)
    suspend_agent(agent, reason="投诉集中", staff=world.staff("zheng"), at=world.at + DAY)
    resume_agent(agent, reason="已整改", staff=world.staff("wang"), at=world.at + 3 * DAY)
    assert [agent_state(agent, world.at + n * DAY) for n in range(5)] == [
        "active", "suspended", "suspended", "active", "active",
    ]  # fmt: skip
    with pytest.raises(ProgrammingError), transaction.atomic():
        AgentSpell.objects.update(state="active")


def test_two_end_an_agency_and_a_breach_enters_the_black_list(world):
    agent = sign_up(world)
    add_member(agent, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    propose_end(agent, kind="breach", reason="发展下级代理", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(errors.AgentNeedsAnother):
        end_agency(agent, staff=world.staff("zheng"), at=world.at)
    assert not is_blacklisted(credit_code=world.credit_code("zhao"))
    end_agency(agent, staff=world.staff("wang"), at=world.at)
    assert is_blacklisted(credit_code=world.credit_code("zhao"))
    assert is_blacklisted(id_number=world.id_number(7))
    assert (agent_state(agent, world.at), agent_of(world.zhao)) == ("ended", None)
    with pytest.raises(errors.AgentBarred):
        sign_up(world, agreement_no="XY-2026-02")


def test_agency_that_ends_by_agreement_blacklists_nobody(world):
    agent = sign_up(world)
    propose_end(agent, kind="agreed", reason="协议到期", staff=world.staff("zheng"), at=world.at)
    end_agency(agent, staff=world.staff("wang"), at=world.at)
    assert not is_blacklisted(credit_code=world.credit_code("zhao"))


def test_database_asks_for_two_and_keeps_what_was_signed(world):
    agent = sign_up(world)
    zheng = world.staff("zheng")
    propose_end(agent, kind="agreed", reason="到期", staff=zheng, at=world.at)
    rows = Agent.objects.filter(pk=agent.pk)
    for change in ({"state": "ended", "ended_by": zheng, "ended_at": world.at}, {"agreement_sha256": "0" * 64}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
