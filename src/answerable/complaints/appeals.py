"""Appeal against a measure, and decide the appeal: what was in error ends in the same transaction.

Anti-Telecom-Fraud Law art. 32: whoever objects may appeal, the appeal is checked in time, and what does not hold is lifted at
once. Who took the measure does not decide the appeal.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.models import Appeal
from answerable.lib.errors import Problem
from answerable.lib.workdays import CHINA, add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import Measure
from answerable.orders.actions import permit_after_lift
from answerable.parties.actions import actor_of
from answerable.parties.models import Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import proven_for, require
from answerable.permits.actions import ask_for_lift, confirm
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.verification.actions import withdraw
from answerable.verification.models import Recheck

DECIDED_WITHIN_WORKDAYS = 3
WITHDRAWN_WHY = "申诉成立"


def appeal(measure: Measure, text: str, *, person: Person, at: dt.datetime) -> Appeal:
    """File an appeal for the holder, with its clock; raise NotTheHolder, TextMissing, TooLate, MeasureOver or AppealedAlready."""
    if not text.strip():
        raise errors.TextMissing
    if not acts_for_holder(measure, person):
        raise errors.NotTheHolder
    problem = bar(measure, at=at)
    if problem is not None:
        raise problem
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Appeal.objects.create(
                    measure=measure,
                    person=person,
                    text=text.strip()[:2000],
                    filed_at=at,
                    due_at=add_workdays(at, DECIDED_WITHIN_WORKDAYS),
                )
        except IntegrityError:
            raise errors.AppealedAlready from None
        _record(made, "appeal.filed", by=actor_of(person), at=at)
        notify(
            person, "APPEAL_FILED", at=at, number=measure.number_id, until=f"{made.due_at.astimezone(CHINA):%Y-%m-%d}"
        )  # fmt: skip
    return made


def bar(measure: Measure, *, at: dt.datetime) -> Problem | None:
    """Say why a measure cannot be appealed against now; None where it can."""
    if measure.ended_at is not None:
        return errors.NothingToAppeal()
    if at > measure.appeal_until:
        return errors.AppealTooLate(until=f"{measure.appeal_until.astimezone(CHINA):%Y-%m-%d}")
    return errors.AppealedAlready() if measure.appeals.exclude(state="withdrawn").exists() else None


def withdraw_appeal(made: Appeal, *, person: Person, at: dt.datetime) -> None:
    """Take an open appeal back; another one may follow within the period."""
    if not acts_for_holder(made.measure, person):
        raise errors.NotTheHolder
    with transaction.atomic():
        if not Appeal.objects.filter(pk=made.pk, state="open").update(state="withdrawn"):
            raise errors.AppealDecided
        _record(made, "appeal.withdrawn", by=actor_of(person), at=at)


def back(made: Appeal, code: str, *, staff: Staff, at: dt.datetime) -> None:
    """Confirm the lift's permit before the decision, so that the decision alone makes a stopped number ring again.

    Raise AppealDecided, NothingToLift, or what `permits.actions.confirm` refuses.
    """
    require(staff, "stop_numbers")
    with transaction.atomic():
        locked = Appeal.objects.select_for_update(of=("self",)).select_related("measure").get(pk=made.pk)
        if locked.state != "open":
            raise errors.AppealDecided
        request = None
        if locked.measure.level == "suspend" and locked.measure.ended_at is None:
            request = ask_for_lift(locked.measure.number_id, by=actor_of(staff), at=at)
        if request is None:
            raise errors.NothingToLift
        confirm(request, code, staff=staff, at=at)
        _record(locked, "appeal.backed", by=actor_of(staff), at=at)


def uphold(made: Appeal, answer: str, *, staff: Staff, at: dt.datetime) -> None:
    """Decide for the holder: the measure ends now, and the public log says that a stop was in error."""
    with transaction.atomic():
        measure = _decide(made, "upheld", answer, staff=staff, at=at)
        if measure.ended_at is None:
            _undo(measure, staff=staff, at=at)
        measure.refresh_from_db()
        numbers.open_reason(measure, at=at)
        _tell(made, measure, "APPEAL_UPHELD", at=at)


def reject(made: Appeal, answer: str, *, staff: Staff, at: dt.datetime) -> None:
    """Decide against the holder, saying why; the decision is final here, and a stop's reason is opened in the public log."""
    with transaction.atomic():
        measure = _decide(made, "rejected", answer, staff=staff, at=at)
        numbers.open_reason(measure, at=at)
        _tell(made, measure, "APPEAL_REJECTED", at=at)


def open_reasons(*, at: dt.datetime) -> int:
    """Open in the public log the reason of every stop that nobody can appeal against any more."""
    over = Measure.objects.filter(level="suspend", opened_at=None, appeal_until__lt=at)
    due = list(over.exclude(appeals__state="open")[:500])
    for measure in due:
        numbers.open_reason(measure, at=at)
    return len(due)


def remind_of_appeals(*, at: dt.datetime) -> int:
    """Record, once each, that an appeal has passed its clock; the desk shows it red from then on."""
    late = list(Appeal.objects.filter(state="open", due_at__lt=at, reminded_at=None).select_related("measure")[:500])
    for made in late:
        with transaction.atomic():
            if Appeal.objects.filter(pk=made.pk, reminded_at=None).update(reminded_at=at):
                _record(made, "appeal.overdue", by=system("worker"), at=at)
    return len(late)


def _decide(made: Appeal, state: str, answer: str, *, staff: Staff, at: dt.datetime) -> Measure:
    require(staff, "decide_appeals")
    if not answer.strip():
        raise errors.AnswerMissing
    measure = Measure.objects.select_for_update().get(pk=made.measure_id)
    if measure.staff_id == staff.pk:
        raise errors.DecidedByYou
    changed = Appeal.objects.filter(pk=made.pk, state="open").update(
        state=state, decided_by=staff, decided_at=at, answer=answer.strip()[:1000]
    )
    if not changed:
        raise errors.AppealDecided
    made.refresh_from_db()
    _record(made, f"appeal.{state}", by=actor_of(staff), at=at)
    return measure


def _undo(measure: Measure, *, staff: Staff, at: dt.datetime) -> None:
    by = actor_of(staff)
    if measure.level == "suspend":
        numbers.lift(measure.number_id, by=by, at=at, is_in_error=True)
        permit_after_lift(measure.number, by=by, at=at)
        return
    numbers.end(measure, "in_error", by=by, at=at)
    if measure.level == "reverify":
        asked = Recheck.objects.filter(pk=measure.about.removeprefix("recheck:"), state="open").first()
        if asked is not None:
            withdraw(asked, why=WITHDRAWN_WHY, staff=staff, at=at)


def acts_for_holder(measure: Measure, person: Person) -> bool:
    """Say whether a person is proven to act for whoever held the number when the measure was taken."""
    return measure.holder_id is not None and proven_for(person).filter(pk=measure.holder_id).exists()


def _record(made: Appeal, what: str, *, by: Actor, at: dt.datetime) -> None:
    record(what, by=by, at=at, subject=("appeal", made.pk), number=made.measure.number_id)


def _tell(made: Appeal, measure: Measure, code: str, *, at: dt.datetime) -> None:
    notify(made.person, code, at=at, number=measure.number_id, link=f"/console/numbers/{measure.number_id}/")
