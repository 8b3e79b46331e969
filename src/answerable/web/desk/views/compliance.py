"""合规: what only two compliance officers may switch on."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.parties.models import VideoBasis
from answerable.parties.queries import is_video_allowed
from answerable.parties.video import approve_video, propose_video
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request


@staff_only("edit_requirements")
def video(request: Request) -> HttpResponse:
    """Show the legal basis of handling by video, or propose one."""
    if request.method != "POST":
        return _show(request)
    try:
        day = request.POST.get("since", "")
        propose_video(request.POST.get("document", ""), _day(day), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:video")


@staff_only("edit_requirements")
@require_POST
def approve(request: Request, basis_id: int) -> HttpResponse:
    """Approve what another proposed."""
    basis = found(VideoBasis.objects.filter(pk=basis_id).first())
    try:
        approve_video(basis, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:video")


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    rows = VideoBasis.objects.select_related("proposed_by", "approved_by").order_by("-pk")
    context = {
        "section": "video", "rows": rows, "is_on": is_video_allowed(timezone.localdate()), "problem": say(problem) if problem else "",
        "typed": request.POST.get("document", ""), "me": staff_of(request),
    }  # fmt: skip
    response = render(request, "web/desk/video.html", context)
    return conflict(response) if problem else response


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
