"""Let programs hand reports over, each with a key of its own."""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.models import Partner
from answerable.complaints.queries import partner_key_hash
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record


def add_partner(code: str, name: str, *, staff: Staff, at: dt.datetime) -> tuple[Partner, str]:
    """Make a partner and its key, which is returned this once; the table keeps a keyed hash. Raise PartnerInvalid."""
    require(staff, "lead_complaints")
    if not re.fullmatch(r"[a-z0-9-]{2,20}", code) or not name.strip() or Partner.objects.filter(pk=code).exists():
        raise errors.PartnerInvalid
    key = f"ak_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        made = Partner.objects.create(
            code=code, name=name.strip()[:60], key_hash=partner_key_hash(key), made_by=staff, made_at=at
        )
        record("partner.added", by=actor_of(staff), at=at, subject=("partner", code))
    return made, key


def end_partner(partner: Partner, *, staff: Staff, at: dt.datetime) -> None:
    """End a partner's key at once and for good; the row stays, so that its reports say where they came from."""
    require(staff, "lead_complaints")
    with transaction.atomic():
        if Partner.objects.filter(pk=partner.pk, ended_at=None).update(ended_at=at):
            record("partner.ended", by=actor_of(staff), at=at, subject=("partner", partner.pk))
