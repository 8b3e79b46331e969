"""待签发许可: what two people confirm by the codes of their signing devices before a number rings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.parties.models import Enterprise
from answerable.permits import actions, queries
from answerable.permits.models import PermitRequest
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request


@staff_only("confirm_permits")
def home(request: Request) -> HttpResponse:
    """List what waits for a confirmation."""
    return _show(request)


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    staff = staff_of(request)
    rows = [_row(one, staff.pk) for one in queries.waiting(staff)[:200]]
    context = {"section": "permits", "rows": rows, "problem": say(problem) if problem else ""}
    response = render(request, "web/desk/permits.html", context)
    return conflict(response) if problem else response


def words_of(one: PermitRequest) -> dict[str, Any]:
    """Say what a code would confirm: read from the statement itself, not from the tables beside it."""
    core = one.core
    return {
        "number": core["number"], "holder": core["holder"], "name": _name(core["holder"]), "valid_until": _moment(core["valid_until"]),
        "lines": [(line, _moment(until)) for line, until in core["lines"]],
    }  # fmt: skip


def _row(one: PermitRequest, staff_id: int) -> dict[str, Any]:
    confirmed = list(one.confirmations.all())
    is_mine = any(c.staff_id == staff_id for c in confirmed)
    return words_of(one) | {"request": one, "confirmed": confirmed, "is_mine": is_mine}


def _name(credit_code: str) -> str:
    """Name the organisation that a statement's credit code is, as the organisation's own row has it."""
    return Enterprise.objects.filter(credit_code=credit_code).values_list("name", flat=True).first() or "—"


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@staff_only("confirm_permits")
@require_POST
def confirm(request: Request, permit_request_id: int) -> HttpResponse:
    """Confirm one with a code."""
    one = found(queries.request_by_id(permit_request_id, staff_of(request)))
    try:
        actions.confirm(one, request.POST.get("permit_code", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    messages.success(request, _("已确认。两位都确认后即签发，闸门随后放行。"))
    return redirect("desk:permits")


def confirm_beside(request: Request, one: PermitRequest | None) -> None:
    """Confirm with the code that came along with a decision; the decision stands whatever becomes of the code."""
    if one is None:
        return
    code = request.POST.get("permit_code", "")
    try:
        actions.confirm(one, code, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        messages.warning(request, say(problem), extra_tags="permit-waits")
        messages.warning(request, _("许可还未经您确认：号码接通之前，请在“待签发许可”中补上签发码。"))
