"""Changes of a number in service: handler, name, legal representative, a pause and its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.numbers.models import Number
from answerable.parties.models import RegisterEntry
from answerable.verification import actions, queries
from answerable.verification.actions.changes import PURPOSES
from answerable.verification.models import Dossier
from answerable.web.console.views.numbers import mine_of, show
from answerable.web.doors import found, person_of, person_only
from answerable.web.middleware import Request


@person_only
def changes(request: Request, number: str) -> HttpResponse:
    """Show what can be changed and what is under way; begin a change."""
    mine = mine_of(request, number)
    if request.method != "POST":
        return _page(request, mine)
    try:
        dossier = actions.begin_change(
            mine, request.POST.get("purpose", ""), mobile=request.POST.get("mobile", "").strip(), until=_day(request.POST.get("until", "")),
            person=person_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _page(request, mine, problem)
    return redirect("console:dossier", dossier.pk)


def _page(request: Request, mine: Number, problem: Problem | None = None) -> HttpResponse:
    past = Dossier.objects.filter(number=mine.pk, enterprise=mine.holder, kind="change").select_related(
        "requirement_set"
    )
    entry = RegisterEntry.objects.filter(pk=mine.holder.credit_code).first() if mine.holder else None
    more: dict[str, Any] = {
        "purposes": {key: said for key, said in PURPOSES.items() if key != "release"}, "dossiers": past.order_by("-id")[:20], "entry": entry, "asked": request.POST.get("purpose", ""),
        "typed": request.POST.get("mobile", ""), "until": request.POST.get("until", ""),
    }  # fmt: skip
    return show(request, mine, "changes", problem, **more)


@person_only
@require_POST
def cancel(request: Request, dossier_id: int) -> HttpResponse:
    """Take a change back."""
    one = found(queries.dossier_of(person_of(request), dossier_id))
    try:
        actions.cancel_change(one, person=person_of(request), at=timezone.now())
        messages.success(request, _("已撤回，号码保持原样。"))
    except Problem as problem:
        messages.error(request, problem.text(request.LANGUAGE_CODE))
    return redirect("console:dossier", one.pk)


@person_only
@require_POST
def resume(request: Request, number: str) -> HttpResponse:
    """End a pause."""
    mine = mine_of(request, number)
    try:
        actions.resume(mine, person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _page(request, mine, problem)
    messages.success(request, _("已恢复，一秒内对新来电生效。"))
    return redirect("console:number", mine.pk)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
