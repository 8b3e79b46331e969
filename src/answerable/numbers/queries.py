"""Search the pool, and say who answers for a number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from answerable.lib.lines import parse_400
from answerable.numbers.models import Destination, LineCarrier, Number, Tenure
from answerable.numbers.patterns import GRADES, PATTERNS
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.models import Carrier, Enterprise, Person
from answerable.parties.queries import proven_for

PAGE = 24


def search(
    *,
    contains: str = "",
    ends_with: str = "",
    pattern: str = "",
    no_4: bool = False,
    carrier: str = "",
    grade: str = "",
) -> QuerySet[Number]:
    """Search spare numbers. Text filters take digits only and look behind the 400; unknown values match nothing."""
    found = Number.objects.filter(business_state="spare").select_related("carrier")
    if contains:
        found = found.filter(number__regex=rf"^400.*{contains}") if contains.isdigit() else found.none()
    if ends_with:
        found = found.filter(number__endswith=ends_with) if ends_with.isdigit() else found.none()
    if pattern:
        found = found.filter(patterns__contains=[pattern]) if pattern in PATTERNS else found.none()
    if no_4:
        found = found.filter(patterns__contains=["NO4"])
    if carrier:
        found = found.filter(carrier=carrier)
    if grade:
        found = found.filter(grade=grade) if grade in GRADES else found.none()
    return found.order_by("number")


def number_of(person: Person, number: str) -> Number | None:
    """Fetch a number held by an organisation that `person` is proven to act for; None for anybody else's."""
    return Number.objects.filter(pk=number, holder__in=proven_for(person)).select_related("holder", "carrier").first()


def numbers_of(person: Person) -> QuerySet[Number]:
    """List the numbers of the organisations a person is proven to act for."""
    return Number.objects.filter(holder__in=proven_for(person)).select_related("holder", "carrier").order_by("number")


def count_with(enterprise: Enterprise, carrier: str) -> int:
    """Count what an organisation holds or has under way with one carrier (quota, MIIT 452 (七)四)."""
    return Number.objects.filter(Q(holder=enterprise), carrier=carrier).count()


def disagreeing() -> QuerySet[Number]:
    """List numbers whose two states disagree: in service and dead in the network, or stopped and still alive there."""
    dead = Q(business_state="working") & ~Q(network_state="activated")
    alive = Q(network_state="activated") & ~Q(business_state__in=["opening", "working"])
    return Number.objects.filter(dead | alive).select_related("holder").order_by("-business_state", "number")


def carrier_of_line(line: str) -> str:
    """Say which carrier a line is with, as the loaded table has it; empty where it has nothing."""
    prefixes = [line[:length] for length in range(2, len(line) + 1)]
    ranges = LineCarrier.objects.filter(pk__in=prefixes).order_by(Length("digits").desc())
    return ranges.values_list("carrier", flat=True).first() or ""


@dataclass(frozen=True)
class Answer:
    """Who answers for a number: one of four kinds, and nothing else about a number that is not ours."""

    kind: Literal["answered", "nobody", "not_ours", "not_open", "not_400"]
    number: str
    holder: Enterprise | None = None
    since: dt.datetime | None = None
    is_connected: bool = False
    is_stopped: bool = False
    is_unverified: bool = False
    carrier: Carrier | None = None


def who_answers(text: str, *, at: dt.datetime) -> Answer:
    """Answer the public's question for a number in any spelling.

    (a) `answered`: a verified organisation; (b) `nobody`: ours, not in service; (c) `not_ours`: only the carrier of the
    prefix; (d) `not_open`: no such range. One query a lookup.
    """
    parsed = parse_400(text)
    if parsed.kind == "not_400":
        return Answer("not_400", "")
    if parsed.kind == "not_open":
        return Answer("not_open", parsed.number)
    rings = Destination.objects.filter(number=OuterRef("number"), removed_at=None, proven_until__gt=at)
    tenure = (
        Tenure.objects.filter(number=parsed.number, until=None, number__business_state__in=ANSWERED_FOR)
        .select_related("holder", "number__carrier")
        .annotate(rings=Exists(rings))
        .first()
    )
    if tenure is not None and tenure.number.verified_until and tenure.number.verified_until > at:
        number = tenure.number
        is_past = number.recheck_until is not None and number.recheck_until <= at
        is_paid = number.paid_until is not None and number.paid_until > at
        return Answer(
            "answered",
            parsed.number,
            tenure.holder,
            tenure.since,
            is_connected=number.business_state == "working"
            and number.network_state == "activated"
            and is_paid
            and tenure.rings
            and not is_past,
            is_stopped=number.business_state != "working" or is_past,
            carrier=number.carrier,
        )
    ours = Number.objects.filter(pk=parsed.number).select_related("carrier").first()
    if ours is not None:
        is_unverified = ours.business_state == "unverified"
        return Answer("nobody", parsed.number, is_unverified=is_unverified, carrier=ours.carrier)
    carrier = Carrier.objects.filter(prefixes__contains=[parsed.number[:4]]).first()
    return Answer("not_ours", parsed.number, carrier=carrier)
