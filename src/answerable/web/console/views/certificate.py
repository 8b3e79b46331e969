"""公示牌: what a holder prints for the door, with a QR code that leads to the look-up."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from answerable.lib.errors import Problem
from answerable.numbers.certificate import certificate as printed
from answerable.web.console.views.numbers import mine_of, overview
from answerable.web.doors import person_only
from answerable.web.middleware import Request


@person_only
def certificate(request: Request, number: str) -> HttpResponse:
    """Serve the PDF to its holder."""
    mine = mine_of(request, number)
    address = request.build_absolute_uri(reverse("site:answer", args=[mine.pk]))
    try:
        pdf = printed(mine.pk, address=address, at=timezone.now())
    except Problem as problem:
        return overview(request, mine, problem)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="400-{mine.pk}.pdf"'
    return response
