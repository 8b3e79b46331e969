"""申诉: what holders object to, the clock first; decided by somebody else than who took the measure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.complaints import appeals as deeds
from answerable.complaints.models import Appeal
from answerable.complaints.queries import appeals_by_state
from answerable.lib.errors import Problem
from answerable.numbers.states import STOP_REASONS
from answerable.parties.queries import may
from answerable.permits.models import Confirmation
from answerable.permits.queries import waiting_number
from answerable.trail.queries import of_number
from answerable.web.desk.views.permits import confirm_beside
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

DECISIONS = {"uphold": deeds.uphold, "reject": deeds.reject}


@staff_only("decide_appeals")
def appeals(request: Request) -> HttpResponse:
    """List open appeals by their clock, then what was decided last."""
    context = {
        "section": "appeals", "open": appeals_by_state("open")[:100], "decided": appeals_by_state("upheld", "rejected").order_by("-decided_at")[:50],
        "now": timezone.now(), "reasons": STOP_REASONS,
    }  # fmt: skip
    return render(request, "web/desk/appeals.html", context)


@staff_only("decide_appeals")
def appeal(request: Request, appeal_id: int) -> HttpResponse:
    """Read one appeal beside its measure, and decide it."""
    one = found(appeals_by_state().filter(pk=appeal_id).first())
    decide = DECISIONS.get(request.POST.get("decision", "")) if request.method == "POST" else None
    if decide is None:
        return _show(request, one)
    try:
        decide(one, request.POST.get("answer", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已办结，持有单位已收到通知。"))
    if decide is deeds.uphold and one.measure.level == "suspend":
        _permit(request, one)
    return redirect("desk:appeals")


def _permit(request: Request, one: Appeal) -> None:
    """Confirm the permit by which the number rings again, or say that it waits for somebody else."""
    waits = waiting_number(one.measure.number_id)
    lift = waits.filter(ground="lift").first()
    if lift and may(staff_of(request), "stop_numbers"):
        confirm_beside(request, lift)
    elif waits.exists():
        messages.warning(request, _("停机已撤销，许可还待签发：签发之前，号码不接通来电。"))


@staff_only("stop_numbers")
@require_POST
def back(request: Request, appeal_id: int) -> HttpResponse:
    """Confirm the lift's permit ahead of the decision."""
    one = found(appeals_by_state().filter(pk=appeal_id).first())
    try:
        deeds.back(one, request.POST.get("permit_code", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已预签。另一位风控专员认定申诉成立并输入签发码时，号码随即恢复。"))
    return redirect("desk:appeal", appeal_id)


def _show(request: Request, one: Appeal, problem: Problem | None = None) -> HttpResponse:
    context = {
        "section": "appeals", "appeal": one, "measure": one.measure, "reason": STOP_REASONS[one.measure.reason], "now": timezone.now(),
        "facts": of_number(one.measure.number_id)[:20], "is_mine": one.measure.staff_id == staff_of(request).pk,
        "problem": say(problem) if problem else "", "typed": request.POST.get("answer", ""), "backed": _backed(one),
        "evidence": one.evidence.order_by("position"),
    }  # fmt: skip
    response = render(request, "web/desk/appeal.html", context)
    return conflict(response) if problem else response


def _backed(one: Appeal) -> list[Confirmation]:
    """List who has confirmed the lift's permit; nobody has asked for one before the first does."""
    waits = waiting_number(one.measure.number_id).filter(ground="lift").first()
    return list(waits.confirmations.all()) if waits else []
