"""Ask a holder to verify again, at one of three levels (Anti-Telecom-Fraud Law art. 11), and take the answer.

A machine may open a requirement at the level that data gives its ground; raising it is a person's decision (PIPL art. 24).
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.actions import actor_of, send_sms_code, use_code
from answerable.parties.models import Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import operator, proven_for, require
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.verification import errors
from answerable.verification.actions.dossiers import renew_proof
from answerable.verification.actions.recheck_ends import refresh, to_counter
from answerable.verification.models import Dossier, Recheck
from answerable.verification.rechecks import GROUNDS, words

LONGEST_DAYS = 90


def end_of_day(at: dt.datetime, days: int) -> dt.datetime:
    """Return the end of the day so many days ahead, China time: nobody counts hours of a deadline."""
    day = at.astimezone(CHINA).date() + dt.timedelta(days=days + 1)
    return dt.datetime.combine(day, dt.time(0), CHINA)


def ask(
    number: Number,
    *,
    ground: str,
    level: int,
    by: Staff | Actor,
    at: dt.datetime,
    line: str = "",
    about: str = "",
    note: str = "",
    reason: str = "",
    due_at: dt.datetime | None = None,
    deadline: dt.datetime | None = None,
) -> Recheck:
    """Open a requirement and tell the holder what, until when, and how. Raise AskedAlready, NothingToAsk, or LevelUnknown.

    A line's proof ends at the deadline unless it is proven again; the number's verification does so at the gate. What
    a risk officer asks is a measure of theirs, which has a reason and can be appealed against (art. 32); raise ReasonUnknown.
    """
    staff = by if isinstance(by, Staff) else None
    if staff is not None:
        require(staff, "see_rechecks")
    if level not in Recheck.Level.values or (line and level != 2):
        raise errors.LevelUnknown
    until = deadline or end_of_day(at, GROUNDS[ground].days)
    if not at < until <= end_of_day(at, LONGEST_DAYS):
        raise errors.DeadlineInvalid(most=LONGEST_DAYS)
    who = actor_of(staff) if staff else by if isinstance(by, Actor) else system("worker")
    try:
        with transaction.atomic():
            locked = Number.objects.select_for_update(of=("self",)).get(pk=number.pk)
            if locked.holder is None or locked.business_state not in ANSWERED_FOR:
                raise errors.NothingToAsk
            if line and not locked.destinations.filter(line=line, removed_at=None).exists():
                raise errors.NothingToAsk
            made = Recheck.objects.create(
                number=locked, enterprise=locked.holder, line=line, ground=ground, about=about[:40], note=note.strip()[:300],
                level=level, asked_by=staff, asked_at=at, due_at=min(due_at or at, until), deadline=until,
            )  # fmt: skip
            refresh(made)
            if staff is not None and ground == "risk":
                numbers.take(locked.pk, "reverify", reason, staff=staff, at=at, about=f"recheck:{made.pk}")
            record("recheck.asked", by=who, at=at, subject=("recheck", made.pk), number=locked.pk, after=_said(made))
            _tell(made, "RECHECK_ASKED", at)
    except IntegrityError as error:
        if "asked_once_of" not in str(error):
            raise
        raise errors.AskedAlready from None
    return made


def _said(recheck: Recheck) -> dict[str, object]:
    return {
        "ground": recheck.ground, "about": recheck.about, "level": recheck.level, "deadline": recheck.deadline.isoformat(),
        "is_line": bool(recheck.line),
    }  # fmt: skip


def _tell(recheck: Recheck, code: str, at: dt.datetime) -> None:
    """Tell everybody who is proven to act for the holder: ground, what to do, until when, and whom to ask (art. 32)."""
    people = Person.objects.filter(memberships__enterprise=recheck.enterprise_id, memberships__proven_at__isnull=False)
    for person in people:
        notify(
            person, code, at=at, link=f"/console/rechecks/{recheck.pk}/", number=recheck.number_id,
            until=f"{recheck.deadline.astimezone(CHINA):%Y-%m-%d %H:%M}", hotline=operator().hotline, **words(recheck),
        )  # fmt: skip


def send_code(recheck: Recheck, *, person: Person, at: dt.datetime, address: str | None = None) -> None:
    """Send the code of level 1 to the mobile of a proven handler; raise NotByCode, RecheckClosed, NotTheHolders."""
    _require_code(recheck, person)
    send_sms_code(person.mobile, at=at, address=address, about=f"recheck:{recheck.pk}")


def confirm_by_code(recheck: Recheck, code: str, *, person: Person, at: dt.datetime) -> None:
    """Fulfil level 1 with the code; it prolongs nothing but the requirement. Raise CodeWrong, CodeExpired as well."""
    _require_code(recheck, person)
    sent = use_code(person.mobile, code, at=at, about=f"recheck:{recheck.pk}")
    with transaction.atomic():
        locked = _open(recheck)
        if locked.level != 1:
            raise errors.NotByCode
        locked.state, locked.closed_at, locked.sms_code = "fulfilled", at, sent
        locked.save(update_fields=["state", "closed_at", "sms_code"])
        refresh(locked)
        to_counter(locked.number_id)
        record(
            "recheck.fulfilled", by=actor_of(person), at=at, subject=("recheck", locked.pk), number=locked.number_id,
            after={"how": "sms_code", "sms_code": sent.pk},
        )  # fmt: skip


def _require_code(recheck: Recheck, person: Person) -> None:
    if recheck.state != "open":
        raise errors.RecheckClosed
    if recheck.level != 1:
        raise errors.NotByCode
    if not proven_for(person).filter(pk=recheck.enterprise_id).exists():
        raise errors.NotTheHolders


def _open(recheck: Recheck) -> Recheck:
    """Lock a requirement that is still open; raise RecheckClosed. The number's row comes first, as in `ask`."""
    Number.objects.select_for_update(of=("self",)).get(pk=recheck.number_id)
    locked = Recheck.objects.select_for_update().get(pk=recheck.pk)
    if locked.state != "open":
        raise errors.RecheckClosed
    return locked


def begin_papers(recheck: Recheck, *, person: Person, at: dt.datetime) -> Dossier:
    """Open the dossier that answers levels 2 and 3, or return the one that is being filled in; raise AlreadyOpen.

    The number works on meanwhile. Papers alone do where nothing that is open asks to come to the counter.
    """
    with transaction.atomic():
        locked = _open(recheck)
        number = Number.objects.select_related("holder").get(pk=locked.number_id)
        if not proven_for(person).filter(pk=locked.enterprise_id).exists():
            raise errors.NotTheHolders
        kind = "destination" if locked.line else "holder"
        present = Dossier.objects.filter(
            number=number.pk,
            enterprise=number.holder,
            kind=kind,
            state__in=["draft", "more_information_needed"],
            order_no="",
        )
        found = present.filter(line=locked.line).first() if locked.line else present.first()
        if found is not None:
            return found
        destination = number.destinations.filter(line=locked.line, removed_at=None).first() if locked.line else None
        needs_counter = bool(locked.line) or _needs_counter(locked)
        return renew_proof(number, destination=destination, person=person, at=at, needs_counter=needs_counter)


def _needs_counter(recheck: Recheck) -> bool:
    asked = Recheck.objects.filter(number=recheck.number_id, state="open", line="")
    return asked.filter(level=3).exists()


def raise_level(recheck: Recheck, level: int, *, why: str, staff: Staff, at: dt.datetime) -> None:
    """Raise the level of what is asked, as a person's decision (PIPL art. 24); raise LevelUnknown, WhyMissing, RecheckClosed."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        locked = _open(recheck)
        if level not in Recheck.Level.values or level <= locked.level or locked.line:
            raise errors.LevelUnknown
        _require_why(why)
        before, locked.level = locked.level, level
        locked.save(update_fields=["level"])
        to_counter(locked.number_id)
        record(
            "recheck.raised", by=actor_of(staff), at=at, subject=("recheck", locked.pk), number=locked.number_id,
            before={"level": before}, after={"level": level, "why": why.strip()[:300]},
        )  # fmt: skip
        _tell(locked, "RECHECK_ASKED", at)


def withdraw(recheck: Recheck, *, why: str, staff: Staff, at: dt.datetime) -> None:
    """Withdraw what is asked, by another person than asked it; raise SecondPersonNeeded, WhyMissing, RecheckClosed."""
    require(staff, "see_rechecks")
    with transaction.atomic():
        locked = _open(recheck)
        if locked.asked_by_id == staff.pk:
            raise errors.SecondPersonNeeded
        _require_why(why)
        locked.state, locked.closed_at = "withdrawn", at
        locked.withdrawn_by, locked.withdrawn_why = staff, why.strip()[:300]
        locked.save(update_fields=["state", "closed_at", "withdrawn_by", "withdrawn_why"])
        refresh(locked)
        to_counter(locked.number_id)
        record(
            "recheck.withdrawn", by=actor_of(staff), at=at, subject=("recheck", locked.pk), number=locked.number_id,
            after={"why": why.strip()[:300]},
        )  # fmt: skip
        _tell(locked, "RECHECK_WITHDRAWN", at)


def _require_why(why: str) -> None:
    if not why.strip():
        raise errors.WhyMissing
