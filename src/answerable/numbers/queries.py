"""Search the pool, and say who answers for a number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Length

from answerable.lib.lines import RangeKind, parse_400
from answerable.numbers.logged import Said, in_log, logged
from answerable.numbers.models import Destination, LineCarrier, Number, Statement, Tenure
from answerable.numbers.patterns import GRADES, PATTERNS
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.models import Agent, Carrier, Enterprise, Person
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


def range_of_line(line: str) -> LineCarrier | None:
    """Find the range that decides about a line in the loaded table: the longest; None where it has nothing."""
    prefixes = [line[:length] for length in range(2, len(line) + 1)]
    return LineCarrier.objects.filter(pk__in=prefixes).order_by(Length("digits").desc()).first()


def carrier_of_line(line: str) -> str:
    """Say which carrier a line is with, as the loaded table has it; empty where it has nothing."""
    found = range_of_line(line)
    return found.carrier if found else ""


def range_kinds(line: str) -> dict[str, RangeKind]:
    """Return the range that decides about a line, with its kind, as `lib.lines.classify` takes it."""
    found = range_of_line(line)
    return {found.digits: cast(RangeKind, found.kind)} if found else {}


@dataclass(frozen=True)
class Sale:
    """Through whom a number was sold to the holder of a moment; no agent: at the operator."""

    holder: Enterprise
    since: dt.datetime
    agent: Agent | None


def sold_through(number: str, at: dt.datetime) -> Sale | None:
    """Say through whom a number was sold to whoever answered for it at a moment; None where nobody did."""
    held = Tenure.objects.filter(number=number, since__lte=at).filter(Q(until=None) | Q(until__gt=at))
    tenure = held.select_related("holder", "agent__organisation").order_by("-since").first()
    return Sale(tenure.holder, tenure.since, tenure.agent) if tenure else None


@dataclass(frozen=True)
class Disowned:
    """An organisation says that a number is not its hotline: name, credit code, since when it stands here."""

    name: str
    credit_code: str
    said_at: dt.datetime


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
    until: dt.datetime | None = None
    """The nearest end of a validity that the answer rests on; None where only a deed can change it."""
    sold_by: str = ""
    """The agent's name; empty where it was sold at the operator."""
    rings: tuple[str, ...] = ()
    """Kinds of the proven lines, in calling order: fixed, mobile."""
    statements: tuple[Disowned, ...] = ()
    """Who says that this is not its hotline, the earliest first."""
    said: Said | None = None
    """What the public log says of the number, with its entries; None before its first."""


def who_answers(text: str, *, at: dt.datetime) -> Answer:
    """Answer the public's question for a number in any spelling.

    (a) `answered`: a verified organisation; (b) `nobody`: ours, not in service; (c) `not_ours`: only the carrier of the
    prefix; (d) `not_open`: no such range. One query of a number that is ours.
    """
    parsed = parse_400(text)
    if parsed.kind == "not_400":
        return Answer("not_400", "")
    if parsed.kind == "not_open":
        return Answer("not_open", parsed.number)
    ours = _with_all(parsed.number, at)
    if ours is None:
        return Answer("not_ours", parsed.number, carrier=Carrier.of_prefix(parsed.number))
    said = logged(ours)
    is_verified = ours.verified_until is not None and ours.verified_until > at
    if ours.business_state not in ANSWERED_FOR or ours.answers_since is None or not is_verified:
        is_unverified = ours.business_state == "unverified"
        return Answer("nobody", parsed.number, is_unverified=is_unverified, carrier=ours.carrier, said=said)
    return _answered(ours, said=said, at=at)


def _with_all(number: str, at: dt.datetime) -> Any:
    """Fetch a number with all that an answer about it says, in one query."""
    rings = Destination.objects.filter(number=OuterRef("pk"), removed_at=None, proven_until__gt=at)
    tenure = Tenure.objects.filter(number=OuterRef("pk"), holder=OuterRef("holder"), until=None)
    disowned = Statement.objects.filter(number=OuterRef("pk"), holder=OuterRef("holder"), ended_at=None)
    return (
        Number.objects.filter(pk=number)
        .select_related("carrier", "holder")
        .annotate(
            disowned=ArraySubquery(
                disowned.order_by("said_at").values(row=JSONObject(name="name", code="credit_code", at="said_at"))
            ),
            rings_until=Subquery(rings.order_by("-proven_until").values("proven_until")[:1]),
            rings=ArraySubquery(rings.values("kind")),
            answers_since=Subquery(tenure.values("since")[:1]),
            sold_by=Subquery(tenure.values("agent__organisation__name")[:1]),
            **in_log(),
        )
        .first()
    )


def _answered(number: Any, *, said: Said | None, at: dt.datetime) -> Answer:
    is_past = number.recheck_until is not None and number.recheck_until <= at
    is_paid = number.paid_until is not None and number.paid_until > at
    is_alive = number.business_state == "working" and number.network_state == "activated"
    rings_until: dt.datetime | None = number.rings_until
    ends = (number.verified_until, number.recheck_until, number.paid_until, rings_until)
    return Answer(
        "answered",
        number.pk,
        number.holder,
        number.answers_since,
        is_connected=is_alive and is_paid and rings_until is not None and not is_past,
        is_stopped=number.business_state != "working" or is_past,
        carrier=number.carrier,
        until=min(end for end in ends if end is not None and end > at),
        sold_by=number.sold_by or "",
        rings=tuple(dict.fromkeys(number.rings)),
        statements=tuple(
            Disowned(one["name"], one["code"], dt.datetime.fromisoformat(one["at"])) for one in number.disowned
        ),
        said=said,
    )
