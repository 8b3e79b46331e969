"""Switch handling by video on: only with its legal basis on record, by two compliance officers (MIIT 452 (七)二)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.parties import errors
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff, VideoBasis
from answerable.parties.queries import require
from answerable.trail.actions import record


def propose_video(document: str, since: dt.date | None, *, staff: Staff, at: dt.datetime) -> VideoBasis:
    """Put the legal basis on record; nothing is switched on yet."""
    require(staff, "edit_requirements")
    words = document.strip()
    if not words or len(words) > 200 or since is None:
        raise errors.VideoBasisInvalid
    with transaction.atomic():
        basis = VideoBasis.objects.create(document=words, since=since, proposed_by=staff, proposed_at=at)
        after = {"document": words, "since": since.isoformat()}
        record("video.proposed", by=actor_of(staff), at=at, subject=("video", basis.pk), after=after)
    return basis


def approve_video(basis: VideoBasis, *, staff: Staff, at: dt.datetime) -> VideoBasis:
    """Switch handling by video on from the day the basis names; raise VideoNeedsAnother for whoever proposed it."""
    require(staff, "edit_requirements")
    with transaction.atomic():
        locked = VideoBasis.objects.select_for_update().get(pk=basis.pk)
        if locked.proposed_by_id == staff.pk:
            raise errors.VideoNeedsAnother
        if locked.approved_by_id is None:
            locked.approved_by, locked.approved_at = staff, at
            locked.save(update_fields=["approved_by", "approved_at"])
            record("video.approved", by=actor_of(staff), at=at, subject=("video", locked.pk))
    return locked
