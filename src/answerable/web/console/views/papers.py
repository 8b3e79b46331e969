"""What lies here of one's papers, until when, and the request that it be erased (PIPL art. 47)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.exports.queries import SHOWN, exports_of
from answerable.lib.errors import Problem
from answerable.parties.actions import actor_of
from answerable.parties.queries import proven_for
from answerable.verification import actions, retention
from answerable.web.doors import conflict, person_of, person_only, say
from answerable.web.middleware import Request


@person_only
def papers(request: Request) -> HttpResponse:
    """Say what is kept, since when it is locked, and when it is erased."""
    return show(request)


def show(request: Request, problem: Problem | None = None) -> HttpResponse:
    """Show the page; to HTMX, which asks while a copy is being made, only that part."""
    person, now = person_of(request), timezone.now()
    rows = list(retention.dossiers_with_days(person)[:100])
    context: dict[str, Any] = {
        "section": "papers", "rows": rows, "periods": retention.PERIODS.values(), "now": now,
        "is_due": any(one.keep_until and one.keep_until <= now and not one.erased_at for one in rows),
        "organisations": proven_for(person), "exports": list(exports_of(person)[:SHOWN]),
        "erasures": retention.erasures_for(person)[:20], "problem": say(problem) if problem else "",
    }  # fmt: skip
    is_partial = bool(request.headers.get("HX-Request")) and problem is None
    response = render(request, "web/parts/exports.html" if is_partial else "web/console/papers.html", context)
    return conflict(response) if problem else response


@person_only
@require_POST
def delete(request: Request) -> HttpResponse:
    """Erase what may be erased now."""
    person = person_of(request)
    try:
        actions.ask_deletion(person, by=actor_of(person), at=timezone.now())
    except Problem as problem:
        return show(request, problem)
    messages.success(request, _("已删除，且不能恢复。"))
    return redirect("console:papers")
