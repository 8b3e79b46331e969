"""退出方案: the plans with their clock, one plan with its numbers, and the receipts of whoever takes them over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.exits import plan_queries as queries
from answerable.exits import plans
from answerable.exits.choices import take_receipt
from answerable.exits.models import NOTICE_DAYS, ExitPlan
from answerable.lib.errors import Problem
from answerable.lib.lines import fold
from answerable.lib.tables import write_rows
from answerable.lib.workdays import CHINA
from answerable.parties.models import Agent
from answerable.parties.queries import agents
from answerable.trail.queries import of_subject
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

ROWS = 50
DEEDS = {
    "announce": plans.announce_plan,
    "withdraw": plans.withdraw_plan,
    "propose-close": plans.propose_closing,
    "close": plans.close_plan,
}


@staff_only("manage_agents")
def home(request: Request) -> HttpResponse:
    """List the plans, or propose one."""
    if request.method != "POST":
        return _show_home(request)
    form = request.POST
    key = form.get("agent", "")
    agent = Agent.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None
    try:
        made = plans.propose_plan(
            form.get("kind", ""), agent=agent, how=form.get("how", ""), successor=form.get("successor", ""),
            why=form.get("why", ""), last_day=_day(form.get("last_day", "")), staff=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show_home(request, problem)
    messages.success(request, _("已提出，由另一位合规专员公布。"))
    return redirect("desk:exit", made.pk)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _show_home(request: Request, problem: Problem | None = None) -> HttpResponse:
    today = timezone.now().astimezone(CHINA).date()
    rows = [(plan, (plan.last_day - today).days, queries.counts(plan)) for plan in queries.plans()[:ROWS]]
    context = {
        "section": "exits", "rows": rows, "agents": agents().exclude(state="ended"), "earliest": today + NOTICE_DAYS * plans.DAY,
        "days": NOTICE_DAYS, "typed": request.POST, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/exits.html", context)
    return conflict(response) if problem else response


def _plan(plan_id: int) -> ExitPlan:
    return found(queries.plans().filter(pk=plan_id).first())


@staff_only("manage_agents")
def plan(request: Request, plan_id: int) -> HttpResponse:
    """Show one plan."""
    return _show(request, _plan(plan_id))


def _show(request: Request, one: ExitPlan, problem: Problem | None = None) -> HttpResponse:
    now, chosen = timezone.now(), request.GET.get("choice", "all")
    steps = queries.steps_of(one)
    if chosen == "open":
        steps = steps.filter(choice="", holder__isnull=False)
    page = Paginator(steps, ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "section": "exits", "plan": one, "counts": queries.counts(one), "page": page, "chosen": chosen, "now": now,
        "pager_query": "choice=open" if chosen == "open" else "", "unused": queries.unused({s.holder for s in page if s.holder}, now),
        "days_left": (one.last_day - now.astimezone(CHINA).date()).days, "is_over": queries.is_over(one, now), "me": staff_of(request),
        "facts": of_subject("exit", one.pk)[:30], "typed": request.POST, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/exit.html", context)
    return conflict(response) if problem else response


@staff_only("manage_agents")
@require_POST
def deed(request: Request, plan_id: int, step: str) -> HttpResponse:
    """Announce, withdraw, propose to close, or close a plan."""
    one = _plan(plan_id)
    act = found(DEEDS.get(step))
    try:
        act(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已办理。"))
    return redirect("desk:exit", one.pk)


@staff_only("manage_agents")
@require_POST
def receipt(request: Request, plan_id: int) -> HttpResponse:
    """Enter the receipt of whoever took numbers over."""
    one, form = _plan(plan_id), request.POST
    numbers = [fold(word) for word in form.get("numbers", "").replace("，", " ").replace(",", " ").split()]
    try:
        count = take_receipt(
            one, numbers, name=form.get("name", ""), reference=form.get("reference", ""), staff=staff_of(request), at=timezone.now()
        )  # fmt: skip
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已登记 %(count)s 个号码的回执。") % {"count": count})
    return redirect("desk:exit", one.pk)


@staff_only("manage_agents")
def table(request: Request, plan_id: int) -> StreamingHttpResponse:
    """Serve a plan's numbers as a file, row by row: it may be long."""
    one = _plan(plan_id)
    return StreamingHttpResponse(
        write_rows(queries.table(one, timezone.now())), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="exit-{one.pk}.csv"', "Cache-Control": "private, no-store"},
    )  # fmt: skip
