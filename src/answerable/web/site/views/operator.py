"""Who runs this: the carriers' authorisations, and the counters that are really the operator's."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from answerable.parties.models import Authorisation, Carrier
from answerable.parties.queries import counters
from answerable.web.doors import public
from answerable.web.middleware import Request


@public
def operator(request: Request) -> HttpResponse:
    """Show every authorisation with its days, in force or over, and where one can apply in person."""
    today = timezone.localdate()
    names = {carrier.pk: carrier for carrier in Carrier.objects.all()}
    grants = [
        (grant, [names[code] for code in grant.carriers if code in names], grant.since <= today <= grant.until)
        for grant in Authorisation.objects.order_by("-until", "document")
    ]
    context = {"section": "operator", "grants": grants, "counters": counters(today), "today": today}
    return render(request, "web/site/operator.html", context)
