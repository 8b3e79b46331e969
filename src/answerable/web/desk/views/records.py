"""话单核对: calls in which the gate's record and the media side's disagree."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from answerable.calls.actions import close_difference
from answerable.calls.models import RecordDifference
from answerable.calls.queries import record_differences
from answerable.lib.errors import Problem
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

ROWS, OVER = 50, 50


@staff_only("reconcile_calls")
def home(request: Request) -> HttpResponse:
    """List what is open, and what was closed last."""
    return _show(request)


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    page = Paginator(record_differences(are_open=True), ROWS).get_page(request.GET.get("page"))
    context = {
        "section": "records", "page": page, "over": record_differences(are_open=False)[:OVER],
        "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/records.html", context)
    return conflict(response) if problem else response


@staff_only("reconcile_calls")
@require_POST
def close(request: Request, record_difference_id: int) -> HttpResponse:
    """Close one with what was found out."""
    one = found(RecordDifference.objects.filter(pk=record_difference_id).first())
    try:
        close_difference(one, why=request.POST.get("why", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:records")
