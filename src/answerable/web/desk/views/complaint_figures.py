"""投诉统计: shares per class, carrier and agent, beside the trade's."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from answerable.complaints.classes import CLASSES, SHORT
from answerable.figures.complaints import by_agent, by_carrier, shares
from answerable.figures.complaints import table as rows_of
from answerable.figures.scope import Scope
from answerable.lib.tables import write_rows
from answerable.parties.models import Carrier
from answerable.web.charts import chart
from answerable.web.doors import staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request
from answerable.web.templatetags.words import words


def _scope(request: Request) -> Scope:
    asked = request.GET.get("carrier", "")
    return Scope.of(timezone.now(), asked if Carrier.objects.filter(pk=asked).exists() else "")


@staff_only("see_figures")
def figures(request: Request) -> HttpResponse:
    """Show the last twelve months, of all carriers or one."""
    scope = _scope(request)
    rows = shares(scope)
    own = [one for one in rows if one.comparable is not None]
    longest = max(max(one.comparable or 0, one.surveyed or 0) for one in rows)
    context = {
        "section": "complaints", "scope": scope, "carriers": Carrier.objects.order_by("code"), "classes": CLASSES, "short": SHORT, "shares": rows,
        "total": sum(one.count for one in rows), "by_carrier": by_carrier(scope), "by_agent": by_agent(scope),
        "own_chart": chart(((words(SHORT[one.report_class]), one.comparable or 0, f"{one.comparable:.2f}%") for one in own), at_least=longest),
        "trade_chart": chart(
            ((words(SHORT[one.report_class]), one.surveyed, f"{one.surveyed:.2f}%") for one in rows if one.surveyed), at_least=longest
        ),
    }  # fmt: skip
    return render(request, "web/desk/complaint_figures.html", context)


@staff_only("see_figures")
def table(request: Request) -> HttpResponseBase:
    """Serve them as a file."""
    scope = _scope(request)
    return as_file((text.encode() for text in write_rows(rows_of(scope))), "complaints.csv", "text/csv; charset=utf-8")
