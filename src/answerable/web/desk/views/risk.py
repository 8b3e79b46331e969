"""风控: stop a number at once, lift a stop, read reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from answerable.calls.models import Call
from answerable.calls.queries import gate_stops
from answerable.complaints import queries as reports
from answerable.complaints.classes import CLASSES
from answerable.gate.refusals import REFUSALS
from answerable.lib.errors import Problem
from answerable.lib.lines import normalise_400
from answerable.numbers.models import Measure, Number
from answerable.numbers.states import ANSWERED_FOR, REMEDIES, STOP_REASONS
from answerable.orders import actions as orders
from answerable.permits.queries import waiting_number
from answerable.trail.queries import of_number
from answerable.verification.models import Recheck
from answerable.verification.rechecks import standing
from answerable.web.desk.views.permits import confirm_beside
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

LEVELS = {
    "warn": (orders.warn, gettext_lazy("已警示，持有单位已收到通知。")),
    "limit": (orders.limit, gettext_lazy("已限制时段，一秒内生效。")),
    "suspend": (orders.stop, gettext_lazy("已停机，一秒内对新来电生效。")),
}


@staff_only("stop_numbers")
def home(request: Request) -> HttpResponse:
    """Find a number; show reports, stopped numbers, and stops made at a gate."""
    typed = request.GET.get("number", "")
    if typed:
        number = normalise_400(typed)
        if number and Number.objects.filter(pk=number).exists():
            return redirect("desk:risk_number", number)
    context = {
        "section": "risk", "typed": typed, "reports": reports.waiting()[:50], "gate_stops": gate_stops()[:20],
        "stopped": Number.objects.filter(business_state="suspended").select_related("holder").order_by("-stopped_at")[:50],
        "stop_reasons": STOP_REASONS, "classes": CLASSES, "refused": Call.objects.filter(end_status="refused").order_by("-started_at")[:20],
    }  # fmt: skip
    return render(request, "web/desk/risk.html", context)


@staff_only("stop_numbers")
def number(request: Request, number: str) -> HttpResponse:
    """Show a number to the risk officer."""
    return _show(request, found(Number.objects.select_related("holder", "batch").filter(pk=number).first()))


def _show(request: Request, one: Number, problem: Problem | None = None) -> HttpResponse:
    calls = Call.objects.filter(number=one.pk).order_by("-started_at")[:30]
    context: dict[str, Any] = {
        "section": "risk", "number": one, "stop_reasons": STOP_REASONS, "reason": STOP_REASONS.get(one.stop_reason),
        "remedy": REMEDIES.get(one.stop_reason), "calls": [(c, REFUSALS.get(c.refusal)) for c in calls], "facts": of_number(one.pk)[:30],
        "lines": one.destinations.filter(removed_at=None), "standing": standing(one.pk, at=timezone.now()), "at_desk": True, "permits_waiting": waiting_number(one.pk),
        "levels": Recheck.Level.values, "may_ask": one.holder_id is not None and one.business_state in ANSWERED_FOR, "problem": say(problem) if problem else "",
        "may_stop": one.business_state in {"opening", "working", "paused_by_holder"}, "may_lift": one.business_state == "suspended",
        "measures": one.measures.exclude(level="suspend").filter(ended_at=None).select_related("staff"), "may_warn": one.holder_id is not None and one.business_state in ANSWERED_FOR,
    }  # fmt: skip
    response = render(request, "web/desk/risk_number.html", context)
    return conflict(response) if problem else response


@staff_only("stop_numbers")
@require_POST
def stop(request: Request, number: str) -> HttpResponse:
    """Warn, limit or stop: the gate knows within a second, and the holder is told reason, remedy and documents."""
    one = found(Number.objects.filter(pk=number).first())
    take, done = found(LEVELS.get(request.POST.get("level", "suspend")))
    try:
        take(
            one, request.POST.get("reason", ""), staff=staff_of(request), at=timezone.now(), words=request.POST.get("words", "")
        )  # fmt: skip
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, done)
    return redirect("desk:risk_number", number)


@staff_only("stop_numbers")
@require_POST
def end(request: Request, measure_id: int) -> HttpResponse:
    """End a warning or a limit."""
    one = found(Measure.objects.select_related("number").filter(pk=measure_id).first())
    try:
        orders.end_measure(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one.number, problem)
    messages.success(request, _("处置已解除。"))
    return redirect("desk:risk_number", one.number_id)


@staff_only("stop_numbers")
@require_POST
def lift(request: Request, number: str) -> HttpResponse:
    """Lift the stop."""
    one = found(Number.objects.filter(pk=number).first())
    try:
        orders.lift(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已恢复；另一位风控专员以签发码确认之后，闸门才会接通。"))
    confirm_beside(request, waiting_number(number).filter(ground="lift").first())
    return redirect("desk:risk_number", number)
