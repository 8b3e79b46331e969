"""合规: a copy of what is held about a holder, for one who asked in another way than in the console."""

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
from answerable.exports.models import Export
from answerable.lib.errors import Problem
from answerable.parties.models import Enterprise
from answerable.web.desk.views.privacy import show
from answerable.web.doors import found, staff_of, staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request


@staff_only("keep_privacy")
@require_POST
def ask(request: Request, enterprise_id: int) -> HttpResponse:
    """Have a copy made, for a purpose that is written down."""
    enterprise = found(Enterprise.objects.filter(pk=enterprise_id).first())
    try:
        actions.ask_export(
            enterprise, purpose=request.POST.get("purpose", ""), staff=staff_of(request), at=timezone.now()
        )
    except Problem as problem:
        return show(request, enterprise, problem)
    messages.success(request, _("正在制作。"))
    return redirect("desk:privacy_of", enterprise.pk)


@staff_only("keep_privacy")
@require_POST
def download(request: Request, export_id: UUID) -> HttpResponseBase:
    """Hand it out; written down each time."""
    export = found(Export.objects.filter(pk=export_id, staff__isnull=False).select_related("enterprise").first())
    try:
        pieces = actions.download(export, by=staff_of(request), at=timezone.now())
    except Problem as problem:
        return show(request, export.enterprise, problem)
    return as_file(pieces, f"answerable-{export.enterprise.credit_code}.zip", "application/zip")
