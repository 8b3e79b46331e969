"""A copy of everything held about one's organisation (PIPL art. 45): ask for it, and download it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.exports import actions
from answerable.exports.queries import export_of
from answerable.lib.errors import Problem
from answerable.parties.queries import proven_for
from answerable.web.console.views.papers import show
from answerable.web.doors import found, person_of, person_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request


@person_only
@require_POST
def ask(request: Request, enterprise_id: int) -> HttpResponse:
    """Have a copy made."""
    person = person_of(request)
    enterprise = found(proven_for(person).filter(pk=enterprise_id).first())
    try:
        actions.ask_own_export(enterprise, person=person, at=timezone.now())
    except Problem as problem:
        return show(request, problem)
    messages.success(request, _("正在制作，完成后会通知您。"))
    return redirect("console:papers")


@person_only
@require_POST
def download(request: Request, export_id: UUID) -> HttpResponseBase:
    """Hand it out; written down each time."""
    person = person_of(request)
    export = found(export_of(person, export_id))
    try:
        pieces = actions.download(export, by=person, at=timezone.now())
    except Problem as problem:
        return show(request, problem)
    return as_file(pieces, f"answerable-{export.enterprise.credit_code}.zip", "application/zip")
