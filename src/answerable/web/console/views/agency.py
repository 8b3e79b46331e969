"""代理: an agent's own bench, and the invitation that a customer's handler accepts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.billing.errors import AmountNotANumber
from answerable.billing.models import Package
from answerable.billing.queries import packages, price_of
from answerable.lib.errors import Problem
from answerable.lib.lines import parse_400
from answerable.orders import actions, queries
from answerable.orders.actions.reserve import cap_of
from answerable.orders.eligibility import INDUSTRIES
from answerable.orders.errors import PackageUnknown, ReservationRefused
from answerable.parties.actions import actor_of
from answerable.parties.models import Membership, RegisterEntry
from answerable.parties.queries import agent_of, agent_state
from answerable.verification.slots import USES
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request

ROWS = 200
MOST_FEN = 2_000_000_000


@person_only
def bench(request: Request) -> HttpResponse:
    """Show an agent what it reserved; reserve another number. To anybody else: where to enter an invitation."""
    if request.method != "POST":
        return _show(request)
    form = request.POST
    try:
        package = Package.objects.filter(pk=form.get("package", "")[:20], is_on_sale=True).first()
        if package is None:
            raise PackageUnknown
        use, industry = form.get("use", "own"), form.get("industry", "")
        if use not in USES or industry not in INDUSTRIES:
            raise ReservationRefused(why_zh="请选择用途和行业。", why_en="Choose use and industry.")
        made = actions.reserve(
            parse_400(form.get("number", "")).number, person=person_of(request), credit_code=form.get("credit_code", ""), package=package,
            use=use, industry=industry, offer_fen=_fen(form.get("offer", "")), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show(request, problem)
    messages.success(
        request, _("已预留。请把邀请码 %(code)s 交给客户的经办人，由其本人登录接受。") % {"code": made.code}
    )
    return redirect("console:agency")


def _fen(text: str) -> int:
    try:
        fen = Decimal(text.strip()) * 100
        is_whole = fen.is_finite() and fen == fen.to_integral_value() and 0 <= fen <= MOST_FEN
    except InvalidOperation:
        is_whole = False
    if not is_whole:
        raise AmountNotANumber
    return int(fen)


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    agent = agent_of(person_of(request))
    context: dict[str, Any] = {
        "section": "agency", "agent": agent, "typed": request.POST, "problem": say(problem) if problem else "",
        "industries": INDUSTRIES, "uses": USES, "packages": packages(timezone.localdate()),
    }  # fmt: skip
    if agent is not None:
        rows = [
            (one, price_of(one.number.grade, one.package).total_fen) for one in queries.reservations_of(agent)[:ROWS]
        ]
        context |= {
            "rows": [(one, tariff, one.offer_fen - tariff) for one, tariff in rows], "state": agent_state(agent, now),
            "held": agent.reservations.filter(state="open").count(), "most": min(agent.quota, cap_of(agent)),
        }  # fmt: skip
    response = render(request, "web/console/agency.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def withdraw(request: Request, reservation_id: int) -> HttpResponse:
    """Give a reserved number back."""
    agent = found(agent_of(person_of(request)))
    one = found(queries.reservations_of(agent).filter(pk=reservation_id).first())
    try:
        actions.withdraw_reservation(one, by=actor_of(request.person), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("console:agency")


@person_only
def invitation(request: Request) -> HttpResponse:
    """Take the code, show tariff and the agent's price side by side, and let the customer's own handler accept."""
    code, now = re.sub(r"[\s-]", "", request.POST.get("code", "")).upper()[:8], timezone.now()
    role = request.POST.get("role", "")
    context: dict[str, Any] = {"section": "agency", "code": code, "role": role, "problem": ""}
    if request.method != "POST":
        return render(request, "web/console/invitation.html", context)
    try:
        context["one"] = one = queries.invitation(code, at=now)
        tariff = price_of(one.number.grade, one.package)
        context |= {
            "entry": RegisterEntry.objects.filter(pk=one.customer_code).first(), "tariff": tariff,
            "difference": one.offer_fen - tariff.total_fen, "less": tariff.total_fen - one.offer_fen,
            "use": USES[one.use], "industry": INDUSTRIES[one.industry][:2],
        }  # fmt: skip
        if role in Membership.Role.values:
            order = actions.accept_invitation(code, person=person_of(request), role=role, at=now)
            return redirect("console:order", order.pk)
    except Problem as problem:
        return conflict(render(request, "web/console/invitation.html", context | {"problem": say(problem)}))
    return render(request, "web/console/invitation.html", context)
