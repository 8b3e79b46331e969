"""代理商: sign up, suspend, end, who acts for them, and the ledger of penalties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.parties import agency, penalties
from answerable.parties.errors import PenaltyInvalid
from answerable.parties.models import Agent, AgentMember, AgentPenalty
from answerable.parties.queries import agent_state, agents, fines_fen, penalties_of
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

ROWS = 200


@staff_only("manage_agents")
def home(request: Request) -> HttpResponse:
    """List the agents, or sign one up."""
    if request.method != "POST":
        return _show_home(request)
    form = request.POST
    try:
        made = agency.sign_up_agent(
            form.get("credit_code", ""), _terms(request), staff=staff_of(request), at=timezone.now()
        )
    except Problem as problem:
        return _show_home(request, problem)
    messages.success(request, _("已签约。请登记代表代理商登录的人员。"))
    return redirect("desk:agent", made.pk)


def _terms(request: Request) -> agency.Terms:
    form, file = request.POST, request.FILES.get("agreement")
    content = file.read(agency.AGREEMENT_BYTES + 1) if file is not None else b""
    quota = form.get("quota", "")
    return agency.Terms(
        licence_no=form.get("licence_no", "").strip(), licence_scope=form.get("licence_scope", "").strip(),
        licence_until=_day(form.get("licence_until", "")), agreement_no=form.get("agreement_no", "").strip(),
        agreement_signed_on=_day(form.get("agreement_signed_on", "")), agreement_until=_day(form.get("agreement_until", "")),
        agreement=content, real_name_duty="real_name_duty" in form, sanctions="sanctions" in form,
        quota=int(quota) if quota.isascii() and quota.isdigit() and len(quota) < 8 else 0,
        responsible=((form.get("responsible_name", ""), form.get("responsible_id", "")),),
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _show_home(request: Request, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "agents", "rows": [(agent, agent_state(agent, now)) for agent in agents()[:ROWS]], "typed": request.POST,
        "quota": agency.DEFAULT_QUOTA, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/agents.html", context)
    return conflict(response) if problem else response


@staff_only("manage_agents")
def agent(request: Request, agent_id: int) -> HttpResponse:
    """Show one agent."""
    return _show(request, _agent(agent_id))


def _agent(agent_id: int) -> Agent:
    return found(
        Agent.objects.select_related("organisation", "added_by", "end_proposed_by", "ended_by")
        .filter(pk=agent_id)
        .first()
    )


def _show(request: Request, one: Agent, problem: Problem | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "agents", "agent": one, "state": agent_state(one, timezone.now()), "me": staff_of(request), "typed": request.POST,
        "spells": one.spells.select_related("by").order_by("-pk"), "responsible": one.responsible.order_by("pk"),
        "members": one.members.filter(until=None).select_related("person").order_by("pk"),
        "penalties": penalties_of(one), "fines_fen": fines_fen(one), "kinds": AgentPenalty.Kind.values,
        "becauses": AgentPenalty.Because.values, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/agent.html", context)
    return conflict(response) if problem else response


@staff_only("manage_agents")
@require_POST
def step(request: Request, agent_id: int, step: str) -> HttpResponse:
    """Suspend or resume an agent, propose its end, end it, or let a person act for it."""
    one, form, staff, now = _agent(agent_id), request.POST, staff_of(request), timezone.now()
    reason = form.get("reason", "")
    try:
        if step == "suspend":
            agency.suspend_agent(one, reason=reason, staff=staff, at=now)
        elif step == "resume":
            agency.resume_agent(one, reason=reason, staff=staff, at=now)
        elif step == "propose-end":
            agency.propose_end(one, kind=form.get("kind", ""), reason=reason, staff=staff, at=now)
        elif step == "end":
            agency.end_agency(one, staff=staff, at=now)
        else:
            found("member" if step == "member" else None)
            agency.add_member(one, form.get("mobile", "").strip(), staff=staff, at=now)
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已办理。"))
    return redirect("desk:agent", one.pk)


@staff_only("manage_agents")
@require_POST
def member_end(request: Request, member_id: int) -> HttpResponse:
    """End a person's acting for an agent."""
    one = found(AgentMember.objects.filter(pk=member_id).first())
    agency.remove_member(one, staff=staff_of(request), at=timezone.now())
    return redirect("desk:agent", one.agent_id)


@staff_only("manage_agents")
@require_POST
def agreement(request: Request, agent_id: int) -> HttpResponse:
    """Serve the agreement's file."""
    content = agency.agreement_of(_agent(agent_id), staff=staff_of(request), at=timezone.now())
    return HttpResponse(
        content, content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="agreement-{agent_id}.pdf"', "Cache-Control": "private, no-store"},
    )  # fmt: skip


@staff_only("manage_agents")
@require_POST
def penalty(request: Request, agent_id: int) -> HttpResponse:
    """Propose a penalty."""
    one, form = _agent(agent_id), request.POST
    try:
        penalties.propose_penalty(
            one, kind=form.get("kind", ""), rule=form.get("rule", ""), amount_fen=_fen(form.get("amount", "")),
            measure=form.get("measure", ""), because=form.get("because", ""), reference=form.get("reference", ""),
            staff=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已登记，由另一位合规专员同意后生效。"))
    return redirect("desk:agent", one.pk)


def _fen(text: str) -> int:
    if not text.strip():
        return 0
    try:
        fen = Decimal(text.strip()) * 100
        if not fen.is_finite() or fen != fen.to_integral_value():
            raise PenaltyInvalid
        return int(fen)
    except (InvalidOperation, OverflowError):
        raise PenaltyInvalid from None


@staff_only("manage_agents")
@require_POST
def penalty_approve(request: Request, penalty_id: int) -> HttpResponse:
    """Put a penalty in force."""
    one = found(AgentPenalty.objects.filter(pk=penalty_id).first())
    try:
        penalties.approve_penalty(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, _agent(one.agent_id), problem)
    messages.success(request, _("处罚已生效。"))
    return redirect("desk:agent", one.agent_id)
