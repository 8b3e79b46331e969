"""Change how a number's calls are led, and over which trunks calls come."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from django.db import transaction

from answerable.numbers.models import Destination
from answerable.routing import errors
from answerable.routing.choices import Choices, checked
from answerable.routing.models import Plan, Trunk
from answerable.snapshot.records import REALM
from answerable.trail.actions import record
from answerable.trail.actors import Actor

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


def set_trunk(name: str, *, user: str, password: str, most_a_second: int = 0, by: Actor, at: dt.datetime) -> Trunk:
    """Add a carrier's trunk that signs in, or change its user, password and rate. Trunks by address are the operator's file's.

    The password is kept as SIP's digest needs it, MD5 of user, realm and password: whoever reads that can sign in.
    """
    is_user = re.fullmatch(r"[A-Za-z0-9._-]{1,28}", user)
    if (
        not re.fullmatch(r"[^\s]{1,40}", name)
        or not is_user
        or len(password) < PASSWORD_SHORTEST
        or not 0 <= most_a_second <= 10_000
    ):
        raise errors.TrunkInvalid
    secret = hashlib.md5(f"{user}:{REALM}:{password}".encode()).hexdigest()  # noqa: S324  RFC 3261 section 22.4
    with transaction.atomic():
        others = Trunk.objects.exclude(name=name, address=None)
        if others.filter(name=name).exists() or others.filter(user=user).exists():
            raise errors.TrunkInvalid
        fields = {"address": None, "user": user, "ha1": secret, "most_a_second": most_a_second, "is_enabled": True}
        trunk, _ = Trunk.objects.update_or_create(name=name, defaults=fields)
        record("trunk.set", by=by, at=at, subject=("trunk", name), after={"user": user, "most_a_second": most_a_second})
    return trunk


def switch_trunk_off(name: str, *, by: Actor, at: dt.datetime) -> None:
    """Close a trunk: its calls are a stranger's from the next second on."""
    with transaction.atomic():
        if not Trunk.objects.filter(name=name, is_enabled=True).update(is_enabled=False):
            raise errors.TrunkUnknown
        record("trunk.switched_off", by=by, at=at, subject=("trunk", name))
