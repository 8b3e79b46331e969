"""Report a number without an account: what it is about, what happened, the reference; then its page: state, evidence, escalation."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.complaints import actions, errors, queries
from answerable.complaints.actions.escalate import file_of
from answerable.complaints.actions.evidence import MOST_FILES
from answerable.complaints.classes import CLASSES
from answerable.complaints.clocks import regulator_clocks
from answerable.complaints.contact import masked_mobile
from answerable.complaints.models import Report
from answerable.complaints.taxonomy import kinds
from answerable.lib import pace
from answerable.lib.errors import Problem
from answerable.lib.lines import fold
from answerable.lib.pace import Pace
from answerable.lib.workdays import CHINA
from answerable.numbers.queries import who_answers
from answerable.web.doors import conflict, found, public, say
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded

REPORTS_AN_HOUR = 20
FILES_AN_HOUR = 40


@public
def begin(request: Request, number: str) -> HttpResponse:
    """Ask what it is about, and first of all whether money was paid."""
    answer = who_answers(number, at=timezone.now())
    if answer.kind not in {"answered", "nobody"}:
        return redirect("site:answer", number)
    chosen = request.POST.get("report_class", "")
    context = {"section": "lookup", "answer": answer, "classes": CLASSES, "number": answer.number}
    if request.method == "POST" and chosen in CLASSES:
        request.session["report"] = {
            "number": answer.number,
            "class": chosen,
            "paid": request.POST.get("money_paid") == "yes",
        }
        return redirect("site:report_details", answer.number)
    return render(request, "web/site/report.html", context)


@public
def details(request: Request, number: str) -> HttpResponse:
    """Ask what happened; every field may stay empty."""
    begun = request.session.get("report", {})
    if begun.get("number") != number:
        return redirect("site:report", number)
    now = timezone.now()
    context = {
        "section": "lookup", "number": number, "paid": begun["paid"], "class_words": CLASSES[begun["class"]],
        "kinds": kinds().values() if begun["class"] == "fraud" else [], "now": now,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/site/report_details.html", context)
    form = request.POST
    try:
        _throttle(request, "reports", REPORTS_AN_HOUR)
        made = actions.report(
            number, report_class=begun["class"], kind=form.get("kind", ""), text=form.get("text", ""), money_paid=begun["paid"],
            paid_at=_moment(form.get("paid_at", "")) if begun["paid"] else None, contact=form.get("contact", ""),
            called_on=_day(form.get("called_on", "")), at=now,
        )  # fmt: skip
    except Problem as problem:
        said = {"problem": say(problem), "code": problem.code, "typed": form}
        return conflict(render(request, "web/site/report_details.html", context | said))
    request.session.pop("report", None)
    return redirect("site:reported", made.pk)


@public
def done(request: Request, reference: str) -> HttpResponse:
    """Show the reference, where the report stands, and what can be added."""
    return _show(request, found(queries.by_reference(reference)))


def _show(request: Request, made: Report, problem: Problem | None = None) -> HttpResponse:
    now = timezone.now()
    escalation = getattr(made, "escalation", None)
    context = {
        "section": "report", "report": made, "class_words": CLASSES[made.report_class], "kind": kinds().get(made.kind),
        "mobile": masked_mobile(made), "evidence": made.evidence.order_by("position"), "most": MOST_FILES, "escalation": escalation,
        "may_escalate": escalation is None and not made.erased_at and (made.state == "answered" or now >= made.answer_due_at),
        "is_late": made.state != "answered" and now >= made.answer_due_at, "is_urgent_late": made.is_urgent and now >= (made.urgent_due_at or now),
        "regulator": escalation or regulator_clocks(now),
        "problem": say(problem) if problem else "", "wrong": problem.field if problem else "",
    }  # fmt: skip
    response = render(request, "web/site/reported.html", context)
    return conflict(response) if problem else response


@public
@require_POST
def code(request: Request, reference: str) -> HttpResponse:
    """Send a code to the mobile that was left."""
    made = found(queries.by_reference(reference))
    try:
        actions.send_code(made, at=timezone.now(), address=request.META.get("REMOTE_ADDR"))
    except Problem as problem:
        return _show(request, made, problem)
    messages.success(request, _("验证码已发到您的手机，5 分钟内有效。"))
    return redirect("site:reported", made.pk)


@public
@require_POST
def confirm(request: Request, reference: str) -> HttpResponse:
    """Confirm the mobile by its code."""
    made = found(queries.by_reference(reference))
    try:
        actions.confirm_mobile(made, fold(request.POST.get("code", "")), at=timezone.now())
    except Problem as problem:
        return _show(request, made, problem)
    messages.success(request, _("手机号已验证，您的举报会先处理。"))
    return redirect("site:reported", made.pk)


@public
@require_POST
def evidence(request: Request, reference: str) -> HttpResponse:
    """Add a file."""
    made = found(queries.by_reference(reference))
    try:
        _throttle(request, "evidence", FILES_AN_HOUR)
        actions.add_evidence(made, uploaded(request), at=timezone.now())
    except Problem as problem:
        return _show(request, made, problem)
    messages.success(request, _("文件已加密保存。"))
    return redirect("site:reported", made.pk)


@public
@require_POST
def escalate(request: Request, reference: str) -> HttpResponse:
    """Make the ready file for the regulator's desk."""
    made = found(queries.by_reference(reference))
    try:
        actions.escalate(made, request.POST.get("why", ""), at=timezone.now())
    except Problem as problem:
        return _show(request, made, problem)
    return redirect("site:reported", made.pk)


@public
def escalation_pdf(request: Request, reference: str) -> HttpResponse:
    """Hand the ready file out, to be printed and signed."""
    return _file(reference, "pdf")


@public
def escalation_json(request: Request, reference: str) -> HttpResponse:
    """Hand the ready file out, for a program."""
    return _file(reference, "json")


def _file(reference: str, form: str) -> HttpResponse:
    made = found(queries.by_reference(reference))
    escalation = found(None if made.erased_at else getattr(made, "escalation", None))
    return HttpResponse(
        file_of(escalation, form), content_type=f"application/{form}",
        headers={"Content-Disposition": f'attachment; filename="{made.pk}.{form}"', "Cache-Control": "private, no-store"},
    )  # fmt: skip


@public
def status(request: Request) -> HttpResponse:
    """Find a report by its reference."""
    typed = request.GET.get("reference", "")
    made = queries.by_reference(typed) if typed else None
    if made is not None:
        return redirect("site:reported", made.pk)
    return render(
        request, "web/site/report_status.html", {"section": "report", "typed": typed, "is_unknown": bool(typed)}
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    """Read a moment, China time; raise PaidAtInvalid."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA) if text.strip() else None
    except ValueError:
        raise errors.PaidAtInvalid from None


def _throttle(request: Request, what: str, most: int) -> None:
    """Stop a program, never a person: so many an hour from one address."""
    key = f"{what}:{pace.asker(request.META.get('REMOTE_ADDR', ''))}"
    if pace.wait(key, Pace(a_second=most / 3600, at_once=most), at=timezone.now().timestamp()):
        raise errors.TooManyReports
