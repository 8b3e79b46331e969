"""What was done about a number, and the appeal against it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.complaints import appeals
from answerable.complaints.actions import add_appeal_evidence
from answerable.complaints.actions.evidence import MOST_FILES
from answerable.complaints.queries import measure_of
from answerable.lib.errors import Problem
from answerable.numbers.models import Measure
from answerable.numbers.states import STOP_REASONS, remedy_of
from answerable.parties.queries import counters
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded


@person_only
def measure(request: Request, measure_id: int) -> HttpResponse:
    """Show one measure with reason, remedy and documents, and its appeal."""
    return _show(request, found(measure_of(person_of(request), measure_id)))


def _show(request: Request, one: Measure, problem: Problem | None = None) -> HttpResponse:
    appeal = one.appeals.order_by("-id").first()
    context = {
        "section": "numbers", "measure": one, "appeal": appeal, "reason": STOP_REASONS[one.reason],
        "remedy": remedy_of(one.reason), "counters": counters(timezone.localdate()),
        "may_appeal": appeals.bar(one, at=timezone.now()) is None,
        "evidence": appeal.evidence.order_by("position") if appeal else (), "most": MOST_FILES,
        "problem": say(problem) if problem else "", "typed": request.POST.get("text", ""),
    }  # fmt: skip
    response = render(request, "web/console/measure.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def appeal(request: Request, measure_id: int) -> HttpResponse:
    """File the appeal."""
    one = found(measure_of(person_of(request), measure_id))
    try:
        appeals.appeal(one, request.POST.get("text", ""), person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("申诉已收到，办结后会通知您。"))
    return redirect("console:measure", one.pk)


@person_only
@require_POST
def evidence(request: Request, measure_id: int) -> HttpResponse:
    """Add a file to the open appeal."""
    one = found(measure_of(person_of(request), measure_id))
    made = found(one.appeals.filter(state="open").first())
    try:
        add_appeal_evidence(made, uploaded(request), person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("文件已加密保存。"))
    return redirect("console:measure", one.pk)


@person_only
@require_POST
def withdraw(request: Request, measure_id: int) -> HttpResponse:
    """Take the open appeal back."""
    one = found(measure_of(person_of(request), measure_id))
    try:
        appeals.withdraw_appeal(
            found(one.appeals.filter(state="open").first()), person=person_of(request), at=timezone.now()
        )
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("申诉已撤回，期限内可以再提。"))
    return redirect("console:measure", one.pk)
