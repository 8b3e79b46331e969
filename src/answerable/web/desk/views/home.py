"""Sign in to the desk, and see what waits."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from answerable.billing.queries import refunds_due, unmatched
from answerable.complaints.queries import URGENT, appeals_by_state, disavowals, waiting
from answerable.exits.plan_queries import to_deal_with
from answerable.lib.errors import Problem
from answerable.orders.queries import registrations_waiting
from answerable.parties.actions import sign_in_staff
from answerable.parties.models import Staff
from answerable.parties.queries import may
from answerable.parties.roles import NAMES
from answerable.permits.queries import waiting as permits_waiting
from answerable.reports.queries import unsent
from answerable.routing.queries import held
from answerable.stock.queries import undecided
from answerable.tracing.queries import waiting_authority, waiting_own
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


Waiting = Callable[[Staff], int]
WAITS: tuple[tuple[str, str, tuple[str, str], Waiting], ...] = (
    ("review", "desk:queue", ("待审核", "Waiting for review"), lambda staff: queue(staff=staff).count()),
    ("match_payments", "desk:cashier", ("待核对转账", "Transfers to match"), lambda _: unmatched().count()),
    ("match_payments", "desk:cashier", ("待退款", "Refunds due"), lambda _: refunds_due().count()),
    ("see_complaints", "desk:complaints", ("待处理举报", "Reports waiting"), lambda _: waiting().count()),
    ("see_complaints", "desk:complaints", ("紧急举报", "Urgent reports"), lambda _: waiting().filter(URGENT).count()),
    ("open_traces", "desk:traces", ("未办结的追查", "Traces to answer"), lambda _: waiting_own().count()),
    ("answer_authorities", "desk:requests", ("未办结的机关调取", "Authorities' requests open"), lambda _: waiting_authority().count()),
    ("decide_appeals", "desk:appeals", ("待核查的申诉", "Appeals to decide"), lambda _: appeals_by_state("open").count()),
    ("decide_disavowals", "desk:disavowals", ("待决定的冒用声明", "Hotlines disowned, to decide"), lambda _: disavowals("open").count()),
    ("confirm_permits", "desk:permits", ("待签发许可", "Permits to confirm"), lambda staff: permits_waiting(staff).count()),
    ("see_rechecks", "desk:rechecks", ("待完成的重新核验", "Re-verifications open"), lambda _: by_state("open").count()),
    ("stop_numbers", "desk:stock", ("待确认的核查发现", "Stock findings to decide"), lambda _: undecided().count()),
    ("register_numbers", "desk:operations", ("待登记回执", "Receipts awaited"), lambda _: registrations_waiting().count()),
    ("pass_losses", "desk:held", ("扣住的发布", "Publications held back"), lambda _: held().count()),
    ("edit_requirements", "desk:requirements", ("待核准的材料要求", "Requirement sets to approve"), lambda _: requirement_proposals().count()),
    ("manage_agents", "desk:exits", ("待公布或待办结的退出方案", "Exit plans to announce or close"), lambda _: to_deal_with(timezone.now()).count()),
    ("send_weekly_report", "desk:weekly", ("待报送的周报", "Weekly reports to send"), lambda _: unsent().count()),
)  # fmt: skip
"""What waits: who may see it, where, its name, and how much."""


@staff_only()
def home(request: Request) -> HttpResponse:
    """Show each role how much waits for it."""
    staff = staff_of(request)
    waits = [(url, name, count(staff)) for permission, url, name, count in WAITS if may(staff, permission)]
    if may(staff, "handle") and staff.counter_id:
        today = bookings(timezone.localdate(), staff.counter_id).count()
        waits.insert(0, ("desk:counter", ("今日待受理", "Bookings today"), today))
    context = {"section": "home", "waits": waits, "roles": [NAMES[role] for role in staff.roles]}
    return render(request, "web/desk/home.html", context)
