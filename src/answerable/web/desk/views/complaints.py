"""投诉: the queue, one report with all that can be decided about it, evidence, the duty roster, the 12321 file, partners."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.calls.models import Call
from answerable.complaints import actions, duty, queries
from answerable.complaints.callers import numbers_reported
from answerable.complaints.classes import CLASSES
from answerable.complaints.contact import masked_mobile
from answerable.complaints.handover import COLUMNS, answer_rows
from answerable.complaints.models import DutyShift, Handover, Partner, Report
from answerable.complaints.taxonomy import kinds
from answerable.lib.errors import Problem
from answerable.lib.tables import write_rows
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Destination, Number
from answerable.numbers.states import ANSWERED_FOR, STOP_REASONS
from answerable.parties.queries import may
from answerable.verification.rechecks import about_report
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

BECAUSE_OF_REPORTS = ("FRAUD_ORDER", "COMPLAINT", "USE_MISMATCH", "USER_NOT_REGISTRANT")
MANY_NUMBERS = 3
"""From so many different numbers in 30 days the desk points at it: a finding, never a verdict."""
LANES = {
    "": ("全部", "All"),
    "urgent": ("紧急", "Urgent"),
    "proven": ("已核实来电", "Proven callers"),
    "fraud": ("涉诈", "Fraud"),
}
STATES = {
    "": ("待处理", "Waiting"), "overdue": ("已逾期", "Overdue"), "received": ("已收到", "Received"), "in_hand": ("处理中", "In hand"),
    "answered": ("已答复", "Answered"),
}  # fmt: skip


@staff_only("see_complaints")
def home(request: Request) -> HttpResponse:
    """List what waits: urgent, proven callers, fraud, the rest."""
    now, staff = timezone.now(), staff_of(request)
    picked = {name: request.GET.get(name, "") for name in ("lane", "report_class", "state")}
    listed = queries.queue(at=now, **picked)
    page = Paginator(listed, 50).get_page(request.GET.get("page"))
    context = {
        "section": "complaints", "page": page, "classes": CLASSES, "lanes": LANES, "states": STATES, "picked": picked, "now": now,
        "pager_query": "&".join(f"{name}={value}" for name, value in picked.items() if value.replace("_", "").isalpha()),
        "told": queries.told(staff)[:20], "on_duty": duty.on_duty(now), "overdue": queries.overdue(now).count(),
        "may_answer": may(staff, "answer_complaints"), "may_lead": may(staff, "lead_complaints"),
    }  # fmt: skip
    return render(request, "web/desk/complaints.html", context)


@staff_only("see_complaints")
def report(request: Request, reference: str) -> HttpResponse:
    """Read a report and answer it."""
    one = found(queries.by_reference(reference))
    if request.method != "POST":
        return _show(request, one)
    try:
        actions.answer(one, request.POST.get("answer", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        one.refresh_from_db()
        return _show(request, one, problem)
    messages.success(request, _("已答复。"))
    return redirect("desk:complaints")


def _show(request: Request, one: Report, problem: Problem | None = None) -> HttpResponse:
    now, staff = timezone.now(), staff_of(request)
    number = Number.objects.select_related("holder").get(pk=one.number)
    lines = Destination.objects.filter(number=one.number, removed_at=None, number__business_state__in=ANSWERED_FOR)
    context: dict[str, Any] = {
        "section": "complaints", "report": one, "number": number, "class_words": CLASSES[one.report_class], "kind": kinds().get(one.kind),
        "lines": lines, "asked": about_report(one.pk), "mobile": masked_mobile(one), "numbers_reported": numbers_reported(one),
        "many": MANY_NUMBERS, "is_late": one.is_urgent and now >= (one.urgent_due_at or now), "evidence": one.evidence.order_by("position"),
        "calls": Call.objects.filter(number=one.number).order_by("-started_at")[:20], "officers": duty.staff_with("answer_complaints"),
        "stop_reasons": {code: STOP_REASONS[code] for code in BECAUSE_OF_REPORTS}, "escalation": getattr(one, "escalation", None),
        "may_stop": number.business_state in {"opening", "working", "paused_by_holder"}, "may_answer": may(staff, "answer_complaints"),
    }  # fmt: skip
    if problem:
        kept = request.POST.get("answer", "") if one.state == "answered" else ""
        context |= {"problem": say(problem), "typed": kept}
    response = render(request, "web/desk/report.html", context)
    return conflict(response) if problem else response


def _act(request: Request, reference: str, act: Any, done: str) -> HttpResponse:
    """Do one thing to a report; on a refusal show the report with the reason."""
    one = found(queries.by_reference(reference))
    try:
        act(one, staff_of(request), timezone.now())
    except Problem as problem:
        one.refresh_from_db()
        return _show(request, one, problem)
    messages.success(request, done)
    return redirect("desk:report", one.pk)


@staff_only("answer_complaints")
@require_POST
def ask_proof(request: Request, reference: str) -> HttpResponse:
    """Ask the holder for a new proof of the line that was complained about."""
    line = request.POST.get("line", "")
    return _act(
        request, reference, lambda one, staff, at: actions.ask_for_proof(one, line, staff=staff, at=at),
        _("已要求重新证明这条线路，持有单位已收到通知。"),
    )  # fmt: skip


@staff_only("answer_complaints")
@require_POST
def stop(request: Request, reference: str) -> HttpResponse:
    """Stop the number at once."""
    reason = request.POST.get("reason", "")
    return _act(
        request, reference, lambda one, staff, at: actions.stop(one, reason, staff=staff, at=at),
        _("已停机，一秒内对新来电生效。"),
    )  # fmt: skip


@staff_only("answer_complaints")
@require_POST
def dismiss(request: Request, reference: str) -> HttpResponse:
    """Decide that the number is not stopped, and say why."""
    why = request.POST.get("why", "")
    return _act(
        request, reference, lambda one, staff, at: actions.dismiss(one, why, staff=staff, at=at),
        _("已记录：不停机。请在期限内答复举报人。"),
    )  # fmt: skip


@staff_only("see_complaints")
@require_POST
def assign(request: Request, reference: str) -> HttpResponse:
    """Give an urgent report to another officer."""
    to = request.POST.get("staff", "")
    return _act(
        request,
        reference,
        lambda one, staff, at: actions.assign(one, to, staff=staff, at=at),
        _("已改派，对方已收到通知。"),
    )


@staff_only("see_complaints")
def evidence(request: Request, evidence_id: UUID, page: int) -> HttpResponse:
    """Show one page of a file as a stamped picture, or hand the sound out; each showing is written down."""
    kept = found(queries.evidence_of(evidence_id))
    try:
        content, media_type = actions.show_evidence(kept, page=page, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return HttpResponse(say(problem), status=422, content_type="text/plain; charset=utf-8")
    headers = {"Cache-Control": "private, no-store"}
    if kept.kind == "sound":
        name = f"{kept.report_id or kept.appeal_id}-{kept.position}.{'wav' if media_type == 'audio/wav' else 'mp3'}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=media_type, headers=headers)


@staff_only("see_complaints")
def roster(request: Request) -> HttpResponse:
    """Show who is on duty, and let whoever leads edit it."""
    return _show_roster(request)


def _show_roster(request: Request, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "section": "complaints", "shifts": queries.shifts(now), "officers": duty.staff_with("answer_complaints"), "now": now,
        "may_lead": may(staff_of(request), "lead_complaints"), "is_covered": duty.on_duty(now).exists(), "typed": request.POST,
        "problem": say(problem) if problem else "", "wrong": problem.field if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/duty.html", context)
    return conflict(response) if problem else response


@staff_only("lead_complaints")
@require_POST
def shift_add(request: Request) -> HttpResponse:
    """Put an officer on duty."""
    form = request.POST
    try:
        actions.add_shift(
            form.get("staff", ""), since=_moment(form.get("since", "")), until=_moment(form.get("until", "")), phone=form.get("phone", ""),
            staff=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return _show_roster(request, problem)
    messages.success(request, _("已排班。"))
    return redirect("desk:duty")


@staff_only("lead_complaints")
@require_POST
def shift_remove(request: Request, shift_id: int) -> HttpResponse:
    """Take a shift off."""
    shift = found(DutyShift.objects.select_related("staff").filter(pk=shift_id).first())
    actions.remove_shift(shift, staff=staff_of(request), at=timezone.now())
    return redirect("desk:duty")


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        return None


@staff_only("answer_complaints")
def handover(request: Request) -> HttpResponse:
    """Take the 12321 centre's file: right rows once, wrong rows named by their line."""
    context: dict[str, Any] = {
        "section": "complaints",
        "columns": COLUMNS,
        "classes": CLASSES,
        "kinds": kinds().values(),
    }
    problem: Problem | None = None
    if request.method == "POST":
        try:
            taken = actions.take_over(uploaded(request), staff=staff_of(request), at=timezone.now())
            context |= {"taken": taken.handover, "refused": [(line, say(one)) for line, one in taken.refused]}
        except Problem as refused:
            problem = refused
            context["problem"] = say(refused)
    response = render(request, "web/desk/handover.html", context | {"handovers": queries.handovers()[:50]})
    return conflict(response) if problem else response


@staff_only("answer_complaints")
def handover_answer(request: Request, handover_id: int) -> HttpResponseBase:
    """Hand the answer file out, for the centre."""
    one = found(Handover.objects.filter(pk=handover_id).first())
    return as_file(
        (text.encode() for text in write_rows(answer_rows(one))),
        f"12321-answer-{one.pk}.csv",
        "text/csv; charset=utf-8",
    )


@staff_only("lead_complaints")
def partners(request: Request) -> HttpResponse:
    """List the programs that hand reports over, and make a key, which is shown this once."""
    context: dict[str, Any] = {"section": "complaints", "typed": request.POST}
    problem: Problem | None = None
    if request.method == "POST":
        try:
            made, key = actions.add_partner(
                request.POST.get("code", "").strip(),
                request.POST.get("name", ""),
                staff=staff_of(request),
                at=timezone.now(),
            )
            context |= {"made": made, "key": key}
        except Problem as refused:
            problem = refused
            context["problem"] = say(refused)
    response = render(request, "web/desk/partners.html", context | {"partners": queries.partners()})
    return conflict(response) if problem else response


@staff_only("lead_complaints")
@require_POST
def partner_end(request: Request, partner_code: str) -> HttpResponse:
    """End a key for good."""
    actions.end_partner(
        found(Partner.objects.filter(pk=partner_code).first()), staff=staff_of(request), at=timezone.now()
    )
    return redirect("desk:partners")
