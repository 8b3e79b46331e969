"""One number: its lines, its hours, its calls, why callers were refused; renew or release it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.billing.models import Package
from answerable.billing.queries import packages, price_of
from answerable.calls.queries import calls_of, totals
from answerable.exits.plan_queries import looked_after_by
from answerable.gate.refusals import REFUSALS
from answerable.lib.errors import Problem
from answerable.numbers import actions, queries
from answerable.numbers.errors import NotANumber
from answerable.numbers.models import Number
from answerable.numbers.states import RELEASABLE, STOP_REASONS, remedy_of
from answerable.orders import actions as orders
from answerable.orders.errors import PackageUnknown
from answerable.parties.actions import actor_of
from answerable.parties.models import Counter
from answerable.routing import actions as routing
from answerable.routing.choices import Choices
from answerable.routing.queries import plan_of
from answerable.trail.models import Fact
from answerable.trail.queries import of_number
from answerable.verification.actions import add_line as begin_line
from answerable.verification.actions import begin_change, renew_proof
from answerable.verification.actions import remove_line as remove_bound
from answerable.verification.models import Dossier
from answerable.verification.rechecks import standing
from answerable.verification.slots import OWNERS
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.hours import from_form, to_rows
from answerable.web.middleware import Request

CALLS = 50


def mine_of(request: Request, number: str) -> Number:
    """Fetch a number the signed-in person is proven to act for; to others it does not exist."""
    return found(queries.number_of(person_of(request), number))


def show(request: Request, number: Number, page: str, problem: Problem | None = None, **more: Any) -> HttpResponse:
    """Show one of the number's pages; with a problem as a refusal."""
    context = {"section": "numbers", "number": number, "page": page, "problem": say(problem) if problem else "", **more}
    response = render(request, f"web/console/number_{page}.html", context)
    return conflict(response) if problem else response


@person_only
def number(request: Request, number: str) -> HttpResponse:
    """Show the number at a glance; a stop with its reason, the way to appeal and what to bring."""
    return overview(request, mine_of(request, number))


def overview(request: Request, mine: Number, problem: Problem | None = None) -> HttpResponse:
    return show(
        request, mine, "overview", problem,
        lines=mine.destinations.filter(removed_at=None), totals=totals(mine), now=timezone.now(),
        stop=STOP_REASONS.get(mine.stop_reason), remedy=remedy_of(mine.stop_reason), counters=Counter.objects.all(),
        standing=standing(mine.pk, at=timezone.now()), may_release=mine.stop_reason in {"", *RELEASABLE},
        measures=mine.measures.filter(ended_at=None, holder=mine.holder), reasons=STOP_REASONS, facts=_own_facts(mine)[:20], tenure=mine.tenures.filter(until=None).first(),
        served_by=looked_after_by(mine), renewals=mine.orders.filter(kind="renewal", enterprise=mine.holder).order_by("-created_at")[:5],
    )  # fmt: skip


def _own_facts(mine: Number) -> QuerySet[Fact]:
    """List what happened in the present holder's time; what went before concerns somebody else."""
    facts, before = of_number(mine.pk), mine.tenures.exclude(holder=mine.holder).order_by("-until").first()
    return facts.filter(at__gte=before.until) if before and before.until else facts


@person_only
def calls(request: Request, number: str) -> HttpResponse:
    """List calls with their stages; a refused caller's reason is told in the enterprise's words."""
    mine = mine_of(request, number)
    found_calls = calls_of(mine)
    if wanted := request.GET.get("end", ""):
        found_calls = found_calls.filter(end_status=wanted)
    page = Paginator(found_calls, CALLS).get_page(request.GET.get("page"))
    rows = [(call, REFUSALS.get(call.refusal)) for call in page]
    return show(request, mine, "calls", calls_page=page, rows=rows, wanted=wanted, totals=totals(mine))


@person_only
def plan(request: Request, number: str) -> HttpResponse:
    """Set opening hours, order and overflow, who may call, and the number that lines see."""
    mine = mine_of(request, number)
    if request.method != "POST":
        return _plan(request, mine)
    try:
        routing.set_plan(mine.pk, _choices(request), by=actor_of(request.person), at=timezone.now())
    except Problem as problem:
        return _plan(request, mine, problem)
    messages.success(request, _("已保存，一秒内对新来电生效。"))
    return redirect("console:plan", mine.pk)


def _choices(request: Request) -> Choices:
    """Read the form; what is no number of calls is left to the action to refuse."""
    form = request.POST
    most = form.get("most_calls", "").strip() or "0"
    return Choices(
        hours=from_form(form), closed_dates=tuple(form.get("closed_dates", "").splitlines()), ring=form.get("ring", "serial"),
        overflow_busy="overflow_busy" in form, overflow_no_answer="overflow_no_answer" in form,
        overflow_unreachable="overflow_unreachable" in form, refused_callers=tuple(form.get("refused_callers", "").splitlines()),
        accepted_callers=tuple(form.get("accepted_callers", "").splitlines()) if form.get("who") == "listed" else None,
        billing_number=form.get("billing_number", ""), most_calls=int(most) if most.isascii() and most.isdigit() else -1,
    )  # fmt: skip


def _plan(request: Request, mine: Number, problem: Problem | None = None) -> HttpResponse:
    """Show the plan; after a problem with the lists that were typed."""
    current, form = plan_of(mine.pk), request.POST
    texts = {
        "closed": current.closed_dates,
        "refused": current.refused_callers,
        "accepted": current.accepted_callers or [],
    }
    typed = {"closed": "closed_dates", "refused": "refused_callers", "accepted": "accepted_callers"}
    written = {name: form.get(typed[name], "") if problem else "\n".join(rows) for name, rows in texts.items()}
    return show(
        request, mine, "plan", problem, rows=to_rows(current.hours), plan=current, **written,
        lines=mine.destinations.filter(removed_at=None),
    )  # fmt: skip


@person_only
def lines(request: Request, number: str) -> HttpResponse:
    """Show the bound lines; set their order and ring time."""
    mine = mine_of(request, number)
    if request.method != "POST":
        return _lines(request, mine)
    form = request.POST
    try:
        rows = [
            (int(form.get(f"position-{pk}") or 99), int(pk), int(form.get(f"ring-{pk}") or 25))
            for pk in form.getlist("line")
        ]
        order = [(pk, ring) for _position, pk, ring in sorted(rows)]
        switchboards = {int(pk) for pk in form.getlist("switchboard")}
        actions.order_lines(mine.pk, order, switchboards=switchboards, by=actor_of(request.person), at=timezone.now())
    except Problem as problem:
        return _lines(request, mine, problem)
    except ValueError:
        return _lines(request, mine, NotANumber())
    messages.success(request, _("已保存，一秒内对新来电生效。"))
    return redirect("console:lines", mine.pk)


def _lines(request: Request, mine: Number, problem: Problem | None = None) -> HttpResponse:
    open_states = ["draft", "submitted", "more_information_needed", "deferred", "unsuccessful"]
    waiting = Dossier.objects.filter(number=mine.pk, kind="destination", state__in=open_states)
    return show(
        request, mine, "lines", problem, lines=mine.destinations.filter(removed_at=None), now=timezone.now(),
        dossiers={d.line: d for d in waiting.filter(enterprise=mine.holder)}, typed=request.POST.get("text", ""),
        line_said={"owners": OWNERS, "owner": request.POST.get("owner", "holder"), "off_site": request.POST.get("off_site") == "yes"},
    )  # fmt: skip


@person_only
@require_POST
def add_line(request: Request, number: str) -> HttpResponse:
    """Bind a further line and go on to its proof."""
    mine = mine_of(request, number)
    try:
        dossier = begin_line(
            mine, request.POST.get("text", ""), owner=request.POST.get("owner", "holder"), off_site=request.POST.get("off_site") == "yes",
            person=person_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _lines(request, mine, problem)
    return redirect("console:dossier", dossier.pk)


@person_only
@require_POST
def remove_line(request: Request, number: str, destination_id: int) -> HttpResponse:
    """Unbind a line."""
    mine = mine_of(request, number)
    line = found(mine.destinations.filter(pk=destination_id, removed_at=None).first())
    try:
        remove_bound(mine.pk, line, by=actor_of(request.person), at=timezone.now())
    except Problem as problem:
        return _lines(request, mine, problem)
    return redirect("console:lines", mine.pk)


@person_only
def renew(request: Request, number: str) -> HttpResponse:
    """Order another term: the same price rules, no choosing fee."""
    mine = mine_of(request, number)
    offers = [(p, price_of(mine.grade, p, is_renewal=True)) for p in packages(timezone.localdate())]
    if request.method != "POST":
        return show(request, mine, "renew", offers=offers)
    try:
        package = Package.objects.filter(pk=request.POST.get("package", ""), is_on_sale=True).first()
        if package is None:
            raise PackageUnknown
        order = orders.renew(mine, person=person_of(request), package=package, at=timezone.now())
    except Problem as problem:
        return show(request, mine, "renew", problem, offers=offers)
    return redirect("console:order", order.pk)


@person_only
@require_POST
def verify_again(request: Request, number: str) -> HttpResponse:
    """Open the dossier that verifies the holder, or one line, again; the number works on meanwhile."""
    mine = mine_of(request, number)
    chosen = request.POST.get("destination", "")
    line = found(mine.destinations.filter(pk=chosen, removed_at=None).first()) if chosen.isdecimal() else None
    try:
        dossier = renew_proof(mine, destination=line, person=person_of(request), at=timezone.now())
    except Problem as problem:
        return overview(request, mine, problem)
    return redirect("console:dossier", dossier.pk)


@person_only
@require_POST
def release(request: Request, number: str) -> HttpResponse:
    """Begin to release the number; the holder writes its last four digits to confirm, then files what it takes."""
    mine = mine_of(request, number)
    if request.POST.get("confirm", "") != mine.pk[-4:]:
        messages.error(request, _("没有销号：请输入号码的后四位以确认。"))
        return redirect("console:number", mine.pk)
    try:
        dossier = begin_change(mine, "release", person=person_of(request), at=timezone.now())
    except Problem as problem:
        return overview(request, mine, problem)
    return redirect("console:dossier", dossier.pk)
