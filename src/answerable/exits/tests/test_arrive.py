"""A holder comes from another operator by its archive: nothing rings by it, and the old log leads on to the new one."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from answerable.exits import errors
from answerable.exits.actions import arrive, bring_papers, sweep
from answerable.exits.models import Arrival
from answerable.exits.queries import arrival_of
from answerable.lib import keystore
from answerable.lib.envelope import EnvelopeError
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders.actions import take_over
from answerable.orders.models import Order
from answerable.routing.compile import compile_numbers
from answerable.routing.models import Plan
from answerable.trail.actors import system
from answerable.transparency.evidence_key import evidence_key
from answerable.transparency.integrate import signing_key
from answerable.transparency.manifests import BundleInvalid
from answerable.transparency.models import Pending
from answerable.verification.slots import required

BY = system("test")


@pytest.fixture
def keys():
    """The previous operator's keys, as they were learnt."""
    return {"key": str(evidence_key().verifier), "log_key": str(signing_key().verifier)}


@pytest.fixture
def come(world, archive, keys):
    return lambda **changes: arrive(archive, **(keys | {"by": BY, "at": world.at} | changes))


@pytest.fixture
def taken(world, come):
    """The holder's order to take its number over, signed; what it files next are the papers."""
    made = come()
    asked = {"role": "legal_representative", "use": "own", "industry": "manufacturing", "at": world.at}
    order = take_over(world.plain, person=world.hua, entry=world.firm("hua"), **asked)
    world.sign(order)
    order.refresh_from_db()
    return made, order


def test_number_comes_unverified_with_line_plan_and_paid_term(world, elsewhere, come):
    assert not Destination.objects.exists()
    made = come()
    number = Number.objects.get(pk=world.plain)
    assert (made.numbers, made.left, made.calls) == ([world.plain], [], 1)
    assert (number.business_state, number.holder, number.verified_until) == ("unverified", made.enterprise, None)
    assert (number.paid_until.astimezone(CHINA).date(), Destination.objects.get().line) == (
        elsewhere.order.number.paid_until.astimezone(CHINA).date(),
        world.line,
    )
    plan = Plan.objects.get(pk=world.plain)
    assert (plan.hours, plan.ring, plan.refused_callers) == ([[0, 540, 1080]], "parallel", ["170"])
    assert not Tenure.objects.exists()


def test_public_log_says_where_the_history_goes_on(world, come):
    made = come()
    said = [json.loads(bytes(one.leaf)) for one in Pending.objects.filter(number=world.plain)]
    (arrival,) = [one for one in said if one["kind"] == "arrival"]
    assert (arrival["archive_sha256"], int(arrival["tree_size"]) > 0) == (made.archive_sha256, True)
    assert arrival["log"] == made.log_key.split("+")[0]


def test_nothing_rings_before_two_have_approved_it(world, taken):
    _, order = taken
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == 0
    world.submit(order)
    world.handle(order)
    world.review(order, "lin")
    assert Number.objects.get(pk=world.plain).verified_until is None
    world.review(order, "zhou")
    world.open(order)
    world.work(order)
    assert (world.state(world.plain), Order.objects.get(pk=order.pk).state) == ("working", "completed")


def test_papers_are_at_hand_and_fill_only_open_items(world, taken):
    made, order = taken
    dossier = world.dossier(order)
    assert arrival_of(dossier) == made
    brought = bring_papers(made, dossier, person=world.hua, at=world.at)
    assert [one.slot for one in brought] == ["licence"]
    assert {one.slot for one in required(dossier)} > {"licence"}
    with pytest.raises(errors.NoPapersHere):
        bring_papers(made, dossier, person=world.hua, at=world.at)


def test_archive_comes_once(world, come):
    come()
    with pytest.raises(errors.ArrivedAlready):
        come()


def test_number_that_another_holds_is_refused_and_nothing_of_the_archive_enters(world, come):
    world.order("working")
    before = (Destination.objects.count(), Plan.objects.count())
    with pytest.raises(errors.NumberNotTaken):
        come()
    assert (Arrival.objects.count(), Destination.objects.count(), Plan.objects.count()) == (0, *before)


def test_old_archive_and_wrong_key_are_refused(world, come, keys):
    with pytest.raises(errors.ArchiveTooOld):
        come(at=world.at + dt.timedelta(days=91))
    with pytest.raises(BundleInvalid):
        come(key=keys["log_key"])
    assert not Arrival.objects.exists()


def test_archive_is_destroyed_once_everything_is_taken_over_or_its_time_is_over(world, come):
    made = come()
    assert sweep(by=BY, at=world.at + dt.timedelta(days=89)) == 0
    assert sweep(by=BY, at=world.at + dt.timedelta(days=90)) == 1
    assert sweep(by=BY, at=world.at + dt.timedelta(days=91)) == 0
    with pytest.raises(EnvelopeError):
        keystore.open_bytes(b"", keystore.arrival_key(made.pk), "x")
