"""Read people and organisations. Every query that a signed-in person may use is narrowed to what is theirs."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from answerable.lib import vault
from answerable.lib.identifiers import read_credit_code
from answerable.lib.workdays import CHINA
from answerable.parties import errors
from answerable.parties.models import (
    BlacklistEntry,
    Counter,
    Enterprise,
    Notice,
    Operator,
    Person,
    RegisterEntry,
    Staff,
    TrustedRoot,
)
from answerable.parties.roles import permissions


def operator() -> Operator:
    """Return who runs this installation."""
    return Operator.objects.get(pk=1)


def refuse_demo() -> None:
    """Raise DemoWorld where this installation holds the made-up world."""
    if Operator.objects.filter(is_demo=True).exists():
        raise errors.DemoWorld


def require_authorisation(at: dt.datetime) -> Operator:
    """Return the operator, or raise AuthorisationNotInForce: without it nothing is handled."""
    day = at.astimezone(CHINA).date()
    found = Operator.objects.filter(pk=1, authorised_from__lte=day, authorised_until__gte=day).first()
    if found is None:
        raise errors.AuthorisationNotInForce
    return found


def register_entry(credit_code: str) -> RegisterEntry:
    """Find an organisation in the register by its credit code; raise CreditCodeInvalid or NotInRegister."""
    code = read_credit_code(credit_code)
    if not code.is_valid:
        raise errors.CreditCodeInvalid
    entry = RegisterEntry.objects.filter(pk=code.code).first()
    if entry is None:
        raise errors.NotInRegister
    return entry


def is_blacklisted(*, credit_code: str = "", id_number: str = "") -> bool:
    """Say whether a firm or a person may not apply."""
    firm = credit_code and BlacklistEntry.objects.filter(kind="firm", value=credit_code).exists()
    return bool(firm) or bool(
        id_number and BlacklistEntry.objects.filter(kind="person", value=vault.keyed_hash(id_number, "person")).exists()
    )


def proven_for(person: Person) -> QuerySet[Enterprise]:
    """List the organisations that a person is proven to act for: everything of theirs may be shown to this person."""
    return Enterprise.objects.filter(memberships__person=person, memberships__proven_at__isnull=False)


def notices_of(person: Person) -> QuerySet[Notice]:
    """List a person's notices, newest first."""
    return Notice.objects.filter(person=person).order_by("-at", "-id")


def may(staff: Staff, permission: str) -> bool:
    """Say whether a member of staff has a permission."""
    return staff.is_active and permission in permissions(staff.roles)


def require(staff: Staff, permission: str) -> None:
    """Raise NotPermitted unless a member of staff has a permission."""
    if not may(staff, permission):
        raise errors.NotPermitted


def counter_of(roles: list[str], code: str) -> Counter | None:
    """Return the counter that somebody with `roles` is to belong to; raise CounterNeeded where role and counter disagree."""
    counter = Counter.objects.filter(pk=code).first() if code else None
    if ("counter" in roles) is not (counter is not None):
        raise errors.CounterNeeded(known=", ".join(Counter.objects.order_by("pk").values_list("pk", flat=True)) or "—")
    return counter


def trusted_roots() -> list[bytes]:
    """Return the roots whose electronic seals are accepted, as DER."""
    return [bytes(der) for der in TrustedRoot.objects.filter(removed_at=None).values_list("der", flat=True)]


def counters() -> QuerySet[Counter]:
    """List the operator's own counters."""
    return Counter.objects.order_by("code")
