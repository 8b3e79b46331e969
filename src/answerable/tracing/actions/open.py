"""Open a trace, and have its bundle made."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from answerable.complaints.actions.report import LETTERS
from answerable.complaints.models import Report
from answerable.lib import keystore
from answerable.lib.jobs import defer
from answerable.lib.lines import fold, parse_400
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.numbers.queries import sold_through
from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Staff
from answerable.parties.queries import require
from answerable.tracing import errors, scope
from answerable.tracing.models import TraceBundle, TraceCase
from answerable.trail.actions import record
from answerable.trail.actors import Actor

SHORTEST_WHY, LONGEST_WHY = 2, 200
OWN_BASES = ("none", "complaint", "anti_fraud")


@dataclass(frozen=True)
class Question:
    """What is asked: who answered for a number at a moment; whose calls are told, and a caller who was cheated then."""

    number: str
    moment: dt.datetime
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    caller: str = ""


def open_case(
    asked: Question, *, basis: str, why: str, staff: Staff, at: dt.datetime, report: str = "", wait: bool = False
) -> TraceCase:
    """Open a trace of the operator's own and queue its bundle (`wait`: the caller makes it at once).

    Raise NumberUnknown, WindowInvalid, BasisUnknown, WhyMissing or ReportNeeded.
    """
    require(staff, "open_traces")
    if basis not in OWN_BASES:
        raise errors.BasisUnknown
    made = draft(asked, basis=basis, why=why, staff=staff, at=at)
    made.report = _report_about(report, made.number_id, is_needed=basis == "complaint")
    made.ground = "report" if made.report else "risk"
    with transaction.atomic():
        save_opened(made, asked.caller, by=actor_of(staff), at=at)
        queue_bundle(made, staff=staff, at=at, wait=wait)
    return made


def draft(asked: Question, *, basis: str, why: str, staff: Staff, at: dt.datetime) -> TraceCase:
    """Return a case that is not saved yet; raise what is wrong with the question."""
    said = why.strip()
    if not SHORTEST_WHY <= len(said) <= LONGEST_WHY:
        raise errors.WhyMissing(least=SHORTEST_WHY, most=LONGEST_WHY)
    number = Number.objects.filter(pk=parse_400(asked.number).number).first()
    if number is None:
        raise errors.NumberUnknown
    since, until = window(asked, at=at)
    return TraceCase(
        reference=f"Z{at.astimezone(CHINA):%y%m%d}" + "".join(secrets.choice(LETTERS) for _ in range(6)), number=number,
        moment=asked.moment, since=since, until=until, basis=basis, parts=list(scope.parts_of(basis)), why=said,
        holder=holder_at(number.pk, asked.moment), asked_by=staff, opened_at=at, due_at=at + scope.ANSWER_WITHIN,
    )  # fmt: skip


def window(asked: Question, *, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return the window: as asked, else a day on either side of the moment; nothing that is still to come."""
    since = asked.since or asked.moment - scope.USUAL_WINDOW
    until = min(asked.until or asked.moment + scope.USUAL_WINDOW, at)
    is_right = since <= asked.moment <= until and since < until and until - since <= scope.LONGEST_WINDOW
    if asked.moment > at or not is_right:
        raise errors.WindowInvalid(most=scope.LONGEST_WINDOW.days)
    return since, until


def holder_at(number: str, moment: dt.datetime) -> Enterprise | None:
    """Say who answered for a number at a moment, by the tenures."""
    sale = sold_through(number, moment)
    return sale.holder if sale else None


def _report_about(reference: str, number: str, *, is_needed: bool) -> Report | None:
    reference = reference.strip().upper()
    if not reference and not is_needed:
        return None
    found = Report.objects.filter(pk=reference, number=number).first()
    if found is None or (is_needed and found.mobile_confirmed_at is None):
        raise errors.ReportNeeded
    return found


def save_opened(made: TraceCase, caller: str, *, by: Actor, at: dt.datetime) -> None:
    """Save a case with its sealed caller, in the caller's transaction; the fact names no number in the trail's index.

    So that it is in no copy of what is held about the holder: an authority's look is not told (PIPL art. 18, 35).
    """
    said = fold(caller)[:40]
    if said:
        made.caller = keystore.seal_bytes(said.encode(), keystore.trace_key(made.pk), f"caller:{made.pk}")
    made.save(force_insert=True)
    record(
        "trace.opened", by=by, at=at, subject=("trace", made.pk),
        after={
            "number": made.number_id, "moment": made.moment.isoformat(), "since": made.since.isoformat(),
            "until": made.until.isoformat(), "basis": made.basis, "parts": made.parts, "why": made.why,
        },
    )  # fmt: skip


def queue_bundle(case: TraceCase, *, staff: Staff, at: dt.datetime, wait: bool = False) -> TraceBundle:
    """Ask for a bundle in the caller's transaction; raise BundleUnderWay."""
    try:
        with transaction.atomic():
            bundle = TraceBundle.objects.create(case=case, asked_by=staff, asked_at=at)
    except IntegrityError:
        raise errors.BundleUnderWay from None
    if not wait:
        defer("tracing.build", bundle_id=str(bundle.pk))
    return bundle


def ask_again(case: TraceCase, *, staff: Staff, at: dt.datetime) -> TraceBundle:
    """Have another bundle made of the same question: calls and log may have grown, or the last one failed."""
    require(staff, "answer_authorities" if case.ground == "authority" else "open_traces")
    with transaction.atomic():
        locked = TraceCase.objects.select_for_update().get(pk=case.pk)
        if locked.state in {"waiting", "refused"}:
            raise errors.CaseConflict
        if locked.erased_at:
            raise errors.BundleGone
        bundle = queue_bundle(locked, staff=staff, at=at)
        record(
            "trace.asked_again", by=actor_of(staff), at=at, subject=("trace", case.pk), after={"bundle": str(bundle.pk)}
        )
    return bundle
