"""Earlier cases that share something with this one: the number, the holder, a handler, a line, a sign-in address.

What they share is a sign for a person to judge, never a verdict: an address may be a whole office's. Of a device nothing is
kept but the address from which a person asked for a code to sign in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from answerable.complaints.models import Report
from answerable.numbers.models import Destination, Measure, Tenure
from answerable.parties.models import Membership, Person, SmsCode
from answerable.stock.models import StockFinding
from answerable.tracing import shape
from answerable.tracing.collect.holder import lines
from answerable.tracing.collect.papers import acted
from answerable.tracing.collect.said import moment
from answerable.tracing.models import TraceCase
from answerable.verification.models import Recheck

MOST_OF_A_KIND = 200
"""The newest of each kind are told."""
Shares = Literal["number", "holder", "handler", "line", "address"]
What = Literal["trace", "report", "measure", "finding", "recheck"]


@dataclass(frozen=True)
class Circle:
    """Numbers, or organisations, that share something with a case."""

    shares: Shares
    numbers: frozenset[str] = frozenset()
    enterprises: frozenset[int] = frozenset()


def earlier(case: TraceCase) -> list[shape.Earlier]:
    """List what was recorded before the case was opened, each once, under the nearest thing that it shares."""
    seen: set[tuple[str, str]] = set()
    found = []
    for circle in circles(case):
        if not circle.numbers and not circle.enterprises:
            continue
        for one in _recorded(circle, case):
            if (one.what, one.reference) not in seen:
                seen.add((one.what, one.reference))
                found.append(one)
    return found


def circles(case: TraceCase) -> Iterator[Circle]:
    """Return the circles around a case, the nearest first."""
    yield Circle("number", numbers=frozenset({case.number_id}))
    if case.holder_id is None:
        return
    own = frozenset({case.holder_id})
    yield Circle("holder", enterprises=own)
    people = set(acted(case).values_list("pk", flat=True))
    yield Circle("handler", enterprises=_acted_for(people) - own)
    told = [one.line for one in lines(case)]
    elsewhere = Destination.objects.filter(line__in=told).exclude(number=case.number_id)
    yield Circle("line", numbers=frozenset(elsewhere.values_list("number_id", flat=True)))
    yield Circle("address", enterprises=_acted_for(_from_the_same_address(people)) - own)


def _acted_for(people: set[int]) -> frozenset[int]:
    return frozenset(Membership.objects.filter(person__in=people).values_list("enterprise_id", flat=True))


def _from_the_same_address(people: set[int]) -> set[int]:
    """Find who else asked for a code to sign in from an address of theirs."""
    mobiles = Person.objects.filter(pk__in=people).values("mobile")
    addresses = SmsCode.objects.filter(mobile__in=mobiles).exclude(address=None).values("address")
    others = SmsCode.objects.filter(address__in=addresses).values("mobile")
    return set(Person.objects.filter(mobile__in=others).exclude(pk__in=people).values_list("pk", flat=True))


def _recorded(circle: Circle, case: TraceCase) -> Iterator[shape.Earlier]:
    at = case.opened_at
    by = Q(number__in=circle.numbers)
    traces = TraceCase.objects.filter(by | Q(holder__in=circle.enterprises), opened_at__lt=at).exclude(pk=case.pk)
    if case.ground != "authority":  # what an authority asks is not told beyond those who deal with it
        traces = traces.exclude(ground="authority")
    for trace in _newest(traces, "opened_at"):
        yield _said(circle, "trace", trace, at=trace.opened_at, said=(trace.ground, trace.state))
    for report in _newest(_reports(circle).filter(received_at__lt=at), "received_at"):
        said = f"{report.report_class} {report.kind}".strip(), report.decision or report.state
        yield _said(circle, "report", report, at=report.received_at, said=said)
    for measure in _newest(Measure.objects.filter(by | Q(holder__in=circle.enterprises), taken_at__lt=at), "taken_at"):
        said = f"{measure.level} {measure.reason}", measure.ended_how or "in_force"
        yield _said(circle, "measure", measure, at=measure.taken_at, said=said)
    about = by | Q(enterprise__in=circle.enterprises)
    for finding in _newest(StockFinding.objects.filter(about, found_at__lt=at), "found_at"):
        yield _said(circle, "finding", finding, at=finding.found_at, said=(finding.kind, finding.state))
    for recheck in _newest(Recheck.objects.filter(about, asked_at__lt=at), "asked_at"):
        yield _said(circle, "recheck", recheck, at=recheck.asked_at, said=(recheck.ground, recheck.state))


def _newest(found: QuerySet[Any], by: str) -> QuerySet[Any]:
    return found.order_by(f"-{by}")[:MOST_OF_A_KIND]


def _reports(circle: Circle) -> QuerySet[Report]:
    """List the reports about numbers, or about those that an organisation answered for when the report came."""
    if circle.numbers:
        return Report.objects.filter(number__in=circle.numbers)
    held = Tenure.objects.filter(
        number=OuterRef("number"), holder__in=circle.enterprises, since__lte=OuterRef("received_at")
    ).exclude(until__lte=OuterRef("received_at"))
    numbers = Tenure.objects.filter(holder__in=circle.enterprises).values("number")
    return Report.objects.filter(Exists(held), number__in=numbers)


def _said(circle: Circle, what: What, row: Any, *, at: dt.datetime, said: tuple[str, str]) -> shape.Earlier:
    number = row.number if what == "report" else row.number_id
    return shape.Earlier(
        shares=circle.shares, what=what, number=number, reference=str(row.pk), at=moment(at), detail=said[0], outcome=said[1]
    )  # fmt: skip
