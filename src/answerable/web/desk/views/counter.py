"""受理台: find the application by its code, tick the originals, read the card, take the form back sealed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from answerable.lib.errors import Problem
from answerable.parties.actions import actor_of
from answerable.parties.queries import may
from answerable.verification import actions, consent, queries
from answerable.verification.actions.counter import expected_person, originals
from answerable.verification.forms import acceptance_form
from answerable.verification.models import Appointment
from answerable.verification.slots import ORIGINALS
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

DAYS_SHOWN = 7


@staff_only("handle")
def counter(request: Request) -> HttpResponse:
    """Find a booking by its code; list the coming days of this counter."""
    staff, today = staff_of(request), timezone.localdate()
    code, context = request.GET.get("code", ""), {"section": "counter"}
    if code:
        appointment = queries.booking(code)
        if appointment is not None:
            return redirect("desk:booking", appointment.code)
        context |= {"typed": code, "is_unknown": "yes"}
    days = [today + dt.timedelta(days=n) for n in range(DAYS_SHOWN)]
    rows = [(day, list(queries.bookings(day, staff.counter_id or ""))) for day in days]
    return render(
        request,
        "web/desk/counter.html",
        context | {"rows": rows, "has_bookings": any(found for _, found in rows), "counter": staff.counter},
    )


@staff_only("handle")
def booking(request: Request, code: str) -> HttpResponse:
    """Handle one application; nothing is kept unless everything is there."""
    appointment, staff = found(queries.booking(code)), staff_of(request)
    if request.method != "POST":
        return _show(request, appointment)
    try:
        actions.handle(
            appointment.dossier, staff=staff, originals_seen=request.POST.getlist("originals"), id_reader=uploaded(request, "id_reader"),
            site_photo=uploaded(request, "site_photo"), acceptance_form=uploaded(request, "acceptance_form"), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show(request, appointment, problem)
    messages.success(request, _("已受理，进入审核队列。"))
    return redirect("desk:counter")


def _show(request: Request, appointment: Appointment, problem: Problem | None = None) -> HttpResponse:
    dossier = appointment.dossier
    stated = queries.claims(dossier)
    context: dict[str, Any] = {
        "section": "counter", "appointment": appointment, "dossier": dossier, "handling": getattr(dossier, "handling", None),
        "originals": [ORIGINALS[slot] for slot in originals(dossier)], "ticked": request.POST.getlist("originals"),
        "expected": stated.get("handler_name") or expected_person(dossier), "problem": say(problem) if problem else "",
        "is_photo_declined": consent.is_declined(dossier),
        "may_handle": may(staff_of(request), "handle"),
    }  # fmt: skip
    response = render(request, "web/desk/booking.html", context)
    return conflict(response) if problem else response


@staff_only("handle")
def form(request: Request, code: str) -> HttpResponse:
    """Print the acceptance form."""
    appointment = found(queries.booking(code))
    staff, now = staff_of(request), timezone.now()
    pdf = acceptance_form(appointment, staff=staff, at=now)
    actions.write_down_print(appointment.dossier, "acceptance_form", by=actor_of(staff), at=now)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="form-{appointment.code}.pdf"'},
    )
