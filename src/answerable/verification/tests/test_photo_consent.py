"""The hand-held photo needs a consent of its own; to decline is a way on, to withdraw destroys it (PIPL art. 15, 29, 47)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib import keystore
from answerable.trail.models import Fact
from answerable.verification import consent, errors
from answerable.verification.actions import (
    confirm_hold,
    decline_photo,
    give_photo_consent,
    open_dossier,
    place_hold,
    submit,
    upload,
)
from answerable.verification.actions.documents import path_of
from answerable.verification.evaluation import evaluate, facts
from answerable.verification.models import Document, Erasure, PhotoConsent
from answerable.verification.queries import documents


@pytest.fixture
def dossier(world):
    return world.dossier(world.order("paid"))


def photograph(world, dossier):
    return upload(dossier, consent.SLOT, world.jpeg, person=world.hua, at=world.at)


def give(world, dossier, version=consent.CURRENT):
    return give_photo_consent(dossier, version=version, person=world.hua, at=world.at)


def decline(world, dossier, at=None):
    return decline_photo(dossier, person=world.hua, at=at or world.at)


def test_no_photo_is_taken_before_its_own_consent(world, dossier, folders):
    """PIPL art. 29: a separate consent for sensitive personal information."""
    with pytest.raises(errors.ConsentMissing):
        photograph(world, dossier)
    assert not [file for file in (folders / "documents").rglob("*") if file.is_file()]
    given = give(world, dossier)
    assert (given.answer, given.text_version, given.at, given.person) == ("given", "2026-1", world.at, world.hua)
    assert photograph(world, dossier) in documents(dossier)


def test_no_photo_enters_the_database_without_consent(world, dossier):
    order = world.order("paid", world.second, firm="zhao", person=world.zhao)
    row = world.paper_row(order, consent.SLOT, dossier)
    with pytest.raises(IntegrityError, match="no consent"), transaction.atomic():
        row.save(force_insert=True)
    moved = world.paper(order, "licence", dossier)
    with pytest.raises(IntegrityError, match="no consent"), transaction.atomic():
        Document.objects.filter(pk=moved.pk).update(slot=consent.SLOT)


@pytest.mark.parametrize("version", ["", "2020-1"])
def test_consent_to_another_text_is_none(world, dossier, version):
    with pytest.raises(errors.ConsentOutdated):
        give(world, dossier, version)
    assert not PhotoConsent.objects.exists()


def test_consent_to_an_older_text_is_asked_again(world, dossier):
    PhotoConsent.objects.create(dossier=dossier, answer="given", text_version="2020-1", person=world.hua, at=world.at)
    with pytest.raises(errors.ConsentMissing):
        photograph(world, dossier)
    give(world, dossier)
    photograph(world, dossier)
    assert PhotoConsent.objects.filter(ended_at=None).count() == 1


def test_consent_given_twice_is_one(world, dossier):
    assert give(world, dossier) == give(world, dossier)
    assert Fact.objects.filter(what="consent.given").count() == 1


def test_declined_photo_bars_no_submission(world):
    """PIPL art. 16: nobody is refused a service for declining what is not necessary for it."""
    dossier = world.fill(world.order("paid"))
    decline(world, dossier)
    assert consent.SLOT not in [one.slot for one in facts(dossier, at=world.at).required]
    assert [f for f in evaluate(dossier, at=world.at) if f.slot == consent.SLOT and f.outcome != "pass"] == []
    assert submit(dossier, person=world.hua, at=world.at).state == "submitted"


def test_unanswered_photo_is_still_asked_for(world, dossier):
    assert consent.SLOT in [one.slot for one in facts(dossier, at=world.at).required]


def test_withdrawn_consent_destroys_every_photo(world, dossier, folders):
    """PIPL art. 15 and 47: consent can be taken back, and what rested on it is erased."""
    give(world, dossier)
    photos = [photograph(world, dossier), photograph(world, dossier)]
    licence = upload(dossier, "licence", world.jpeg, person=world.hua, at=world.at)
    decline(world, dossier)
    for photo in photos:
        photo.refresh_from_db()
        assert (photo.erased_at, bytes(photo.reading)) == (world.at, b"")
        assert not path_of(photo.pk).exists()
        assert not keystore.has(keystore.document_key(photo.pk))
    assert list(documents(dossier)) == [licence]
    assert path_of(licence.pk).exists()
    fact = Fact.objects.get(what="consent.withdrawn")
    assert (fact.subject_id, fact.after) == (str(dossier.pk), {"about": consent.SLOT, "text_version": "2026-1"})
    done = Erasure.objects.get()
    assert (done.documents, done.dossiers, done.asked_by) == (2, 0, world.hua)


def test_declining_can_be_undone(world, dossier):
    decline(world, dossier)
    with pytest.raises(errors.ConsentMissing):
        photograph(world, dossier)
    give(world, dossier)
    assert photograph(world, dossier) in documents(dossier)
    answers = PhotoConsent.objects.order_by("pk").values_list("answer", "ended_at")
    assert list(answers) == [("declined", world.at), ("given", None)]


@pytest.mark.parametrize("stage", ["submitted", "handled", "reviewed_once"])
def test_consent_can_be_withdrawn_until_the_approval(world, stage):
    dossier = world.dossier(world.order(stage))
    decline(world, dossier)
    assert Document.objects.get(dossier=dossier, slot=consent.SLOT).erased_at == world.at


def test_photo_of_an_approved_dossier_is_kept(world):
    """MIIT Order 25: identity data is kept during service and two years after."""
    dossier = world.dossier(world.order("approved"))
    with pytest.raises(errors.PhotoKept):
        decline(world, dossier)
    assert Document.objects.get(dossier=dossier, slot=consent.SLOT).erased_at is None


def test_legal_hold_keeps_the_photo(world, dossier):
    give(world, dossier)
    photo = photograph(world, dossier)
    first, second = world.staff("zheng"), world.staff("wang")
    until = (world.at + dt.timedelta(days=30)).date()
    hold = place_hold(
        dossier.enterprise,
        number="",
        agency="样本公安局",
        document_no="样本〔2026〕1号",
        until=until,
        staff=first,
        at=world.at,
    )
    confirm_hold(hold, staff=second, at=world.at)
    with pytest.raises(errors.ErasureSuspended):
        decline(world, dossier)
    assert path_of(photo.pk).exists()
    assert consent.is_given(dossier)


def test_photo_that_nobody_asks_for_needs_no_answer(world, dossier):
    line = open_dossier(
        kind="destination", enterprise=dossier.enterprise, number=dossier.number, carrier="telecom", use="own", role=dossier.role,
        person=world.hua, at=world.at, line="02161234568",
    )  # fmt: skip
    with pytest.raises(errors.SlotUnknown):
        give(world, line)


@pytest.mark.parametrize("change", [{"text_version": "x"}, {"answer": "declined"}])
def test_answers_stay_as_they_were_given(world, dossier, change):
    given = give(world, dossier)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        PhotoConsent.objects.filter(pk=given.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        PhotoConsent.objects.filter(pk=given.pk).delete()
