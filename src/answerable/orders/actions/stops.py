"""Stop a number, and lift a stop: the risk officer's two deeds, with what the law asks to be told."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.numbers.states import REMEDIES, STOP_REASONS
from answerable.parties.actions import actor_of
from answerable.parties.models import Counter, Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import operator, require

STATEMENT = ("情况说明，加盖公章", "a sealed statement")


def stop(number: Number, reason: str, *, staff: Staff, at: dt.datetime) -> None:
    """Stop a number and tell its holder reason, remedy channel and documents (Anti-Telecom-Fraud Law art. 32)."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        numbers.stop(number.pk, reason, by=actor_of(staff), at=at)
        reason_zh, reason_en = STOP_REASONS[reason]
        documents_zh, documents_en = REMEDIES.get(reason, STATEMENT)
        counter = Counter.objects.order_by("code").first()
        hotline = operator().hotline
        channel_zh = f"{counter.name_zh}、{hotline}" if counter else hotline
        channel_en = f"{counter.name_en}, {hotline}" if counter else hotline
        for person in _people(number):
            notify(
                person, "STOPPED", at=at, number=number.pk, reason_zh=reason_zh, reason_en=reason_en, channel_zh=channel_zh, channel_en=channel_en,
                documents_zh=documents_zh, documents_en=documents_en, link=f"/console/numbers/{number.pk}/",
            )  # fmt: skip


def lift(number: Number, *, staff: Staff, at: dt.datetime) -> None:
    """Lift a stop and tell the holder."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        numbers.lift(number.pk, by=actor_of(staff), at=at)
        for person in _people(number):
            notify(person, "LIFTED", at=at, number=number.pk, link=f"/console/numbers/{number.pk}/")


def _people(number: Number) -> list[Person]:
    return (
        list(Person.objects.filter(memberships__enterprise=number.holder_id, memberships__proven_at__isnull=False))
        if number.holder_id
        else []
    )
