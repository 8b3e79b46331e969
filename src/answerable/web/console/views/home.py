"""What a person acts for: orders under way, numbers, notices."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from answerable.exits.plan_queries import waiting_for
from answerable.numbers.queries import numbers_of
from answerable.orders.queries import orders_of
from answerable.parties.actions import read_notices
from answerable.parties.notices import render as render_notice
from answerable.parties.queries import notices_of
from answerable.verification.queries import dossiers_of
from answerable.verification.rechecks import standings
from answerable.web.doors import person_of, person_only
from answerable.web.middleware import Request

NOTICES = 50


@person_only
def home(request: Request) -> HttpResponse:
    """Show what to do next, and what there is."""
    person = person_of(request)
    orders = list(orders_of(person)[:50])
    numbers = list(
        numbers_of(person).filter(business_state__in=["opening", "working", "suspended", "paused_by_holder", "frozen"])
    )
    asked = standings([n.pk for n in numbers], at=timezone.now())
    context = {
        "section": "home",
        "open_orders": [o for o in orders if o.state in {"held", "awaiting_payment", "paid"}],
        "waiting_orders": [o for o in orders if o.state in {"held", "awaiting_payment"}],
        "ended_orders": [o for o in orders if o.state in {"cancelled", "declined", "lapsed"}],
        "numbers": numbers,
        "exits": waiting_for(person, timezone.now()) if numbers else [],
        "asked": [(number, asked[number.pk]) for number in numbers if asked[number.pk].all],
        "wanted": dossiers_of(person).filter(state__in=["draft", "more_information_needed"]),
    }
    return render(request, "web/console/home.html", context)


@person_only
def notices(request: Request) -> HttpResponse:
    """Show the notification centre; what is shown counts as read."""
    person, language = person_of(request), get_language() or "zh-hans"
    rows = [(notice, render_notice(notice, language)) for notice in notices_of(person)[:NOTICES]]
    response = render(request, "web/console/notices.html", {"section": "notices", "rows": rows})
    read_notices(person, at=timezone.now())
    return response
