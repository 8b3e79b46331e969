"""追查: the operator's own traces with their clock, one trace with its bundles, and handing a bundle out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.workdays import CHINA
from answerable.tracing import actions, queries, scope
from answerable.tracing.actions.open import OWN_BASES, Question
from answerable.tracing.errors import WindowInvalid
from answerable.tracing.models import TraceBundle, TraceCase
from answerable.trail.queries import of_subject
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request

GROUNDS = {"risk": ("风控发现", "Risk officer"), "report": ("举报", "Report"), "authority": ("机关调取", "Authority")}


@staff_only("open_traces")
def home(request: Request) -> HttpResponse:
    """List the traces, those that wait first; open one."""
    if request.method != "POST":
        return _show_home(request)
    form = request.POST
    try:
        case = actions.open_case(
            question(form), basis=form.get("basis", ""), why=form.get("why", ""), report=form.get("report", ""),
            staff=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show_home(request, problem)
    messages.success(request, _("已提出，证据包正在制作。"))
    return redirect("desk:trace", case.pk)


def _show_home(request: Request, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "traces", "page": Paginator(queries.own_traces(), 50).get_page(request.GET.get("page")), "now": now,
        "overdue": queries.overdue(queries.own_traces(), now).count(), "bases": {code: scope.BASES[code] for code in OWN_BASES},
        "typed": request.POST if request.method == "POST" else request.GET, "grounds": GROUNDS,
        "problem": say(problem) if problem else "", "wrong": problem.field if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/traces.html", context)
    return conflict(response) if problem else response


def question(form: Any) -> Question:
    """Read what is asked: number, moment, window and a sample caller; times are China time. Raise WindowInvalid."""
    moment = read_moment(form.get("moment", ""))
    if moment is None:
        raise WindowInvalid(most=scope.LONGEST_WINDOW.days)
    return Question(
        form.get("number", "")[:40], moment, since=read_moment(form.get("since", "")), until=read_moment(form.get("until", "")),
        caller=form.get("caller", "")[:40],
    )  # fmt: skip


def read_moment(text: str) -> dt.datetime | None:
    """Read a field of date and time, China time; None where it was left empty. Raise WindowInvalid."""
    if not text.strip():
        return None
    try:
        return dt.datetime.fromisoformat(text.strip()).replace(tzinfo=CHINA)
    except (ValueError, OverflowError):
        raise WindowInvalid(most=scope.LONGEST_WINDOW.days) from None


@staff_only("open_traces")
def trace(request: Request, trace_no: str) -> HttpResponse:
    """Show one trace and its bundles."""
    return show(request, found(queries.own_traces().filter(pk=trace_no).first()))


def show(request: Request, case: TraceCase, problem: Problem | None = None) -> HttpResponse:
    """Show a trace; to HTMX, which asks while a bundle is being made, only the bundles."""
    is_authority = case.ground == "authority"
    context: dict[str, Any] = {
        "section": "requests" if is_authority else "traces", "case": case, "bundles": case.bundles.select_related("asked_by"),
        "is_authority": is_authority, "basis": scope.BASES[case.basis], "ground": GROUNDS[case.ground], "now": timezone.now(),
        "parts": [scope.PARTS[part] for part in case.parts], "not_told": [
            words for part, words in scope.PARTS.items() if part not in case.parts
        ],
        "is_busy": case.bundles.filter(state__in=["queued", "building"]).exists(),
        "facts": of_subject("trace", case.pk)[:30], "problem": say(problem) if problem else "", "me": staff_of(request),
        "agencies": scope.AGENCIES, "officers": queries.officers(case) if case.state == "waiting" and not case.erased_at else [], "refusal": request.POST.get("refusal", ""),
    }  # fmt: skip
    is_partial = bool(request.headers.get("HX-Request")) and problem is None
    response = render(request, "web/parts/bundles.html" if is_partial else "web/desk/trace.html", context)
    if is_partial and not context["is_busy"]:
        response["HX-Refresh"] = "true"  # what stands above and beside the bundles has changed with them
    return conflict(response) if problem else response


@staff_only("open_traces")
@require_POST
def again(request: Request, trace_no: str) -> HttpResponse:
    """Have another bundle made of the same question."""
    return make_again(request, found(queries.own_traces().filter(pk=trace_no).first()), "desk:trace")


def make_again(request: Request, case: TraceCase, back: str) -> HttpResponse:
    """Ask for another bundle and go back to the case."""
    try:
        actions.ask_again(case, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return show(request, case, problem)
    messages.success(request, _("正在制作。"))
    return redirect(back, case.pk)


@staff_only("open_traces")
@require_POST
def download(request: Request, bundle_id: UUID) -> HttpResponseBase:
    """Hand a bundle out; written down each time."""
    return hand_out(request, found(queries.own_bundle(bundle_id)))


def hand_out(request: Request, bundle: TraceBundle) -> HttpResponseBase:
    """Stream a bundle, or show the case with the reason why not."""
    try:
        pieces = actions.hand_out(bundle, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return show(request, bundle.case, problem)
    return as_file(pieces, f"{bundle.case_id}-{bundle.case.number_id}.zip", "application/zip")
