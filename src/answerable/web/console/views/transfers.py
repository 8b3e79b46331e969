"""Transfer of holder (过户), both sides: begin and consent; enter the code and accept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.numbers.models import Number
from answerable.orders import actions, queries
from answerable.orders.eligibility import INDUSTRIES
from answerable.orders.models import HolderTransfer
from answerable.parties.actions import actor_of
from answerable.parties.models import Membership, RegisterEntry
from answerable.verification.slots import USES
from answerable.web.console.views.numbers import mine_of, show
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded


@person_only
def transfer(request: Request, number: str) -> HttpResponse:
    """Show the transfer under way, or begin one."""
    mine = mine_of(request, number)
    if request.method != "POST":
        return _page(request, mine)
    try:
        actions.begin_transfer(
            mine, credit_code=request.POST.get("credit_code", ""), person=person_of(request), at=timezone.now()
        )
    except Problem as problem:
        return _page(request, mine, problem)
    return redirect("console:transfer", mine.pk)


def _page(request: Request, mine: Number, problem: Problem | None = None) -> HttpResponse:
    past = list(queries.transfers_of(mine)[:10])
    live = next((one for one in past if one.state in {"open", "accepted"}), None)
    receiver = RegisterEntry.objects.filter(pk=live.receiver_code).first() if live else None
    more: dict[str, Any] = {
        "live": live, "receiver": receiver, "past": [one for one in past if one is not live],
        "typed": request.POST.get("credit_code", "")[:40],
    }  # fmt: skip
    return show(request, mine, "transfer", problem, **more)


def _live(mine: Number) -> HolderTransfer:
    return found(queries.transfers_of(mine).filter(state__in=["open", "accepted"]).first())


@person_only
def consent(request: Request, number: str) -> HttpResponse:
    """Serve the consent to print and seal, exactly as it was made."""
    mine = mine_of(request, number)
    response = HttpResponse(bytes(_live(mine).consent_pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="transfer-consent-{mine.pk}.pdf"'
    return response


@person_only
@require_POST
def upload_consent(request: Request, number: str) -> HttpResponse:
    """Take the sealed consent."""
    mine = mine_of(request, number)
    try:
        actions.upload_consent(_live(mine), uploaded(request), person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _page(request, mine, problem)
    return redirect("console:transfer", mine.pk)


@person_only
@require_POST
def cancel(request: Request, number: str) -> HttpResponse:
    """Take the transfer back before the counter has handled it."""
    mine = mine_of(request, number)
    try:
        actions.cancel_transfer(_live(mine), by=actor_of(request.person), at=timezone.now())
    except Problem as problem:
        return _page(request, mine, problem)
    messages.success(request, _("过户已取消，号码保持原样。"))
    return redirect("console:transfer", mine.pk)


@person_only
def receive(request: Request) -> HttpResponse:
    """Take the code, show what it is about, and accept."""
    code, person, now = queries.read_transfer_code(request.POST.get("code", "")), person_of(request), timezone.now()
    asked = {
        "role": request.POST.get("role", ""),
        "use": request.POST.get("use", "own"),
        "industry": request.POST.get("industry", ""),
    }
    context: dict[str, Any] = {
        "section": "receive", "code": code, "industries": INDUSTRIES, "uses": USES, "problem": "", **asked,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/console/receive_transfer.html", context)
    try:
        context["transfer"] = transfer = queries.open_transfer(code, at=now)
        context["entry"] = RegisterEntry.objects.filter(pk=transfer.receiver_code).first()
        if asked["role"] in Membership.Role.values and asked["use"] in USES and asked["industry"] in INDUSTRIES:
            order = actions.accept_transfer(code, person=person, at=now, **asked)
            return redirect("console:order", order.pk)
    except Problem as problem:
        return conflict(render(request, "web/console/receive_transfer.html", context | {"problem": say(problem)}))
    return render(request, "web/console/receive_transfer.html", context)
