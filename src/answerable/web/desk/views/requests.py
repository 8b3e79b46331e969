"""机关调取: take an authority's document, have another officer confirm it, hand out what it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
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
from answerable.parties.models import Staff
from answerable.tracing import actions, queries, scope
from answerable.tracing.actions.request import Letter, Officer
from answerable.tracing.errors import DeadlineInvalid, ScanRefused, WindowInvalid
from answerable.tracing.models import TraceCase
from answerable.verification.errors import FileRefused
from answerable.web.desk.views.traces import hand_out, make_again, question, read_moment, show
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

SCOPE = {part: words for part, words in scope.PARTS.items() if part not in {"holder", "permits"}}
HOLD_DAYS = 365
"""What the form proposes for the legal hold."""


@staff_only("answer_authorities")
def home(request: Request) -> HttpResponse:
    """List what authorities asked for, what waits first."""
    now = timezone.now()
    context = {
        "section": "requests", "page": Paginator(queries.authority_traces(), 50).get_page(request.GET.get("page")), "now": now,
        "overdue": queries.overdue(queries.authority_traces(), now).count(), "me": staff_of(request),
    }  # fmt: skip
    return render(request, "web/desk/requests.html", context)


@staff_only("answer_authorities")
def take(request: Request) -> HttpResponse:
    """Take a document."""
    if request.method != "POST":
        return _show_form(request)
    try:
        case = actions.take_request(
            question(request.POST), _letter(request), why=request.POST.get("why", ""), staff=staff_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show_form(request, problem)
    messages.success(request, _("已登记。请另一名合规专员对照原件确认，此前不提供任何内容。"))
    return redirect("desk:request", case.pk)


def _letter(request: Request) -> Letter:
    form = request.POST
    return Letter(
        agency_kind=form.get("agency_kind", ""), agency=form.get("agency", ""), document_no=form.get("document_no", ""),
        officers=[Officer(form.get(f"officer_{n}", ""), form.get(f"card_{n}", "")) for n in (1, 2)],
        scope=form.getlist("scope"), deadline=_deadline(form.get("deadline", "")), hold_until=_day(form.get("hold_until", "")),
        scan=_scan(request),
    )  # fmt: skip


def _deadline(text: str) -> dt.datetime:
    try:
        at = read_moment(text)
    except WindowInvalid:
        at = None
    if at is None:
        raise DeadlineInvalid
    return at


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise DeadlineInvalid from None


def _scan(request: Request) -> bytes:
    try:
        return uploaded(request, "scan")
    except FileRefused as refused:
        raise ScanRefused(**refused.params) from refused


def _show_form(request: Request, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now().astimezone(CHINA)
    context: dict[str, Any] = {
        "section": "requests", "agencies": scope.AGENCIES, "scope": SCOPE, "ticked": request.POST.getlist("scope"),
        "typed": request.POST, "problem": say(problem) if problem else "", "wrong": problem.field if problem else "",
        "deadline": f"{now + scope.ANSWER_WITHIN:%Y-%m-%dT%H:%M}", "hold_until": f"{now + dt.timedelta(days=HOLD_DAYS):%Y-%m-%d}",
    }  # fmt: skip
    response = render(request, "web/desk/request_form.html", context)
    return conflict(response) if problem else response


def _case(request_no: str) -> TraceCase:
    return found(queries.authority_traces().filter(pk=request_no).first())


@staff_only("answer_authorities")
def request_page(request: Request, request_no: str) -> HttpResponse:
    """Show one request, its confirmation and its bundles."""
    return show(request, _case(request_no))


def _act(
    request: Request, request_no: str, act: Callable[[TraceCase, Staff, dt.datetime], object], done: str
) -> HttpResponse:
    case = _case(request_no)
    try:
        act(case, staff_of(request), timezone.now())
    except Problem as problem:
        return show(request, _case(request_no), problem)
    messages.success(request, done)
    return redirect("desk:request", case.pk)


@staff_only("answer_authorities")
@require_POST
def confirm(request: Request, request_no: str) -> HttpResponse:
    """Confirm what another took."""
    return _act(
        request, request_no, lambda case, staff, at: actions.confirm_request(case, staff=staff, at=at),
        _("已确认：依法留存已生效，证据包正在制作。"),
    )  # fmt: skip


@staff_only("answer_authorities")
@require_POST
def refuse(request: Request, request_no: str) -> HttpResponse:
    """Hand nothing out, and say why."""
    said = request.POST.get("refusal", "")
    return _act(
        request, request_no, lambda case, staff, at: actions.refuse_request(case, said, staff=staff, at=at),
        _("已记录：不予提供。"),
    )  # fmt: skip


@staff_only("answer_authorities")
@require_POST
def scan(request: Request, request_no: str) -> HttpResponseBase:
    """Hand the document's scan out, to be compared with the original; written down each time."""
    case = _case(request_no)
    one = case.request
    try:
        raw = actions.show_scan(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return show(request, case, problem)
    ending = {"application/pdf": "pdf", "image/png": "png"}.get(one.scan_mime, "jpg")
    return as_file(iter([raw]), f"{one.pk}-scan.{ending}", one.scan_mime)


@staff_only("answer_authorities")
@require_POST
def again(request: Request, request_no: str) -> HttpResponse:
    """Have another bundle made of the same question."""
    return make_again(request, _case(request_no), "desk:request")


@staff_only("answer_authorities")
@require_POST
def download(request: Request, request_bundle: UUID) -> HttpResponseBase:
    """Hand the bundle to the officers who came; written down each time."""
    return hand_out(request, found(queries.authority_bundle(request_bundle)))
