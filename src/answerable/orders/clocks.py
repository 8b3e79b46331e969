"""The clocks that run for an applicant once the contract is in force: materials, then the visit to the counter.

Both are read off what happened, so that no worker that died can leave a clock unset. Their lengths are policy, not law.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db.models import Max, Q

from answerable.lib.workdays import CHINA
from answerable.orders.models import Order
from answerable.verification.models import Dossier

MATERIALS_WITHIN = dt.timedelta(days=15)
"""To submit from the contract's coming into force, and again each time a reviewer asks for more."""
COUNTER_WITHIN = dt.timedelta(days=settings.COUNTER_DAYS)
"""To be handled at a counter from the submission on; a day that was booked in time is waited for."""
WITH_MATERIALS = ("new", "takeover", "transfer")
"""Kinds of order that are verified; a renewal rests on the verification in force."""


@dataclass(frozen=True)
class Clock:
    """What the applicant must do, and by when."""

    what: Literal["materials", "counter"]
    until: dt.datetime


def clock_of(order: Order, dossier: Dossier | None) -> Clock | None:
    """Return the clock that runs for an order; None while it is unpaid, with us, or over."""
    if order.state != "paid" or order.kind not in WITH_MATERIALS or dossier is None:
        return None
    if dossier.state == "draft":
        return Clock("materials", order.materials_until) if order.materials_until else None
    if dossier.state == "more_information_needed":
        asked = dossier.reviews.filter(decision="ask").aggregate(at=Max("at"))["at"]
        return Clock("materials", asked + MATERIALS_WITHIN) if asked else None
    if dossier.state == "submitted" and dossier.submitted_at and not hasattr(dossier, "handling"):
        return Clock("counter", _counter_until(dossier, dossier.submitted_at + COUNTER_WITHIN))
    return None


def _counter_until(dossier: Dossier, until: dt.datetime) -> dt.datetime:
    """Wait for the last day that was booked before the clock ran out: the visit was on offer. Later bookings add nothing."""
    day = dossier.appointments.filter(booked_at__lte=until).aggregate(day=Max("day"))["day"]
    return max(until, dt.datetime.combine(day, dt.time(23, 59, 59), CHINA)) if day else until


def ending_by(moment: dt.datetime) -> list[str]:
    """List the orders with a clock that may end by `moment`; `clock_of` has the last word on each."""
    paid = Order.objects.filter(state="paid", kind__in=WITH_MATERIALS)
    dossiers = Dossier.objects.filter(kind="holder", order_no__in=paid.values("pk"))
    started = Q(state="draft", order_no__in=paid.filter(materials_until__lte=moment).values("pk"))
    unvisited = Q(state="submitted", handling=None, submitted_at__lte=moment - COUNTER_WITHIN)
    asked = (
        dossiers.filter(state="more_information_needed")
        .annotate(asked=Max("reviews__at", filter=Q(reviews__decision="ask")))
        .filter(asked__lte=moment - MATERIALS_WITHIN)
    )
    return [
        *dossiers.filter(started | unvisited).values_list("order_no", flat=True),
        *asked.values_list("order_no", flat=True),
    ]
