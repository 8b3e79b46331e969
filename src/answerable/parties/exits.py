"""The operator's exit: an authorisation is over and none follows it. Said in the public log, for each carrier it concerns.

The gate and every action ask for the authorisation of the moment; this only tells what has happened (Telecom Regulations
art. 15: who stops operating settles the aftermath; the log then no longer speaks for numbers of that carrier).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.lib.workdays import CHINA
from answerable.parties.models import Authorisation
from answerable.parties.queries import operator
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.trail.models import Fact
from answerable.transparency.actions import publish

EXITED = "operator.exited"


def tell_exits(*, by: Actor, at: dt.datetime) -> int:
    """Publish once of each authorisation that ended, and after which some carrier had none; count them."""
    today = at.astimezone(CHINA).date()
    told = 0
    for one in Authorisation.objects.filter(until__lt=today).order_by("until", "document"):
        gone = _without(one)
        with transaction.atomic():
            # Locked, so that of two workers one tells it.
            Authorisation.objects.select_for_update().get(pk=one.pk)
            if not gone or _is_told(one):
                continue
            who = operator()
            publish(
                "operator_exit", number="", at=at, operator={"name": who.name_zh, "credit_code": who.credit_code}, carriers=gone,
                until=str(one.until),
            )  # fmt: skip
            record(
                EXITED,
                by=by,
                at=at,
                subject=("authorisation", one.pk),
                after={"until": str(one.until), "carriers": gone},
            )
        told += 1
    return told


def _without(ended: Authorisation) -> list[str]:
    """List the carriers for which no authorisation was in force on the day after."""
    next_day = ended.until + dt.timedelta(days=1)
    following = Authorisation.objects.filter(since__lte=next_day, until__gte=next_day)
    covered = {carrier for one in following for carrier in one.carriers}
    return sorted(set(ended.carriers) - covered)


def _is_told(one: Authorisation) -> bool:
    return Fact.objects.filter(
        what=EXITED, subject_kind="authorisation", subject_id=one.pk, after__until=str(one.until)
    ).exists()
