"""Read permits: what waits, and by which permit a number may ring."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from answerable.parties.models import Staff
from answerable.parties.queries import may
from answerable.permits.models import Permit, PermitRequest
from answerable.verification.models import Dossier

PERMISSIONS = {"approval": "review", "lift": "stop_numbers"}
"""Who confirms what; the signer asks for one of each stage besides."""


def waiting(staff: Staff) -> QuerySet[PermitRequest]:
    """List what waits for somebody like this member of staff, oldest first."""
    grounds = [ground for ground, permission in PERMISSIONS.items() if may(staff, permission)]
    found = PermitRequest.objects.filter(state="waiting", ground__in=grounds).select_related("dossier__enterprise")
    return found.prefetch_related("confirmations__staff").order_by("asked_at")


def request_by_id(request_id: int, staff: Staff) -> PermitRequest | None:
    """Fetch what this member of staff may confirm."""
    return waiting(staff).filter(pk=request_id).first()


def waiting_for(dossier: Dossier) -> PermitRequest | None:
    """Return what waits for a dossier's permit."""
    return PermitRequest.objects.filter(dossier=dossier, state="waiting").first()


def waiting_number(number: str) -> QuerySet[PermitRequest]:
    """List what waits about a number."""
    found = PermitRequest.objects.filter(number=number, state="waiting")
    return found.prefetch_related("confirmations__staff").order_by("asked_at")


def newest(number: str) -> Permit | None:
    """Return the newest permit of a number, used up or not."""
    return Permit.objects.filter(number=number).select_related("request").order_by("-serial").first()


def newest_of(numbers: Iterable[str]) -> dict[str, Permit]:
    """Return the newest permit of each number, in one query."""
    rows = Permit.objects.filter(number__in=numbers).order_by("number", "-serial").distinct("number").defer("issued_at")
    return {permit.number: permit for permit in rows}


def is_permitted(number: str) -> bool:
    """Say whether a number has a permit that is not used up."""
    last = newest(number)
    return last is not None and last.used_up_at is None
