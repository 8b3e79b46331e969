"""合规: locked papers on a legal basis, and legal holds, each placed and ended by two officers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.exports.queries import SHOWN, exports_about
from answerable.lib.errors import Problem
from answerable.parties.models import Enterprise
from answerable.verification import actions, retention
from answerable.verification.errors import HoldInvalid
from answerable.verification.models import Document, LegalHold
from answerable.verification.slots import SLOTS
from answerable.web.desk.views.review import COUNTER_NAMES
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

STEPS = {"confirm": actions.confirm_hold, "ask-end": actions.ask_end_of_hold, "end": actions.end_hold}


@staff_only("keep_privacy")
def home(request: Request) -> HttpResponse:
    """Find an organisation; list the holds that have not ended."""
    typed = request.GET.get("code", "").strip().upper()
    if typed:
        enterprise = Enterprise.objects.filter(credit_code=typed).first()
        if enterprise is not None:
            return redirect("desk:privacy_of", enterprise.pk)
    return _show_home(request, typed)


def _show_home(request: Request, typed: str = "", problem: Problem | None = None) -> HttpResponse:
    context = {
        "section": "privacy", "typed": typed, "holds": retention.open_holds()[:100],
        "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/privacy.html", context)
    return conflict(response) if problem else response


@staff_only("keep_privacy")
def organisation(request: Request, enterprise_id: int) -> HttpResponse:
    """Show an organisation's locked papers, and place a hold on them."""
    enterprise = found(Enterprise.objects.filter(pk=enterprise_id).first())
    if request.method != "POST":
        return show(request, enterprise)
    try:
        actions.place_hold(
            enterprise, number=request.POST.get("number", "").strip(), agency=request.POST.get("agency", ""),
            document_no=request.POST.get("document_no", ""), until=_day(request.POST.get("until", "")),
            staff=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return show(request, enterprise, problem)
    messages.success(request, _("已登记，由另一名合规专员确认后生效。"))
    return redirect("desk:privacy")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise HoldInvalid from None


def show(request: Request, enterprise: Enterprise, problem: Problem | None = None) -> HttpResponse:
    """Show the page; to HTMX, which asks while a copy is being made, only that part."""
    locked = retention.locked_of(enterprise)[:200]
    context: dict[str, Any] = {
        "exports": list(exports_about(enterprise)[:SHOWN]), "is_desk": True,
        "section": "privacy", "enterprise": enterprise, "said": request.POST,
        "rows": [(document, _names(document.slot)) for document in locked],
        "erasures": enterprise.erasures.order_by("-at")[:20], "problem": say(problem) if problem else "",
    }  # fmt: skip
    is_partial = bool(request.headers.get("HX-Request")) and problem is None
    response = render(request, "web/parts/exports.html" if is_partial else "web/desk/privacy_of.html", context)
    return conflict(response) if problem else response


def _names(slot: str) -> tuple[str, str]:
    own = COUNTER_NAMES | {"contract": ("服务合同", "Service contract")}
    return (SLOTS[slot].zh, SLOTS[slot].en) if slot in SLOTS else own.get(slot, (slot, slot))


@staff_only("keep_privacy")
@require_POST
def document(request: Request, document_id: UUID) -> HttpResponse:
    """Show one page of a locked paper on the legal basis that was named; both are written down."""
    one = found(Document.objects.filter(pk=document_id, keep_until__isnull=False).select_related("enterprise").first())
    try:
        page = int(request.POST.get("page", "1")) - 1
    except ValueError:
        raise Http404 from None
    if not 0 <= page < one.pages:
        raise Http404
    try:
        jpeg = actions.view_locked(
            one, page=page, basis=request.POST.get("basis", ""), staff=staff_of(request), at=timezone.now()
        )
    except Problem as problem:
        return show(request, one.enterprise, problem)
    return HttpResponse(jpeg, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@staff_only("keep_privacy")
@require_POST
def hold(request: Request, hold_id: int, step: str) -> HttpResponse:
    """Confirm a hold, ask for its end, or end it."""
    one = found(LegalHold.objects.filter(pk=hold_id).first())
    act = found(STEPS.get(step))
    try:
        act(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show_home(request, problem=problem)
    messages.success(request, _("已办理。"))
    return redirect("desk:privacy")
