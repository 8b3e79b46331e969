"""Sign in to the desk, and see what waits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from answerable.billing.queries import refunds_due, unmatched
from answerable.complaints.queries import URGENT, appeals_by_state, waiting
from answerable.lib.errors import Problem
from answerable.orders.queries import registrations_waiting
from answerable.parties.actions import sign_in_staff
from answerable.parties.queries import may
from answerable.parties.roles import NAMES
from answerable.reports.queries import unsent
from answerable.stock.queries import undecided
from answerable.verification.queries import bookings, queue, requirement_proposals
from answerable.verification.rechecks import by_state
from answerable.web.doors import conflict, public, say, staff_of, staff_only
from answerable.web.middleware import Request


@public
def sign_in(request: Request) -> HttpResponse:
    """Ask for user name, password and one-time code; a new session key for a new signed-in staff."""
    after = request.POST.get("next") or request.GET.get("next") or reverse("desk:home")
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    if not (is_ours and after.startswith("/")):
        after = reverse("desk:home")
    if request.method != "POST":
        return render(request, "web/desk/sign_in.html", {"next": after})
    username = request.POST.get("username", "").strip()
    try:
        staff = sign_in_staff(
            username,
            request.POST.get("password", ""),
            request.POST.get("code", ""),
            at=timezone.now(),
            address=request.META.get("REMOTE_ADDR"),
        )
    except Problem as problem:
        context = {"next": after, "username": username, "problem": say(problem), "code": problem.code}
        return conflict(render(request, "web/desk/sign_in.html", context))
    request.session.flush()
    request.session["staff"] = staff.pk
    return redirect(after)


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Sign out."""
    request.session.flush()
    return redirect("desk:sign_in")


@staff_only()
def home(request: Request) -> HttpResponse:
    """Show each role how much waits for it."""
    staff = staff_of(request)
    waits = []
    if may(staff, "handle") and staff.counter_id:
        waits.append(
            ("desk:counter", ("今日待受理", "Bookings today"), bookings(timezone.localdate(), staff.counter_id).count())
        )
    if may(staff, "review"):
        waits.append(("desk:queue", ("待审核", "Waiting for review"), queue(staff=staff).count()))
    if may(staff, "match_payments"):
        waits.append(("desk:cashier", ("待核对转账", "Transfers to match"), unmatched().count()))
        waits.append(("desk:cashier", ("待退款", "Refunds due"), refunds_due().count()))
    if may(staff, "see_complaints"):
        waits.append(("desk:complaints", ("待处理举报", "Reports waiting"), waiting().count()))
        waits.append(("desk:complaints", ("紧急举报", "Urgent reports"), waiting().filter(URGENT).count()))
    if may(staff, "decide_appeals"):
        waits.append(("desk:appeals", ("待核查的申诉", "Appeals to decide"), appeals_by_state("open").count()))
    if may(staff, "see_rechecks"):
        waits.append(("desk:rechecks", ("待完成的重新核验", "Re-verifications open"), by_state("open").count()))
    if may(staff, "stop_numbers"):
        waits.append(("desk:stock", ("待确认的核查发现", "Stock findings to decide"), undecided().count()))
    if may(staff, "register_numbers"):
        waits.append(("desk:operations", ("待登记回执", "Receipts awaited"), registrations_waiting().count()))
    if may(staff, "edit_requirements"):
        waits.append(
            ("desk:requirements", ("待核准的材料要求", "Requirement sets to approve"), requirement_proposals().count())
        )
    if may(staff, "send_weekly_report"):
        waits.append(("desk:weekly", ("待报送的周报", "Weekly reports to send"), unsent().count()))
    context = {"section": "home", "waits": waits, "roles": [NAMES[role] for role in staff.roles]}
    return render(request, "web/desk/home.html", context)
