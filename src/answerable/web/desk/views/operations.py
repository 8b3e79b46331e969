"""运维: the carrier's register, the publisher's pulse, and the trail for the auditor."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.calls.queries import latest as latest_calls
from answerable.calls.queries import permit_alarms, refused_snapshots, strangers
from answerable.lib.errors import Problem
from answerable.lib.lines import normalise_400
from answerable.numbers.queries import disagreeing
from answerable.orders import actions as orders
from answerable.orders.models import Registration
from answerable.orders.queries import registrations_waiting
from answerable.parties.actions import actor_of
from answerable.routing.queries import heartbeat
from answerable.trail.queries import latest, of_number
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

FACTS = 100
DISAGREEING = 100
STRANGERS, STRANGERS_A_PAGE, STRANGERS_SINCE = 20, 100, dt.timedelta(days=1)


@staff_only("register_numbers", "see_operations")
def home(request: Request) -> HttpResponse:
    """Show the records that wait for a receipt, the heartbeat, and the newest calls."""
    return _show(request)


@staff_only("register_numbers", "see_operations")
def strange(request: Request) -> HttpResponse:
    """List every address that called within a day and is no trunk."""
    found_since = strangers(since=timezone.now() - STRANGERS_SINCE)
    page = Paginator(found_since, STRANGERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/desk/strangers.html", {"section": "operations", "page": page})


def _show(request: Request, problem: Problem | None = None) -> HttpResponse:
    beat = heartbeat()
    context = {
        "section": "operations", "waiting": registrations_waiting(), "heartbeat": beat, "calls": latest_calls()[:30], "alarms": permit_alarms()[:20],
        "refused_snapshots": refused_snapshots()[:10],
        "strangers": strangers(since=timezone.now() - STRANGERS_SINCE)[: STRANGERS + 1], "most_strangers": STRANGERS,
        "age": (timezone.now() - beat.at).total_seconds() if beat else None, "problem": say(problem) if problem else "", "disagreeing": disagreeing()[:DISAGREEING],
    }  # fmt: skip
    response = render(request, "web/desk/operations.html", context)
    return conflict(response) if problem else response


@staff_only("register_numbers")
def record(request: Request, order_no: str) -> HttpResponse:
    """Serve the registration record exactly as it was hashed; it names persons, so the showing is written down."""
    registration = found(Registration.objects.filter(order_id=order_no).first())
    content = orders.show_record(registration, staff=staff_of(request), at=timezone.now())
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{order_no}.json"'},
    )


@staff_only("register_numbers")
@require_POST
def receipt(request: Request) -> HttpResponse:
    """Take the register's receipt."""
    try:
        order = orders.receive_receipt(
            uploaded(request, "receipt"), by=actor_of(request.staff), at=timezone.now(), staff=staff_of(request)
        )
    except Problem as problem:
        return _show(request, problem)
    messages.success(request, _("已登记：%(number)s") % {"number": order.number_id})
    return redirect("desk:operations")


@staff_only("see_trail")
def trail(request: Request) -> HttpResponse:
    """Read the trail: all facts, or one number's."""
    typed = request.GET.get("number", "")
    facts = of_number(normalise_400(typed) or "-") if typed else latest()
    page = Paginator(facts, FACTS).get_page(request.GET.get("page"))
    return render(request, "web/desk/trail.html", {"section": "trail", "page": page, "typed": typed})
