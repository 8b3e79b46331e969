"""Answer whether the hand-held photo may be taken in; to take the consent back destroys the photo."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Person
from answerable.trail.actions import record
from answerable.verification import consent, errors
from answerable.verification.actions.erasure import destroy_papers, write_down
from answerable.verification.actions.stated import require_open
from answerable.verification.models import Document, Dossier, PhotoConsent
from answerable.verification.retention import documents_due
from answerable.verification.slots import required


def give_photo_consent(dossier: Dossier, *, version: str, person: Person, at: dt.datetime) -> PhotoConsent:
    """Consent to the hand-held photo. Raise ConsentOutdated where another text was shown than the one in force."""
    if version != consent.CURRENT:
        raise errors.ConsentOutdated
    with transaction.atomic():
        locked = _asked_for_photo(dossier)
        require_open(locked)
        standing = consent.answer_of(locked)
        if standing and (standing.answer, standing.text_version) == ("given", version):
            return standing
        return _answer(locked, "given", "consent.given", person=person, at=at)


def decline_photo(dossier: Dossier, *, person: Person, at: dt.datetime) -> PhotoConsent:
    """Decline the hand-held photo, or take the consent back: then every photo of the dossier is destroyed at once.

    Raise PhotoKept once the dossier was approved: the law keeps what a verification rested on (MIIT Order 25).
    """
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=dossier.enterprise_id)  # before a legal hold, or after it
        locked = _asked_for_photo(dossier)
        standing = consent.answer_of(locked)
        if standing is None:
            require_open(locked)
        elif standing.answer == "declined":
            return standing
        if consent.is_kept(locked):
            raise errors.PhotoKept
        what = "consent.withdrawn" if standing else "consent.declined"
        answered = _answer(locked, "declined", what, person=person, at=at)
        photos = _erase_photos(locked, person=person, at=at)
        # The keys go last, before the commit: see erasure.erase.
        destroy_papers(photos)
    return answered


def _asked_for_photo(dossier: Dossier) -> Dossier:
    locked = Dossier.objects.select_for_update(of=("self",)).select_related("requirement_set").get(pk=dossier.pk)
    if consent.SLOT not in {one.slot for one in required(locked)}:
        raise errors.SlotUnknown
    return locked


def _answer(dossier: Dossier, answer: str, what: str, *, person: Person, at: dt.datetime) -> PhotoConsent:
    dossier.photo_consents.filter(ended_at=None).update(ended_at=at)
    answered = PhotoConsent.objects.create(
        dossier=dossier, answer=answer, text_version=consent.CURRENT, person=person, at=at
    )
    record(
        what,
        by=actor_of(person),
        at=at,
        subject=("dossier", dossier.pk),
        number=dossier.number,
        after={"about": consent.SLOT, "text_version": consent.CURRENT},
    )
    return answered


def _erase_photos(dossier: Dossier, *, person: Person, at: dt.datetime) -> list[Document]:
    """Empty the rows of a dossier's photos, replaced ones too; raise ErasureSuspended under a legal hold."""
    kept = Document.objects.filter(dossier=dossier, slot=consent.SLOT, erased_at=None)
    keys = list(kept.values_list("pk", flat=True))
    if not keys:
        return []
    kept.filter(replaced_at=None).update(replaced_at=at)
    kept.update(keep_until=at)
    photos = list(documents_due(at).filter(pk__in=keys))
    if len(photos) < len(keys):
        raise errors.ErasureSuspended
    write_down(dossier.enterprise, photos, [], person=person, by=actor_of(person), at=at)
    return photos
