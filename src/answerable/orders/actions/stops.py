"""What the risk officer does about a number, by degree, and the end of it, with what the law asks to be told.

Warn, limit the hours, stop; to verify again is asked by `verification.actions.ask`. Anti-Telecom-Fraud Law art. 11 and 32.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.errors import StateConflict
from answerable.numbers.models import Measure, Number
from answerable.numbers.states import ANSWERED_FOR, STOP_REASONS, remedy_of
from answerable.parties.actions import actor_of
from answerable.parties.models import Counter, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import operator, people_of, require
from answerable.permits.actions import ask_for_lift, tell_lifted
from answerable.trail.actors import Actor


def stop(number: Number, reason: str, *, staff: Staff, at: dt.datetime, words: str = "", about: str = "") -> Measure:
    """Stop a number and tell its holder reason, remedy channel and documents (Anti-Telecom-Fraud Law art. 32)."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        measure = numbers.stop(number.pk, reason, staff=staff, at=at, words=words, about=about)
        _tell(number, "STOPPED", measure, at=at)
    return measure


def warn(number: Number, reason: str, *, staff: Staff, at: dt.datetime, words: str = "", about: str = "") -> Measure:
    """Warn the holder of a number; calls go on."""
    return _take(number, "warn", reason, staff=staff, at=at, words=words, about=about)


def limit(number: Number, reason: str, *, staff: Staff, at: dt.datetime, words: str = "", about: str = "") -> Measure:
    """Limit a number to office hours at the gate, whatever its call plan says."""
    return _take(number, "limit", reason, staff=staff, at=at, words=words, about=about)


def _take(number: Number, level: str, reason: str, *, staff: Staff, at: dt.datetime, words: str, about: str) -> Measure:
    require(staff, "stop_numbers")
    with transaction.atomic():
        locked = Number.objects.select_for_update().get(pk=number.pk)
        if locked.business_state not in ANSWERED_FOR:
            raise StateConflict(number=number.pk, state=locked.business_state)
        measure = numbers.take(number.pk, level, reason, staff=staff, at=at, words=words, about=about)
        _tell(number, {"warn": "WARNED", "limit": "LIMITED"}[level], measure, at=at)
    return measure


def _tell(number: Number, code: str, measure: Measure, *, at: dt.datetime) -> None:
    reason_zh, reason_en = STOP_REASONS[measure.reason]
    documents_zh, documents_en = remedy_of(measure.reason)
    counter = Counter.objects.order_by("code").first()
    hotline = operator().hotline
    channel_zh = f"{counter.name_zh}、{hotline}" if counter else hotline
    channel_en = f"{counter.name_en}, {hotline}" if counter else hotline
    for person in people_of(number.holder_id):
        notify(
            person, code, at=at, number=number.pk, reason_zh=reason_zh, reason_en=reason_en, channel_zh=channel_zh, channel_en=channel_en,
            documents_zh=documents_zh, documents_en=documents_en, link=f"/console/numbers/{number.pk}/",
            until=f"{measure.appeal_until.astimezone(CHINA):%Y-%m-%d}",
        )  # fmt: skip


def lift(number: Number, *, staff: Staff, at: dt.datetime) -> None:
    """Lift a stop and tell the holder; the gates ring it again once two risk officers' codes have given it a new permit."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        numbers.lift(number.pk, by=actor_of(staff), at=at)
        permit_after_lift(number, by=actor_of(staff), at=at)


def permit_after_lift(number: Number, *, by: Actor, at: dt.datetime) -> None:
    """Ask for the permit by which a lifted number rings; the holder is told once it is signed, or now if none is needed."""
    request = ask_for_lift(number.pk, by=by, at=at)
    if request is None or request.ground != "lift":
        tell_lifted(number, at=at)


def end_measure(measure: Measure, *, staff: Staff, at: dt.datetime) -> None:
    """End a warning or a limit; a stop is lifted, and what is asked again is withdrawn by a second person."""
    require(staff, "stop_numbers")
    if measure.level not in {"warn", "limit"}:
        raise StateConflict(number=measure.number_id, state=measure.level)
    numbers.end(measure, "lifted", by=actor_of(staff), at=at)
