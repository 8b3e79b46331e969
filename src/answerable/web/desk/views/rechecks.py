"""重新核验: what is asked of holders again; ask, raise, withdraw."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.queries import may
from answerable.trail.queries import of_subject
from answerable.verification import actions, errors
from answerable.verification.actions.recheck import LONGEST_DAYS, end_of_day
from answerable.verification.models import Recheck
from answerable.verification.rechecks import by_state, for_staff, masked, words
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

ROWS = 50


@staff_only("see_rechecks")
def rechecks(request: Request) -> HttpResponse:
    """List what is asked, the nearest deadline first."""
    state = request.GET.get("state", "open")
    state = state if state in Recheck.State.values else "open"
    page = Paginator(by_state(state), ROWS).get_page(request.GET.get("page"))
    context = {
        "section": "rechecks",
        "page": page,
        "state": state,
        "states": Recheck.State.values,
        "now": timezone.now(),
    }
    return render(request, "web/desk/rechecks.html", context)


@staff_only("see_rechecks")
def recheck(request: Request, recheck_id: int) -> HttpResponse:
    """Show one requirement; who fulfilled it is masked."""
    return _show(request, found(for_staff(recheck_id)))


def _show(request: Request, one: Recheck, problem: Problem | None = None) -> HttpResponse:
    staff = staff_of(request)
    context: dict[str, Any] = {
        "section": "rechecks", "recheck": one, "said": words(one), "is_past": one.state == "open" and one.deadline <= timezone.now(),
        "mobile": masked(one.sms_code.mobile) if one.sms_code else "", "facts": of_subject("recheck", one.pk),
        "levels": [level for level in Recheck.Level.values if level > one.level and not one.line],
        "may_raise": may(staff, "stop_numbers"), "may_withdraw": one.asked_by_id != staff.pk,
        "sees_number": may(staff, "stop_numbers"), "problem": say(problem) if problem else "", "typed": request.POST,
    }  # fmt: skip
    response = render(request, "web/desk/recheck.html", context)
    return conflict(response) if problem else response


@staff_only("see_rechecks")
@require_POST
def ask(request: Request, number: str) -> HttpResponse:
    """Ask a holder to verify again, from the number's page."""
    one = found(Number.objects.filter(pk=number).first())
    form = request.POST
    try:
        made = actions.ask(
            one, ground="risk", level=int(form["level"]) if form.get("level", "").isdecimal() else 0, by=staff_of(request),
            at=timezone.now(), note=form.get("note", ""), reason=form.get("reason", ""), deadline=_deadline(form.get("deadline", "")),
        )  # fmt: skip
    except Problem as problem:
        messages.error(request, say(problem))
        return redirect("desk:risk_number", number)
    messages.success(request, _("已要求重新核验，持有单位已收到通知。"))
    return redirect("desk:recheck", made.pk)


def _deadline(text: str) -> dt.datetime | None:
    """Read the day typed; the deadline is its end."""
    if not text:
        return None
    today = timezone.now()
    try:
        days = (dt.date.fromisoformat(text) - today.astimezone(CHINA).date()).days
    except ValueError:
        raise errors.DeadlineInvalid(most=LONGEST_DAYS) from None
    if not 1 <= days <= LONGEST_DAYS:
        raise errors.DeadlineInvalid(most=LONGEST_DAYS)
    return end_of_day(today, days)


@staff_only("stop_numbers")
@require_POST
def raise_level(request: Request, recheck_id: int) -> HttpResponse:
    """Raise the level, with a reason."""
    one = found(for_staff(recheck_id))
    level = request.POST.get("level", "")
    try:
        actions.raise_level(
            one,
            int(level) if level.isdecimal() else 0,
            why=request.POST.get("why", ""),
            staff=staff_of(request),
            at=timezone.now(),
        )
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已提高级别，持有单位已收到通知。"))
    return redirect("desk:recheck", one.pk)


@staff_only("see_rechecks")
@require_POST
def withdraw(request: Request, recheck_id: int) -> HttpResponse:
    """Withdraw it, as a second person, with a reason."""
    one = found(for_staff(recheck_id))
    try:
        actions.withdraw(one, why=request.POST.get("why", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已撤回，持有单位已收到通知。"))
    return redirect("desk:recheck", one.pk)
