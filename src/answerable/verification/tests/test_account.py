"""What the operator's tables say about an applicant goes into the evaluation; a machine's reading bars nobody."""

import datetime as dt

import pytest

from answerable.lib import keystore, vault
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.models import BlacklistEntry, Enterprise
from answerable.verification.account import account_of, clocks_of
from answerable.verification.actions import begin_callback, end_callback, renew_proof, request_callback
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import Document, Dossier
from answerable.verification.tests.test_marks import CARD


@pytest.fixture
def dossier(world):
    return world.dossier(world.order("paid"))


def flagged(dossier, at):
    return sorted({f.code for f in evaluate(dossier, at=at) if f.outcome == "flag"})


def test_quota_counts_the_others_it_holds(world, dossier):
    """MIIT 452 (七)四: a limited count per holder."""
    assert (account_of(dossier).numbers_held, account_of(dossier).quota) == (0, 5)
    Number.objects.filter(pk=world.second).update(holder=dossier.enterprise)
    Enterprise.objects.update(quota=1)
    dossier.refresh_from_db()
    assert account_of(dossier).numbers_held == 1
    assert "E08" in flagged(dossier, world.at)


def test_quota_is_no_matter_of_a_number_in_service(world):
    working = world.order("working")
    Enterprise.objects.update(quota=0)
    dossier = renew_proof(Number.objects.get(pk=working.number_id), destination=None, person=world.hua, at=world.at)
    assert account_of(dossier).quota is None
    assert "E08" not in flagged(dossier, world.at)


def test_applications_under_way_are_counted(world, dossier):
    assert account_of(dossier).pending == 1
    for number in (world.second, world.third):
        world.order("paid", number)
    assert account_of(dossier).pending == 3
    assert "E10" in flagged(dossier, world.at)


def test_channel_is_the_web_until_the_counter_handled_it(world, dossier):
    assert account_of(dossier).channel == "web"
    handled = world.dossier(world.order("handled", world.second))
    assert account_of(handled).channel == "own_counter"


@pytest.mark.parametrize("is_asked", [False, True])
def test_call_back_that_was_not_made_is_told_from_one_that_failed(world, is_asked):
    dossier = world.fill(world.order("paid"))
    dossier.callbacks.all().delete()
    if is_asked:
        callback = request_callback(dossier, person=world.hua, at=world.at)
        begin_callback(callback, at=world.at)
        end_callback(callback, "busy", at=world.at)
    account = account_of(Dossier.objects.get(pk=dossier.pk))
    assert account.call_back == ("failed" if is_asked else "none")
    assert [f.code for f in bars(evaluate(dossier, at=world.at))] == ["D15"]


def test_representative_on_the_black_list_is_shown_to_the_reviewer_and_bars_nobody(world):
    """PIPL art. 24: the number was read by a machine, so a person judges it."""
    dossier = world.fill(world.order("paid"))
    reading = keystore.seal_json(
        CARD.to_dict(),
        keystore.document_key(dossier.documents.get(slot="rep_id_portrait").pk),
        f"reading:{dossier.documents.get(slot='rep_id_portrait').pk}",
    )
    Document.objects.filter(dossier=dossier, slot="rep_id_portrait").update(reading=reading)
    hashed = vault.keyed_hash(CARD.value("id_number"), "person")
    BlacklistEntry.objects.create(kind="person", value=hashed, reason="涉诈惩戒（样本）", added_at=world.at)
    found = evaluate(dossier, at=world.at)
    assert [(f.code, f.field) for f in found if f.check == "blacklist"] == [("E09", "legal_representative")]
    assert "E09" not in [f.code for f in bars(found)]


def test_number_in_service_has_its_days_and_a_new_one_has_none(world, dossier):
    assert clocks_of(dossier).real_name_until is None
    number = Number.objects.get(pk=world.order("working", world.second).number_id)
    again = renew_proof(number, destination=None, person=world.hua, at=world.at)
    days = clocks_of(again)
    assert (days.top_up_until, days.real_name_until) == tuple(
        moment.astimezone(CHINA).date() for moment in (number.paid_until, number.verified_until)
    )
    Number.objects.filter(pk=number.pk).update(verified_until=world.at - dt.timedelta(days=1))
    assert "T03" in flagged(again, world.at)
