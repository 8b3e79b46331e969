"""Change how a number's calls are led, and over which trunks calls come."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import re

from django.db import transaction

from answerable.numbers.models import Destination
from answerable.routing import errors
from answerable.routing.choices import Choices, checked
from answerable.routing.models import Plan, Trunk
from answerable.trail.actions import record
from answerable.trail.actors import Actor

REALM = "answerable"
"""What a gate calls itself when it asks a trunk to sign in (gate.source)."""
PASSWORD_SHORTEST = 16


def set_plan(number: str, asked: Choices, *, by: Actor, at: dt.datetime) -> Plan:
    """Set how a number's calls are led; lines and hours that a stop limits stay limited."""
    choices = checked(asked)
    with transaction.atomic():
        bound = Destination.objects.filter(number=number, removed_at=None)
        if choices.billing_number and not bound.filter(line=choices.billing_number).exists():
            raise errors.BillingNumberInvalid
        plan, _ = Plan.objects.update_or_create(number=number, defaults=choices.fields())
        record("plan.set", by=by, at=at, subject=("number", number), number=number, after=choices.fields())
    return plan


def set_trunk(
    name: str, *, address: str = "", port: int | None = None, user: str = "", password: str = "", most_a_second: int = 0,
    by: Actor, at: dt.datetime,
) -> Trunk:  # fmt: skip
    """Add a carrier's trunk or change it: known by its address, or by a user and a password that it signs in with.

    The password is kept as SIP's digest needs it, MD5 of user, realm and password: whoever reads that can sign in.
    """
    _require_trunk(name, address, user, password, most_a_second)
    secret = hashlib.md5(f"{user}:{REALM}:{password}".encode()).hexdigest() if user else ""  # noqa: S324  RFC 3261 section 22.4
    fields = {
        "address": address or None,
        "port": port,
        "user": user,
        "ha1": secret,
        "most_a_second": most_a_second,
        "is_enabled": True,
    }
    with transaction.atomic():
        if Trunk.objects.exclude(name=name).filter(address=address or None, port=port, user=user).exists():
            raise errors.TrunkInvalid
        trunk, _ = Trunk.objects.update_or_create(name=name, defaults=fields)
        after = {"address": address, "port": port, "user": user, "most_a_second": most_a_second}
        record("trunk.set", by=by, at=at, subject=("trunk", name), after=after)
    return trunk


def switch_trunk_off(name: str, *, by: Actor, at: dt.datetime) -> None:
    """Close a trunk: its calls are a stranger's from the next second on."""
    with transaction.atomic():
        if not Trunk.objects.filter(name=name, is_enabled=True).update(is_enabled=False):
            raise errors.TrunkUnknown
        record("trunk.switched_off", by=by, at=at, subject=("trunk", name))


def _require_trunk(name: str, address: str, user: str, password: str, most_a_second: int) -> None:
    try:
        if address:
            ipaddress.ip_address(address)
    except ValueError:
        raise errors.TrunkInvalid from None
    has_name = bool(re.fullmatch(r"[^\s]{1,40}", name))
    signs_in = bool(re.fullmatch(r"[A-Za-z0-9._-]{1,28}", user)) and len(password) >= PASSWORD_SHORTEST
    if not has_name or bool(address) == bool(user) or (user and not signs_in) or not 0 <= most_a_second <= 10_000:
        raise errors.TrunkInvalid
