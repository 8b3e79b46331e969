"""效能数据: queue ages, first-pass rate, reasons, agreement, days to open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from answerable.figures.opening import days_to_open
from answerable.figures.reviewing import agreement, first_pass, returns
from answerable.figures.scope import Scope
from answerable.figures.table import table as rows_of
from answerable.figures.waiting import waiting
from answerable.lib.tables import write_rows
from answerable.parties.models import Carrier
from answerable.verification.reasons import REASONS
from answerable.web.charts import chart
from answerable.web.doors import staff_only
from answerable.web.middleware import Request
from answerable.web.templatetags.words import words

TOP = 10


def _scope(request: Request, now: dt.datetime) -> Scope:
    asked = request.GET.get("carrier", "")
    return Scope.of(now, asked if Carrier.objects.filter(pk=asked).exists() else "")


@staff_only("see_figures")
def figures(request: Request) -> HttpResponse:
    """Show the last twelve months, of all carriers or one."""
    now = timezone.now()
    scope = _scope(request, now)
    queue, passed, back, days = waiting(scope, at=now), first_pass(scope), returns(scope), days_to_open(scope)
    reasons = [(REASONS[one.code], one) for one in back.reasons[:TOP]]
    context: dict[str, Any] = {
        "section": "figures", "scope": scope, "carriers": Carrier.objects.order_by("code"), "queue": queue, "passed": passed, "back": back,
        "reasons": reasons, "days": days, "agreement": agreement(scope),
        "queue_chart": chart((words(label), count, str(count)) for label, count in queue.buckets),
        "passed_chart": chart((one.month, one.rate, f"{one.rate:.0%}") for one in passed),
        "reasons_chart": chart((one.code, one.count, str(one.count)) for one in back.reasons[:TOP]),
        "days_chart": chart((one.month, one.median, f"{one.median:.1f}") for one in days if not one.carrier),
    }  # fmt: skip
    return render(request, "web/desk/figures.html", context)


@staff_only("see_figures")
def table(request: Request) -> HttpResponseBase:
    """Serve all figures as a file."""
    now = timezone.now()
    return StreamingHttpResponse(
        write_rows(rows_of(_scope(request, now), at=now)), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="figures.csv"'},
    )  # fmt: skip
