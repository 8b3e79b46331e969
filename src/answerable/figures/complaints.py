"""What the public reports, by class, carrier and agent; beside it what the trade's survey found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from answerable.complaints.classes import CLASSES, TRADE_SURVEY
from answerable.complaints.models import Report
from answerable.figures.scope import Scope
from answerable.numbers.models import Number, Tenure


@dataclass(frozen=True)
class Share:
    """One class: how many, per cent of all, per cent of all but fraud (which the trade's survey left out), and the survey's."""

    report_class: str
    count: int
    percent: float
    comparable: float | None
    surveyed: float | None


@dataclass(frozen=True)
class Group:
    """One carrier or agent: its reports, and those per class in the order of CLASSES."""

    key: str
    total: int
    counts: list[int]


def _reports(scope: Scope) -> QuerySet[Report]:
    found = Report.objects.filter(received_at__gte=scope.since)
    if scope.carrier:
        found = found.filter(number__in=Number.objects.filter(carrier=scope.carrier).values("pk"))
    return found


def shares(scope: Scope) -> list[Share]:
    """Count by class; each class has a row."""
    counted = dict(_reports(scope).values_list("report_class").annotate(n=Count("pk")).order_by())
    total = sum(counted.values())
    asked = total - counted.get("fraud", 0)
    return [
        Share(
            code, n := counted.get(code, 0), _percent(n, total), None if code == "fraud" else _percent(n, asked), TRADE_SURVEY.get(code)
        )
        for code in CLASSES
    ]  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def by_carrier(scope: Scope) -> list[Group]:
    """Count by the number's carrier."""
    return _grouped(scope, Number.objects.filter(pk=OuterRef("number")).values("carrier_id"))


def by_agent(scope: Scope) -> list[Group]:
    """Count by the agent through whom the number had been sold when it was reported; at the operator itself is empty."""
    then = Tenure.objects.filter(number=OuterRef("number"), since__lte=OuterRef("received_at"))
    then = then.filter(Q(until=None) | Q(until__gt=OuterRef("received_at")))
    return _grouped(scope, then.values("agent__organisation__name"))


def _grouped(scope: Scope, of_report: QuerySet[Any, Any]) -> list[Group]:
    rows = (
        _reports(scope).annotate(key=Subquery(of_report[:1])).values_list("key", "report_class").annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for key, report_class, count in rows.order_by():
        found.setdefault(key or "", {})[report_class] = count
    groups = [Group(key, sum(by.values()), [by.get(code, 0) for code in CLASSES]) for key, by in found.items()]
    return sorted(groups, key=lambda one: (-one.total, one.key))


def table(scope: Scope) -> Iterator[tuple[object, ...]]:
    """Write all of it as one long table, for a file."""
    yield ("figure", "carrier", "about", "class", "count", "percent", "percent_without_fraud", "trade_survey_percent")
    for one in shares(scope):
        surveyed = "" if one.surveyed is None else one.surveyed
        yield (
            "class",
            scope.carrier,
            "",
            one.report_class,
            one.count,
            f"{one.percent:.2f}",
            "" if one.comparable is None else f"{one.comparable:.2f}",
            surveyed,
        )
    for figure, groups in (("carrier", by_carrier(scope)), ("agent", by_agent(scope))):
        for group in groups:
            for code, count in zip(CLASSES, group.counts, strict=True):
                yield (figure, scope.carrier, group.key, code, count, "", "", "")
