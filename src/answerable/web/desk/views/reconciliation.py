"""登记核对: import the carrier's register, and deal with what differs from ours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.tables import write_rows
from answerable.parties.models import Carrier
from answerable.parties.queries import may
from answerable.reconciliation import actions, queries
from answerable.reconciliation.models import Difference, RegisterImport
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

ROWS = 100
IMPORTS = 10


def _chosen(request: Request) -> dict[str, str]:
    asked = request.GET
    kind, state, carrier = asked.get("kind", ""), asked.get("state", "open"), asked.get("carrier", "")
    return {
        "carrier": carrier if Carrier.objects.filter(pk=carrier[:10]).exists() else "",
        "kind": kind if kind in Difference.Kind.values else "", "state": state if state in Difference.State.values else "",
    }  # fmt: skip


@staff_only("reconcile_register")
def home(request: Request) -> HttpResponse:
    """List what differs, the most urgent first, and the last imports."""
    return _show(request)


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    chosen = _chosen(request)
    context: dict[str, Any] = {
        "section": "reconciliation", "chosen": chosen, "page": Paginator(queries.differences(**chosen), ROWS).get_page(request.GET.get("page")),
        "pager_query": urlencode(chosen), "imports": queries.imports()[:IMPORTS], "carriers": Carrier.objects.order_by("code"),
        "kinds": Difference.Kind.values, "states": Difference.State.values, "tally": queries.tally(), "now": timezone.now(),
        "may_upload": may(staff_of(request), "register_numbers"), "me": staff_of(request), "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/reconciliation.html", context)
    return conflict(response) if problem else response


@staff_only("reconcile_register")
def table(request: Request) -> HttpResponseBase:
    """Serve what is chosen as a file."""
    return StreamingHttpResponse(
        write_rows(queries.table(queries.differences(**_chosen(request)))), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="differences.csv"'},
    )  # fmt: skip


@staff_only("register_numbers")
@require_POST
def upload(request: Request) -> HttpResponse:
    """Import a file; one that is much shorter waits for a second person."""
    carrier = Carrier.objects.filter(pk=request.POST.get("carrier", "")[:10]).first()
    try:
        made = actions.upload(uploaded(request), found(carrier), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    if made.state == "waiting":
        messages.warning(request, _("文件比上次少 1% 以上，由另一人确认后导入。"))
    else:
        messages.success(request, _("已导入并核对。"))
    return redirect("desk:reconciliation")


@staff_only("reconcile_register")
@require_POST
def confirm(request: Request, import_id: int) -> HttpResponse:
    """Import a short file that another uploaded."""
    one = found(RegisterImport.objects.filter(pk=import_id).first())
    try:
        actions.confirm(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:reconciliation")


@staff_only("reconcile_register")
@require_POST
def explain(request: Request, difference_id: int) -> HttpResponse:
    """Explain a difference."""
    one = found(Difference.objects.filter(pk=difference_id).first())
    try:
        actions.explain(one, why=request.POST.get("why", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:reconciliation")
