"""Hold what an authority ordered kept: two compliance officers place a hold, and two end it."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Staff
from answerable.parties.queries import is_same_human, require
from answerable.trail.actions import record
from answerable.verification import errors
from answerable.verification.models import Dossier, LegalHold


def place_hold(
    enterprise: Enterprise, *, number: str, agency: str, document_no: str, until: dt.date, staff: Staff, at: dt.datetime
) -> LegalHold:
    """Ask that an organisation's papers be kept; in force once another officer confirms. Raise HoldInvalid."""
    require(staff, "keep_privacy")
    agency, document_no = agency.strip()[:100], document_no.strip()[:100]
    is_its_own = not number or Dossier.objects.filter(enterprise=enterprise, number=number).exists()
    if not agency or not document_no or until < at.astimezone(CHINA).date() or not is_its_own:
        raise errors.HoldInvalid
    try:
        with transaction.atomic():
            Enterprise.objects.select_for_update().get(pk=enterprise.pk)
            hold = LegalHold.objects.create(
                enterprise=enterprise, number=number, agency=agency, document_no=document_no, until=until,
                placed_by=staff, placed_at=at,
            )  # fmt: skip
            _record_hold("placed", hold, staff=staff, at=at)
    except IntegrityError:
        raise errors.HoldExists from None
    return hold


def confirm_hold(hold: LegalHold, *, staff: Staff, at: dt.datetime) -> None:
    """Put a hold in force: the second of two people. Raise SecondPersonNeeded or HoldConflict."""
    require(staff, "keep_privacy")
    with transaction.atomic():
        locked = _lock(hold)
        if locked.confirmed_at is not None or locked.ended_at is not None:
            raise errors.HoldConflict
        _require_other(locked.placed_by, staff)
        locked.confirmed_by, locked.confirmed_at = staff, at
        locked.save(update_fields=["confirmed_by", "confirmed_at"])
        _record_hold("confirmed", locked, staff=staff, at=at)


def ask_end_of_hold(hold: LegalHold, *, staff: Staff, at: dt.datetime) -> None:
    """Ask that a hold end; it holds on until another officer agrees."""
    require(staff, "keep_privacy")
    with transaction.atomic():
        locked = _lock(hold)
        if locked.end_asked_at is not None or locked.ended_at is not None:
            raise errors.HoldConflict
        locked.end_asked_by, locked.end_asked_at = staff, at
        locked.save(update_fields=["end_asked_by", "end_asked_at"])
        _record_hold("end_asked", locked, staff=staff, at=at)


def end_hold(hold: LegalHold, *, staff: Staff, at: dt.datetime) -> None:
    """End a hold: the second of two people. What is due is erased with the next run."""
    require(staff, "keep_privacy")
    with transaction.atomic():
        locked = _lock(hold)
        if locked.end_asked_by is None or locked.ended_at is not None:
            raise errors.HoldConflict
        _require_other(locked.end_asked_by, staff)
        locked.ended_by, locked.ended_at = staff, at
        locked.save(update_fields=["ended_by", "ended_at"])
        _record_hold("ended", locked, staff=staff, at=at)


def _lock(hold: LegalHold) -> LegalHold:
    """Lock the organisation, as erasure does, then the hold: either erasure sees it or it comes after."""
    Enterprise.objects.select_for_update().get(pk=hold.enterprise_id)
    return LegalHold.objects.select_related("placed_by", "end_asked_by").get(pk=hold.pk)


def _require_other(first: Staff, second: Staff) -> None:
    if is_same_human(first, second):
        raise errors.SecondPersonNeeded


def _record_hold(what: str, hold: LegalHold, *, staff: Staff, at: dt.datetime) -> None:
    record(
        f"privacy.hold_{what}",
        by=actor_of(staff),
        at=at,
        subject=("enterprise", hold.enterprise_id),
        number=hold.number,
        after={
            "hold": hold.pk, "agency": hold.agency, "document_no": hold.document_no, "until": hold.until.isoformat(),
        },
    )  # fmt: skip
