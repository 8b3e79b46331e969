"""What applicant and reviewers say to each other about a dossier, and what reviewers note among themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.lib import keystore
from answerable.parties.actions import actor_of
from answerable.parties.models import Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import require
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import errors
from answerable.verification.models import Dossier, Message

LONGEST = 2000
ENDED = ("lapsed", "revoked")


def ask_reviewer(dossier: Dossier, text: str, *, person: Person, at: dt.datetime) -> Message:
    """Write to the reviewers. The caller has fetched `dossier` narrowed to what `person` may see."""
    return _write(dossier, text, by=actor_of(person), at=at, person=person)


def tell_applicant(dossier: Dossier, text: str, *, staff: Staff, at: dt.datetime) -> Message:
    """Write to the applicant, who is notified."""
    require(staff, "review")
    with transaction.atomic():
        message = _write(dossier, text, by=actor_of(staff), at=at, staff=staff)
        notify(
            dossier.opened_by, "MESSAGE", at=at, number=dossier.number, link=f"/console/dossiers/{dossier.pk}/#thread"
        )
    return message


def note(dossier: Dossier, text: str, *, staff: Staff, at: dt.datetime) -> Message:
    """Note something for the staff; the applicant never sees it."""
    require(staff, "review")
    return _write(dossier, text, by=actor_of(staff), at=at, staff=staff, is_internal=True)


def _write(
    dossier: Dossier,
    text: str,
    *,
    by: Actor,
    at: dt.datetime,
    person: Person | None = None,
    staff: Staff | None = None,
    is_internal: bool = False,
) -> Message:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise errors.MessageInvalid(most=LONGEST)
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        if locked.state in ENDED and not is_internal:
            raise errors.DossierClosed
        message = Message.objects.create(
            dossier=locked,
            at=at,
            person=person,
            staff=staff,
            is_internal=is_internal,
            text=keystore.seal_json(words, keystore.dossier_key(locked.pk), f"message:{locked.pk}"),
        )
        what = "dossier.noted" if is_internal else "dossier.said"
        record(what, by=by, at=at, subject=("dossier", locked.pk), number=locked.number)
    return message
