"""The holder's side of an exit plan: what ends and when, what is paid ahead, and where each number goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.exits import plan_queries as queries
from answerable.exits.choices import choices_of, choose
from answerable.exits.consent import CURRENT, TEXTS
from answerable.exits.models import ExitPlan
from answerable.lib.errors import Problem
from answerable.parties.queries import operator
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request


@person_only
def plan(request: Request, plan_id: int) -> HttpResponse:
    """Show what a plan means for the numbers of one's organisations."""
    return _show(request, _plan(request, plan_id))


def _plan(request: Request, plan_id: int) -> ExitPlan:
    own = queries.own_steps(person_of(request)).filter(plan=plan_id)
    return found(queries.plans().filter(pk=plan_id).first() if own.exists() else None)


def _show(request: Request, one: ExitPlan, problem: Problem | None = None) -> HttpResponse:
    now, form = timezone.now(), request.POST
    others = queries.agents_to_choose(one, now) if one.kind == "agent" else []
    steps = list(queries.own_steps(person_of(request)).filter(plan=one))
    context: dict[str, Any] = {
        "section": "home", "plan": one, "steps": steps, "unused": queries.unused({s.holder for s in steps if s.holder}, now),
        "may_choose": one.state == "announced" and not queries.is_over(one, now), "choices": [c for c in choices_of(one) if c != "agent" or others],
        "agents": others, "consent": TEXTS[CURRENT][one.kind],
        "version": CURRENT, "operator": operator(), "typed": form, "ticked": form.getlist("number"),
        "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/console/exit.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def choice(request: Request, plan_id: int) -> HttpResponse:
    """Choose where some of the numbers go."""
    one, form = _plan(request, plan_id), request.POST
    at = timezone.now()
    other = next((agent for agent in queries.agents_to_choose(one, at) if str(agent.pk) == form.get("agent")), None)
    try:
        choose(
            one, form.getlist("number"), choice=form.get("choice", ""), to_agent=other, consent=form.get("consent", ""),
            person=person_of(request), at=at,
        )  # fmt: skip
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已记录您的选择。最后一天之前可以更改。"))
    return redirect("console:exit", one.pk)
