"""Change how a number's calls are led, over which trunks calls come, and let through what was held for its losses."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from django.db import transaction

from answerable.numbers.models import Destination
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import is_same_human, require
from answerable.routing import errors
from answerable.routing.choices import Choices, checked
from answerable.routing.models import HeldNumber, Plan, Trunk
from answerable.snapshot.records import REALM
from answerable.trail.actions import mark_many, record
from answerable.trail.actors import Actor

PASSWORD_SHORTEST = 16
WHY_LEAST, WHY_MOST = 5, 300


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


def switch_trunk_on(name: str, *, by: Actor, at: dt.datetime) -> Trunk:
    """Take a trunk's calls again, with the address or password it had; raise TrunkNotOff.

    A trunk by address follows the operator's file again as soon as that is loaded.
    """
    with transaction.atomic():
        if not Trunk.objects.filter(name=name, is_enabled=False).update(is_enabled=True):
            raise errors.TrunkNotOff
        record("trunk.switched_on", by=by, at=at, subject=("trunk", name))
    return Trunk.objects.get(name=name)


def pass_losses(*, first: Staff, second: Staff, reason: str, at: dt.datetime) -> list[str]:
    """Let the numbers that are held now fall silent, in two people's names; return them. Later ones are not meant.

    The publisher takes them at once; each gate host asks again by its own guard. What nobody could publish within the
    hour is held as before. Raise TwoPeopleNeeded, WhyMissing or NothingHeld.
    """
    require(first, "pass_losses")
    require(second, "pass_losses")
    if is_same_human(first, second):
        raise errors.TwoPeopleNeeded
    reason = " ".join(reason.split())
    if not WHY_LEAST <= len(reason) <= WHY_MOST:
        raise errors.WhyMissing(least=WHY_LEAST, most=WHY_MOST)
    with transaction.atomic():
        numbers = _held()
        HeldNumber.objects.filter(pk__in=numbers).update(passed_by=first, passed_with=second, passed_at=at)
        after = {"with": second.username, "with_name": second.name, "reason": reason, **_listed(numbers)}
        record("publication.passed", by=actor_of(first), at=at, subject=("published", "held"), after=after)
        mark_many(numbers)
    return numbers


def compile_held_again(*, by: Actor, at: dt.datetime) -> list[str]:
    """Compile the numbers that are held anew, once what was wrong is put right; return them. What would still be lost stays held."""
    with transaction.atomic():
        numbers = _held()
        record("publication.asked_again", by=by, at=at, subject=("published", "held"), after=_listed(numbers))
        mark_many(numbers)
    return numbers


def _held() -> list[str]:
    """Lock what is held, in order; the publisher waits meanwhile."""
    numbers = list(HeldNumber.objects.select_for_update().order_by("number").values_list("number", flat=True))
    if not numbers:
        raise errors.NothingHeld
    return numbers


def _listed(numbers: list[str]) -> dict[str, object]:
    """Name a list of numbers: how many, and the SHA-256 of them, one a line."""
    text = "".join(f"{number}\n" for number in numbers)
    return {"numbers": len(numbers), "sha256": hashlib.sha256(text.encode()).hexdigest()}
