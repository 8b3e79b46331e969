"""存量核查: start a check, follow it, decide what it found, take the list away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.tables import write_rows
from answerable.numbers.models import AllocationBatch
from answerable.parties.models import Carrier
from answerable.parties.queries import may
from answerable.stock import actions, queries
from answerable.stock.models import StockCheck, StockFinding
from answerable.verification.rechecks import STOCK_FINDINGS
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

ROWS = 50


@staff_only("see_stock_check")
def checks(request: Request) -> HttpResponse:
    """List the checks; who may start one does it here."""
    return _show(request)


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    batches = AllocationBatch.objects.order_by("code")
    context = {
        "section": "stock", "checks": queries.checks()[:ROWS], "carriers": Carrier.objects.order_by("code"), "batches": batches,
        "branches": sorted({batch.branch for batch in batches}), "may_start": may(staff_of(request), "run_stock_check"),
        "problem": say(problem) if problem else "", "typed": request.POST,
    }  # fmt: skip
    response = render(request, "web/desk/stock.html", context)
    return conflict(response) if problem else response


@staff_only("run_stock_check")
@require_POST
def start(request: Request) -> HttpResponse:
    """Start a check over all numbers in service, or some."""
    form = request.POST
    try:
        made = actions.start(
            staff=staff_of(request), at=timezone.now(), carrier=form.get("carrier", "")[:10], branch=form.get("branch", "")[:60],
            batch=form.get("batch", "")[:30],
        )  # fmt: skip
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:stock_check", made.pk)


@staff_only("see_stock_check")
def check(request: Request, stock_check_id: int) -> HttpResponse:
    """Show one check: progress, what it found by kind, and the findings to decide."""
    return _show_check(request, found(StockCheck.objects.filter(pk=stock_check_id).first()))


def _show_check(request: Request, one: StockCheck, problem: Problem | None = None) -> HttpResponse:
    staff, chosen = (
        staff_of(request),
        {"state": request.GET.get("state", "proposed"), "kind": request.GET.get("kind", "")},
    )
    if chosen["state"] not in StockFinding.State.values:
        chosen["state"] = ""
    if chosen["kind"] not in STOCK_FINDINGS:
        chosen["kind"] = ""
    now = timezone.now()
    page = Paginator(queries.findings(one, **chosen), ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "stock", "check": one, "tallies": queries.tallies(one, at=now), "page": page, "chosen": chosen, "pager_query": urlencode(chosen),
        "rows": [(finding, queries.evidence(finding)) for finding in page], "kinds": STOCK_FINDINGS, "states": StockFinding.State.values,
        "now": now, "may_decide": may(staff, "stop_numbers") and one.started_by_id != staff.pk, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/stock_check.html", context)
    return conflict(response) if problem else response


@staff_only("see_stock_check")
def table(request: Request, stock_check_id: int) -> HttpResponseBase:
    """Serve all findings as a file, row by row: it may be long."""
    one = found(StockCheck.objects.filter(pk=stock_check_id).first())
    return StreamingHttpResponse(
        write_rows(queries.table(one, at=timezone.now())), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="stock-check-{one.pk}.csv"'},
    )  # fmt: skip


@staff_only("stop_numbers")
@require_POST
def confirm(request: Request, finding_id: int) -> HttpResponse:
    """Confirm: the holder is asked to put it right by a deadline."""
    one = found(StockFinding.objects.select_related("stock_check").filter(pk=finding_id).first())
    try:
        made = actions.confirm(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show_check(request, one.stock_check, problem)
    messages.success(
        request,
        _("已确认，持有单位须在 %(day)s 前整改。")
        % {"day": timezone.localtime(made.deadline).strftime("%Y-%m-%d %H:%M")},
    )
    return redirect("desk:stock_check", one.stock_check_id)


@staff_only("stop_numbers")
@require_POST
def dismiss(request: Request, finding_id: int) -> HttpResponse:
    """Dismiss, with a reason."""
    one = found(StockFinding.objects.select_related("stock_check").filter(pk=finding_id).first())
    try:
        actions.dismiss(one, why=request.POST.get("why", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show_check(request, one.stock_check, problem)
    messages.success(request, _("已排除。"))
    return redirect("desk:stock_check", one.stock_check_id)
