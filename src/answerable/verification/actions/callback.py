"""The call-back proof (回拨核验): the platform rings the line, whoever answers enters the code they hear."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import IntegrityError, transaction

from answerable.lib import vault
from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Person
from answerable.trail.actions import record
from answerable.trail.actors import system
from answerable.verification import errors
from answerable.verification.actions.stated import require_open
from answerable.verification.models import CallBack, Dossier
from answerable.verification.queries import callback_waiting_for_code

LISTED = dt.timedelta(minutes=10)
CODE_LASTS = dt.timedelta(minutes=10)
MOST_A_DAY, MOST_TRIES = 3, 5
CALLING_AT_MOST = dt.timedelta(minutes=3)


def request_callback(dossier: Dossier, *, person: Person, at: dt.datetime) -> CallBack:
    """Have the platform ring the dossier's line, three times a day at most whoever asks.

    The gate lets only the platform's own caller through to it, and only for ten minutes. Raise LineNotSet,
    CallBackUnderWay or CallBacksUsedUp.
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        require_open(locked)
        if not locked.line:
            raise errors.LineNotSet
        today = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        if CallBack.objects.filter(line=locked.line, requested_at__gte=today).count() >= MOST_A_DAY:
            raise errors.CallBacksUsedUp(most=MOST_A_DAY)
        try:
            with transaction.atomic():
                callback = CallBack.objects.create(
                    dossier=locked, line=locked.line, requested_by=person, requested_at=at, listed_until=at + LISTED
                )
        except IntegrityError:
            raise errors.CallBackUnderWay from None
        record("line.callback", by=actor_of(person), at=at, subject=("dossier", locked.pk), number=locked.number)
    return callback


def begin_callback(callback: CallBack, *, at: dt.datetime) -> str | None:
    """Take a due call for this caller and return the code to read out; None if another caller has it."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    taken = CallBack.objects.filter(pk=callback.pk, state="due", listed_until__gt=at).update(
        state="calling", taken_at=at, code_hash=_hashed(callback, code)
    )
    return code if taken else None


def end_callback(callback: CallBack, outcome: str, *, at: dt.datetime) -> None:
    """Store how the call ended (answered, busy, ringing, not_reached); only an answered one leaves a valid code."""
    with transaction.atomic():
        until = at + CODE_LASTS if outcome == "answered" else None
        changed = CallBack.objects.filter(pk=callback.pk, state="calling").update(
            state="done", done_at=at, outcome=outcome, code_until=until
        )
        if changed:
            number = callback.dossier.number
            record("line.called", by=system("caller"), at=at, subject=("dossier", callback.dossier_id), number=number,
                   after={"outcome": outcome})  # fmt: skip


def put_back(callback: CallBack) -> None:
    """Make a call due again that the gate did not know of yet."""
    CallBack.objects.filter(pk=callback.pk, state="calling").update(state="due", taken_at=None)


def confirm_callback(dossier: Dossier, code: str, *, person: Person, at: dt.datetime) -> CallBack:
    """Take the code that was heard; the line is then known to be answered by the applicant.

    Raise CodeWrong, which uses up one of five tries, or CodeExpired. A wrong try is kept although it raises.
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        require_open(locked)
        callback = callback_waiting_for_code(locked, at=at, most_tries=MOST_TRIES)
        if callback is None:
            raise errors.CodeExpired
        callback.tries += 1
        is_right = secrets.compare_digest(callback.code_hash, _hashed(callback, "".join(code.split())))
        callback.confirmed_at = at if is_right else None
        callback.save(update_fields=["tries", "confirmed_at"])
        what = "line.answered" if is_right else "line.code_wrong"
        record(what, by=actor_of(person), at=at, subject=("dossier", locked.pk), number=locked.number)
    if not is_right:
        raise errors.CodeWrong(left=MOST_TRIES - callback.tries) if callback.tries < MOST_TRIES else errors.CodeExpired
    return callback


def end_overdue_callbacks(*, at: dt.datetime) -> int:
    """End the calls that nobody placed in their ten minutes, or whose caller died."""
    late = CallBack.objects.filter(state="due", listed_until__lte=at) | CallBack.objects.filter(
        state="calling", taken_at__lte=at - CALLING_AT_MOST
    )
    return late.update(state="done", done_at=at, outcome="not_placed")


def _hashed(callback: CallBack, code: str) -> str:
    return vault.keyed_hash(code, f"callback:{callback.pk}")
