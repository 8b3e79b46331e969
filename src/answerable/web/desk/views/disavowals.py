"""冒用声明: organisations that say a number is not theirs; letters are entered, claims decided, statements taken down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from answerable.complaints import disavowals as deeds
from answerable.complaints import queries
from answerable.complaints.models import Disavowal
from answerable.lib.errors import Problem
from answerable.trail.queries import of_subject
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

DECISIONS = {"uphold": deeds.uphold, "reject": deeds.reject}


@staff_only("decide_disavowals")
def disavowals(request: Request) -> HttpResponse:
    """List what is open by its clock, then what was decided last; enter a letter."""
    typed = {name: request.POST.get(name, "") for name in ("number", "credit_code", "text")}
    context: dict[str, Any] = {
        "section": "disavowals", "open": queries.disavowals("open")[:100], "now": timezone.now(), "typed": typed,
        "decided": queries.disavowals("upheld", "rejected").order_by("-decided_at")[:50],
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/desk/disavowals.html", context)
    try:
        letter = uploaded(request)
        made = deeds.disavow_by_letter(**typed, letter=letter, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        wrong = {"problem": say(problem), "wrong": problem.field}
        return conflict(render(request, "web/desk/disavowals.html", context | wrong))
    messages.success(request, _("书面声明已登记，持有单位已收到通知。"))
    return redirect("desk:disavowal", made.pk)


@staff_only("decide_disavowals")
def disavowal(request: Request, disavowal_id: int) -> HttpResponse:
    """Read one claim with the holder's word, and decide it or take its statement down."""
    one, step = found(queries.disavowals().filter(pk=disavowal_id).first()), request.POST.get("decision", "")
    if request.method != "POST" or step not in {*DECISIONS, "take_down"}:
        return _show(request, one)
    by: dict[str, Any] = {"staff": staff_of(request), "at": timezone.now()}
    try:
        if step == "take_down":
            deeds.take_down(one, **by)
        else:
            DECISIONS[step](one, request.POST.get("answer", ""), **by)
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已办结，双方已收到通知。"))
    return redirect("desk:disavowals")


def _show(request: Request, one: Disavowal, problem: Problem | None = None) -> HttpResponse:
    context = {
        "section": "disavowals", "one": one, "now": timezone.now(), "facts": of_subject("disavowal", one.pk),
        "is_mine": one.entered_by_id == staff_of(request).pk, "problem": say(problem) if problem else "",
        "may_uphold": one.contested_at is not None or timezone.now() > one.contest_until, "typed": request.POST.get("answer", ""),
    }  # fmt: skip
    response = render(request, "web/desk/disavowal.html", context)
    return conflict(response) if problem else response


@staff_only("decide_disavowals")
def letter(request: Request, disavowal_id: int) -> HttpResponse:
    """Serve the letter; that it was opened is a fact."""
    one = found(queries.disavowals().filter(pk=disavowal_id, letter__isnull=False).first())
    pdf = deeds.letter_of(one, staff=staff_of(request), at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="letter-{one.pk}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
