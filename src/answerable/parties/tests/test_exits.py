"""Exits are facts of the public log: an agent's when its agency ends, the operator's when no authorisation follows."""

import datetime as dt

import pytest

from answerable.parties.agency import end_agency, propose_end
from answerable.parties.exits import tell_exits
from answerable.parties.models import Authorisation, Enterprise, Operator
from answerable.parties.tests.test_agents import sign_up
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.transparency.actions import open_commitment
from answerable.transparency.entries import read_entry
from answerable.transparency.history import derive, exits
from answerable.transparency.models import Pending

BY, DAY = system("worker"), dt.timedelta(days=1)


def told():
    return [read_entry(bytes(leaf)) for leaf in Pending.objects.order_by("pk").values_list("leaf", flat=True)]


@pytest.fixture
def authorised(world):
    """One authorisation of all carriers that ends today."""
    Authorisation.objects.update(until=world.at.date())
    return Authorisation.objects.get()


@pytest.mark.parametrize("kind", ["agreed", "breach"])
def test_end_of_an_agency_is_in_the_log(world, kind):
    agent = sign_up(world)
    propose_end(agent, kind=kind, reason="到期", staff=world.staff("zheng"), at=world.at)
    assert told() == []
    end_agency(agent, staff=world.staff("wang"), at=world.at)
    (entry,) = told()
    named = {"name": agent.organisation.name, "credit_code": agent.organisation.credit_code}
    assert (entry["kind"], entry["number"], entry["how"], entry["agent"]) == ("agent_exit", "", kind, named)
    assert "到期" not in str(entry)


def test_agent_who_is_a_sole_trader_is_named_by_a_commitment(world):
    agent = sign_up(world)
    Enterprise.objects.filter(pk=agent.organisation_id).update(subject_type="sole_trader")
    propose_end(agent, kind="agreed", reason="x", staff=world.staff("zheng"), at=world.at)
    end_agency(agent, staff=world.staff("wang"), at=world.at)
    (entry,) = told()
    assert agent.organisation.name not in str(entry)
    assert agent.organisation.name in open_commitment(entry["agent"]["commitment"])[1]


def test_operator_without_authorisation_has_left_once(world, authorised):
    assert tell_exits(by=BY, at=world.at) == 0  # the last day is in force
    assert (tell_exits(by=BY, at=world.at + DAY), tell_exits(by=BY, at=world.at + 2 * DAY)) == (1, 0)
    (entry,) = told()
    assert (entry["carriers"], entry["until"]) == (sorted(authorised.carriers), str(authorised.until))
    assert entry["operator"]["name"] == Operator.objects.get().name_zh
    assert Fact.objects.filter(what="operator.exited").count() == 1


def test_authorisation_that_follows_is_no_exit_and_one_carrier_may_be_left_out(world, authorised):
    left, *kept = authorised.carriers
    Authorisation.objects.create(
        document="新授权（样本）", carriers=kept, since=authorised.until + DAY, until=authorised.until + 30 * DAY
    )
    assert tell_exits(by=BY, at=world.at + 2 * DAY) == 1
    assert told()[-1]["carriers"] == [left]
    assert tell_exits(by=BY, at=world.at + 31 * DAY) == 1
    assert told()[-1]["carriers"] == sorted(kept)


def test_exits_are_told_by_who_reads_the_log_and_belong_to_no_number(world, authorised):
    tell_exits(by=BY, at=world.at + DAY)
    read = list(enumerate(told()))
    assert derive(read) == ({}, [])
    (sentence,) = exits(read)
    assert "runs nothing any more for" in sentence
