"""What is asked of the holder again: what to do, until when, and doing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.parties.queries import counters
from answerable.verification import actions
from answerable.verification.models import Dossier, Recheck
from answerable.verification.rechecks import masked, recheck_of, words
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request


@person_only
def recheck(request: Request, recheck_id: int) -> HttpResponse:
    """Show one requirement with ground, deadline and the way to fulfil it."""
    return _show(request, found(recheck_of(person_of(request), recheck_id)))


def _show(request: Request, one: Recheck, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    under_way = Dossier.objects.filter(
        number=one.number_id, enterprise=one.enterprise_id, order_no="", kind="destination" if one.line else "holder",
        state__in=["draft", "submitted", "more_information_needed", "deferred", "unsuccessful"],
    )  # fmt: skip
    context: dict[str, Any] = {
        "section": "numbers", "recheck": one, "said": words(one), "is_past": one.deadline <= now, "counters": counters(timezone.localdate()),
        "mobile": masked(person_of(request).mobile), "dossier": (under_way.filter(line=one.line) if one.line else under_way).first(),
        "code_sent": request.session.get(f"recheck:{one.pk}", False), "problem": say(problem) if problem else "",
        "wrong": problem.field if problem else "",
    }  # fmt: skip
    response = render(request, "web/console/recheck.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def send_code(request: Request, recheck_id: int) -> HttpResponse:
    """Send the code to the signed-in handler's own mobile."""
    person = person_of(request)
    one = found(recheck_of(person, recheck_id))
    try:
        actions.send_code(one, person=person, at=timezone.now(), address=request.META.get("REMOTE_ADDR"))
    except Problem as problem:
        return _show(request, one, problem)
    request.session[f"recheck:{one.pk}"] = True
    return redirect("console:recheck", one.pk)


@person_only
@require_POST
def confirm(request: Request, recheck_id: int) -> HttpResponse:
    """Take the code."""
    person = person_of(request)
    one = found(recheck_of(person, recheck_id))
    try:
        actions.confirm_by_code(one, request.POST.get("code", ""), person=person, at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    request.session.pop(f"recheck:{one.pk}", None)
    messages.success(request, _("重新核验已完成。"))
    return redirect("console:number", one.number_id)


@person_only
@require_POST
def papers(request: Request, recheck_id: int) -> HttpResponse:
    """Open the dossier that answers it, or go on with the one that is open."""
    person = person_of(request)
    one = found(recheck_of(person, recheck_id))
    try:
        dossier = actions.begin_papers(one, person=person, at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    return redirect("console:dossier", dossier.pk)
