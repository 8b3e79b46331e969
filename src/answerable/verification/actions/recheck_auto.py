"""What data asks for by itself: new papers before a verification ends, because a document expires or the year is over."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import Exists, OuterRef

from answerable.lib.errors import Problem
from answerable.numbers.models import Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.trail.actors import system
from answerable.verification.actions.recheck import ask
from answerable.verification.models import Dossier, Recheck

ASKED_BEFORE = dt.timedelta(days=60)
DUE_BEFORE = dt.timedelta(days=30)
GROUNDS = ("expiring", "yearly")
CHUNK = 500
log = logging.getLogger(__name__)


def ask_before_verification_ends(*, at: dt.datetime) -> int:
    """Ask the holder of each number whose verification ends within 60 days for papers; return how many were asked.

    The deadline is the verification's own end, so that nothing stops earlier than it would have.
    """
    asked = Recheck.objects.filter(number=OuterRef("pk"), state="open", ground__in=GROUNDS)
    ending = Number.objects.filter(
        ~Exists(asked), business_state__in=ANSWERED_FOR, holder__isnull=False,
        verified_until__gt=at, verified_until__lte=at + ASKED_BEFORE,
    )  # fmt: skip
    return sum(_ask(number, at) for number in ending.order_by("pk").iterator(CHUNK))


def _ask(number: Number, at: dt.datetime) -> bool:
    until = number.verified_until
    assert until is not None  # noqa: S101  the query asked for it
    ground = "expiring" if _is_cut_short(number) else "yearly"
    try:
        ask(
            number,
            ground=ground,
            level=2,
            by=system("worker"),
            at=at,
            due_at=max(at, until - DUE_BEFORE),
            deadline=until,
        )
    except Problem as problem:  # released or asked at this very moment
        log.info("nothing asked of %s: %s", number.pk, problem)
        return False
    return True


def _is_cut_short(number: Number) -> bool:
    """Say whether a document's end, not the set's term, ended the verification."""
    newest = (
        Dossier.objects.filter(number=number.pk, enterprise=number.holder_id, kind="holder", state="approved")
        .select_related("requirement_set")
        .order_by("-decided_at")
        .first()
    )
    if newest is None or newest.decided_at is None or newest.verified_until is None:
        return False
    term = dt.timedelta(days=newest.requirement_set.verification_days)
    return newest.verified_until < newest.decided_at + term
