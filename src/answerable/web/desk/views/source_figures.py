"""来源统计: findings, complaints and stops per branch, batch, agent and reviewer."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from answerable.figures.scope import Scope
from answerable.figures.sources import BY, By, sources
from answerable.figures.sources import table as rows_of
from answerable.lib.tables import write_rows
from answerable.parties.models import Carrier
from answerable.web.doors import staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request

SHOWN = 50


def _scope(request: Request) -> Scope:
    asked = request.GET.get("carrier", "")
    return Scope.of(timezone.now(), asked if Carrier.objects.filter(pk=asked).exists() else "")


@staff_only("see_figures")
def figures(request: Request) -> HttpResponse:
    """Show the last twelve months by one kind of source, the highest rate first."""
    scope, asked = _scope(request), request.GET.get("by", "")
    by: By = next((one for one in BY if one == asked), "branch")
    found = sources(scope, by)
    context = {
        "section": "figures", "scope": scope, "carriers": Carrier.objects.order_by("code"), "by": by, "sources": found[:SHOWN],
        "count": len(found), "shown": SHOWN, "overall": found[0].overall if found else 0.0,
    }  # fmt: skip
    return render(request, "web/desk/source_figures.html", context)


@staff_only("see_figures")
def table(request: Request) -> HttpResponseBase:
    """Serve all four kinds as a file."""
    rows = write_rows(rows_of(_scope(request)))
    return as_file((text.encode() for text in rows), "sources.csv", "text/csv; charset=utf-8")
