"""An organisation says that a number is not its hotline; the holder contests it. Both read how it went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.complaints import disavowals as deeds
from answerable.complaints.models import Disavowal
from answerable.complaints.queries import disavowal_of, disavowals_of
from answerable.lib.errors import Problem
from answerable.parties.queries import proven_for
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request


@person_only
def disavow(request: Request) -> HttpResponse:
    """Claim for an organisation one is proven to act for; list the claims that concern one's organisations."""
    person = person_of(request)
    mine = {str(firm.pk): firm for firm in proven_for(person).order_by("name").distinct()}
    typed = {name: request.POST.get(name, "") for name in ("number", "enterprise", "text")}
    context: dict[str, Any] = {
        "section": "disavowals", "enterprises": mine.values(), "rows": disavowals_of(person)[:50],
        "typed": typed if request.method == "POST" else {"number": request.GET.get("number", "")[:20]},
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/console/disavow.html", context)
    try:
        made = deeds.disavow(
            typed["number"], mine.get(typed["enterprise"]), typed["text"], person=person, at=timezone.now()
        )
    except Problem as problem:
        wrong = {"problem": say(problem), "wrong": problem.field}
        return conflict(render(request, "web/console/disavow.html", context | wrong))
    messages.success(request, _("声明已收到，办结后会通知您。"))
    return redirect("console:disavowal", made.pk)


@person_only
def disavowal(request: Request, disavowal_id: int) -> HttpResponse:
    """Show one claim to either side."""
    return _show(request, _either_sides(request, disavowal_id))


def _either_sides(request: Request, disavowal_id: int) -> Disavowal:
    return found(disavowal_of(person_of(request), disavowal_id))


def _show(request: Request, one: Disavowal, problem: Problem | None = None) -> HttpResponse:
    theirs = proven_for(person_of(request))
    is_holder = theirs.filter(pk=one.holder_id).exists()
    may_contest = one.state == "open" and one.contested_at is None and timezone.now() <= one.contest_until
    context = {
        "section": "disavowals", "one": one, "is_holder": is_holder, "is_claimant": theirs.filter(credit_code=one.credit_code).exists(),
        "may_contest": is_holder and may_contest, "problem": say(problem) if problem else "", "typed": request.POST.get("text", ""),
    }  # fmt: skip
    response = render(request, "web/console/disavowal.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def contest(request: Request, disavowal_id: int) -> HttpResponse:
    """Contest for the holder."""
    one = _either_sides(request, disavowal_id)
    try:
        deeds.contest(one, request.POST.get("text", ""), person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("答辩已收到，办结后会通知您。"))
    return redirect("console:disavowal", one.pk)


@person_only
@require_POST
def withdraw(request: Request, disavowal_id: int) -> HttpResponse:
    """Take the claim back; what is shown goes."""
    one = _either_sides(request, disavowal_id)
    try:
        deeds.withdraw(one, person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("声明已撤回，不再显示。"))
    return redirect("console:disavowal", one.pk)
