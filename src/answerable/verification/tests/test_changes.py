"""Changes of handler, name and representative, and pauses: the number works as it was until the carrier's approval."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.gate.refusals import REFUSALS
from answerable.lib.workdays import CHINA
from answerable.numbers.errors import NotVerifiedAnyMore, StateConflict, StoppedForCause
from answerable.numbers.models import Number
from answerable.orders import actions as orders
from answerable.parties.models import Enterprise, FormerName, Membership, Person, RegisterEntry
from answerable.parties.queries import name_at
from answerable.routing.compile import compile_numbers
from answerable.trail.models import Fact
from answerable.transparency.entries import read_entry
from answerable.transparency.models import Pending
from answerable.verification import actions, errors
from answerable.verification.actions.counter import originals
from answerable.verification.consent import SLOT
from answerable.verification.models import Dossier, RequirementSet
from answerable.verification.queries import queue
from answerable.verification.slots import required

pytestmark = pytest.mark.django_db
NEW_MOBILE = "13900000077"


@pytest.fixture
def number(world):
    return world.order("working").number


def register_says(world, **now):
    RegisterEntry.objects.filter(pk=world.credit_code("hua")).update(**now)


def begin(world, number, purpose, **more):
    return actions.begin_change(number, purpose, person=world.hua, at=world.at, **more)


def submit(world, dossier, name="华建国"):
    """Fill a change with everything its set asks for, and hand it in."""
    if dossier.visits_counter:
        actions.confirm_handler(
            dossier, name=name, id_number=world.id_number(), was_filled=False, person=world.hua, at=world.at
        )
    order = Number.objects.get(pk=dossier.number).orders.first()
    if any(one.slot == SLOT for one in required(dossier)):
        world.consent(dossier)
    for one in required(dossier):
        world.paper(order, one.slot, dossier)
    dossier.refresh_from_db()
    return actions.submit(dossier, person=world.hua, at=world.at)


def handle(world, dossier, name="华建国"):
    card = json.dumps({"name": name, "id_number": world.id_number(), "serial": "R"}).encode()
    return actions.handle(
        dossier, staff=world.staff("chen"), originals_seen=originals(dossier), id_reader=card, site_photo=world.jpeg,
        acceptance_form=world.jpeg, at=world.at,
    )  # fmt: skip


def approve(world, dossier):
    for who in ("lin", "zhou"):
        world.decide(Dossier.objects.get(pk=dossier.pk), who)
    return Dossier.objects.get(pk=dossier.pk)


def through(world, dossier, name="华建国"):
    submit(world, dossier, name)
    if dossier.visits_counter:
        handle(world, dossier, name)
    return approve(world, dossier)


def soon(world, days=30):
    return world.at.astimezone(CHINA).date() + dt.timedelta(days=days)


def logged():
    """Read what waits to enter the public log."""
    return [read_entry(bytes(row.leaf)) for row in Pending.objects.order_by("pk")]


def test_name_follows_the_register_once_both_reviewers_approve_and_the_former_one_stays_known(world, number):
    """MIIT 452 (七)五: the ledger says for any day who answered, by the name of that day."""
    register_says(world, name="上海样本智能家电有限公司")
    dossier = begin(world, number, "change_name")
    submit(world, dossier)
    handle(world, dossier)
    world.decide(Dossier.objects.get(pk=dossier.pk), "lin")
    assert Enterprise.objects.get(pk=number.holder_id).name == "上海样本家电服务有限公司"
    world.decide(Dossier.objects.get(pk=dossier.pk), "zhou")
    firm = Enterprise.objects.get(pk=number.holder_id)
    assert firm.name == "上海样本智能家电有限公司"
    assert name_at(firm, world.at - dt.timedelta(seconds=1)) == "上海样本家电服务有限公司"
    assert name_at(firm, world.at) == firm.name
    assert world.state(number.pk) == "working"
    assert Dossier.objects.filter(kind="holder", state="approved", number=number.pk).count() == 1
    renamed = [entry for entry in logged() if entry["kind"] == "renamed"]
    assert renamed[0]["holder"] == {"name": firm.name, "credit_code": firm.credit_code}


def test_all_numbers_of_the_holder_follow(world, number):
    other = world.order("working", world.second).number
    register_says(world, name="上海样本智能家电有限公司")
    through(world, begin(world, number, "change_name"))
    names = Number.objects.filter(pk__in=[number.pk, other.pk]).values_list("holder__name", flat=True)
    assert set(names) == {"上海样本智能家电有限公司"}


def test_new_representative_comes_to_the_counter_as_the_register_names_them(world, number):
    register_says(world, legal_representative="华新任")
    dossier = begin(world, number, "change_representative")
    submit(world, dossier, "华新任")
    with pytest.raises(errors.IdReaderMismatch):
        handle(world, dossier, "华建国")
    handle(world, dossier, "华新任")
    approve(world, dossier)
    assert Enterprise.objects.get(pk=number.holder_id).legal_representative == "华新任"
    fact = Fact.objects.get(what="enterprise.changed")
    assert (fact.before, fact.after) == ({}, {"fields": ["legal_representative"]})


@pytest.mark.parametrize("purpose", ["change_name", "change_representative"])
def test_change_that_the_register_does_not_say_is_refused_at_once_and_at_the_approval(world, number, purpose):
    with pytest.raises(errors.RegisterUnchanged):
        begin(world, number, purpose)
    register_says(world, name="甲乙丙丁有限公司", legal_representative="华新任")
    dossier = begin(world, number, purpose)
    submit(world, dossier, "华新任")
    handle(world, dossier, "华新任")
    register_says(world, name="上海样本家电服务有限公司", legal_representative="华建国")
    with pytest.raises(errors.RegisterUnchanged):
        approve(world, dossier)
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"
    assert not FormerName.objects.exists()


def test_new_handler_takes_the_old_ones_place(world):
    number = world.order("working", role="handler").number
    dossier = begin(world, number, "change_handler", mobile=NEW_MOBILE)
    through(world, dossier, "华新手")
    new = Person.objects.get(mobile=NEW_MOBILE)
    acting = Membership.objects.filter(enterprise=number.holder_id).values_list("person", "role")
    assert list(acting) == [(new.pk, "handler")]
    assert Person.objects.get(pk=world.hua.pk).name == "华小样"
    assert NEW_MOBILE not in json.dumps(list(Fact.objects.values_list("before", "after")))


@pytest.mark.parametrize("mobile", ["", "1390000007", "23900000077", "139000000770"])
def test_new_handler_without_a_mobile_is_refused(world, number, mobile):
    with pytest.raises(errors.MobileWrong):
        begin(world, number, "change_handler", mobile=mobile)
    assert not Dossier.objects.filter(kind="change").exists()


def test_paused_number_connects_nobody_and_its_holder_still_answers_for_it(world, number):
    dossier = begin(world, number, "pause", until=soon(world))
    assert not dossier.visits_counter
    submit(world, dossier)
    assert list(queue(staff=world.staff("lin"))) == [dossier]
    approve(world, dossier)
    paused = Number.objects.get(pk=number.pk)
    assert (paused.business_state, paused.holder_id) == ("paused_by_holder", number.holder_id)
    assert compile_numbers([number.pk])[number.pk]["business_state"] == "paused_by_holder"
    assert "NOT_IN_SERVICE" in REFUSALS
    actions.resume(paused, person=world.hua, at=world.at)
    assert world.state(number.pk) == "working"
    assert [entry["kind"] for entry in logged()][-2:] == ["pause", "resume"]


def test_pause_ends_by_itself_on_its_day_and_not_before(world, number):
    through(world, begin(world, number, "pause", until=soon(world)))
    end = Number.objects.get(pk=number.pk).paused_until
    orders.sweep(at=end - dt.timedelta(seconds=1))
    assert world.state(number.pk) == "paused_by_holder"
    orders.sweep(at=end)
    assert world.state(number.pk) == "working"


def test_number_whose_verification_ended_during_the_pause_is_not_resumed(world, number):
    """Anti-Telecom-Fraud Law: nobody is connected to a number without a verification in force."""
    through(world, begin(world, number, "pause", until=soon(world)))
    Number.objects.filter(pk=number.pk).update(verified_until=world.at)
    with pytest.raises(NotVerifiedAnyMore):
        actions.resume(number, person=world.hua, at=world.at)
    orders.sweep(at=world.at + dt.timedelta(days=40))
    assert world.state(number.pk) == "paused_by_holder"


@pytest.mark.parametrize("days", [0, -1, 181])
def test_pause_is_bounded_by_the_operators_policy(world, number, days):
    with pytest.raises(errors.PauseInvalid):
        begin(world, number, "pause", until=soon(world, days))
    with pytest.raises(errors.PauseInvalid):
        begin(world, number, "pause")


def test_number_that_is_stopped_cannot_be_paused(world, number):
    dossier = begin(world, number, "pause", until=soon(world))
    submit(world, dossier)
    orders.stop(number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StateConflict):
        approve(world, dossier)
    assert world.state(number.pk) == "suspended"


def test_one_change_of_a_number_is_under_way_at_a_time_and_can_be_taken_back(world, number):
    dossier = begin(world, number, "pause", until=soon(world))
    with pytest.raises(errors.AlreadyOpen):
        begin(world, number, "change_handler", mobile=NEW_MOBILE)
    actions.cancel_change(dossier, person=world.hua, at=world.at)
    other = begin(world, number, "change_handler", mobile=NEW_MOBILE)
    submit(world, other, "华新手")
    handle(world, other, "华新手")
    with pytest.raises(errors.DossierClosed):
        actions.cancel_change(other, person=world.hua, at=world.at)


def test_stranger_changes_nothing(world, number):
    """Telecom Regulations art. 28: a line is not lent; only the holder's proven people ask for a change."""
    with pytest.raises(errors.DossierUnknown):
        actions.begin_change(number, "pause", until=soon(world), person=world.zhao, at=world.at)
    through(world, begin(world, number, "pause", until=soon(world)))
    with pytest.raises(errors.DossierUnknown):
        actions.resume(number, person=world.zhao, at=world.at)
    with pytest.raises(errors.ChangeUnknown):
        begin(world, number, "open")


def test_change_that_its_set_sends_to_the_counter_is_not_approved_without(world, number):
    """MIIT 452 (七)二, in the action and in the database."""
    dossier = begin(world, number, "change_handler", mobile=NEW_MOBILE)
    submit(world, dossier, "华新手")
    with pytest.raises(errors.NotHandled):
        world.decide(Dossier.objects.get(pk=dossier.pk), "lin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(state="approved")


def test_approved_change_never_becomes_a_holders_proof(world, number):
    dossier = through(world, begin(world, number, "pause", until=soon(world)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(kind="holder")


@pytest.mark.parametrize("purpose", ["open", "reverify", "transfer"])
def test_no_set_spares_a_holder_the_counter(world, purpose):
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementSet.objects.create(
            carrier="x", purpose=purpose, version=1, effective_from=world.at.date(), slots=[], needs_handling=False
        )


def test_former_name_is_never_changed(world, number):
    register_says(world, name="上海样本智能家电有限公司")
    through(world, begin(world, number, "change_name"))
    for deed in (lambda: FormerName.objects.update(name="x"), lambda: FormerName.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_console_leads_from_the_change_to_its_papers(world, number, browser):
    client, address = browser(world.hua), f"/console/numbers/{number.pk}/changes/"
    assert "还没有变更" in client.get(address).content.decode()
    refused = client.post(address, {"purpose": "pause", "until": "2020-01-01"})
    assert (refused.status_code, "180" in refused.content.decode()) == (422, True)
    sent = client.post(address, {"purpose": "change_handler", "mobile": NEW_MOBILE})
    page = client.get(sent.headers["Location"]).content.decode()
    for text in ("变更经办人", NEW_MOBILE, "授权委托书", "撤回这项变更"):
        assert text in page
    assert "没有填写使用用途" not in page
    dossier = Dossier.objects.get(kind="change")
    client.post(f"/console/dossiers/{dossier.pk}/cancel/")
    assert Dossier.objects.get(pk=dossier.pk).state == "revoked"


def test_release_takes_papers_and_both_reviewers_and_the_number_works_until_then(world, number):
    dossier = begin(world, number, "release")
    assert not dossier.visits_counter
    submit(world, dossier)
    world.decide(Dossier.objects.get(pk=dossier.pk), "lin")
    orders.follow_dossier(dossier.pk, at=world.at)
    assert world.state(number.pk) == "working"
    world.decide(Dossier.objects.get(pk=dossier.pk), "zhou")
    assert (
        ProcrastinateJob.objects.filter(task_name="orders.follow_dossier", args={"dossier_id": dossier.pk}).count() == 1
    )
    orders.follow_dossier(dossier.pk, at=world.at)
    assert world.state(number.pk) == "aging"
    orders.follow_dossier(dossier.pk, at=world.at)
    assert [entry["kind"] for entry in logged()].count("release") == 1


def test_release_is_no_way_out_of_a_stop_for_cause(world, number):
    dossier = begin(world, number, "release")
    submit(world, dossier)
    orders.stop(number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StoppedForCause):
        approve(world, dossier)
    assert world.state(number.pk) == "suspended"


def test_release_of_a_number_stopped_for_cause_does_not_begin(world, number):
    orders.stop(number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StoppedForCause):
        begin(world, Number.objects.get(pk=number.pk), "release")
    assert not Dossier.objects.filter(kind="change").exists()
