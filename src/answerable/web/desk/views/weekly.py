"""周报: what goes to the regulator each week; correct it, take the files, mark it as sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.parties.queries import may
from answerable.reports import actions, queries
from answerable.reports.fields import FIELDS
from answerable.reports.files import shown
from answerable.reports.models import WeeklyReport
from answerable.reports.weeks import Week
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.downloads import as_file
from answerable.web.middleware import Request

ROWS = 26
KINDS = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@staff_only("see_figures")
def home(request: Request) -> HttpResponse:
    """List the weeks, each with its newest version."""
    page = Paginator(queries.latest().select_related("sent_by"), ROWS).get_page(request.GET.get("page"))
    rows = [(one, Week(one.week).sunday) for one in page]
    return render(
        request,
        "web/desk/weekly_reports.html",
        {"section": "weekly", "page": page, "rows": rows, "now": timezone.now()},
    )


def _report(report_id: int) -> WeeklyReport:
    return found(WeeklyReport.objects.select_related("made_by", "sent_by").filter(pk=report_id).first())


@staff_only("see_figures")
def report(request: Request, report_id: int) -> HttpResponse:
    """Show one version."""
    return _show(request, _report(report_id))


def _show(request: Request, one: WeeklyReport, problem: Problem | None = None) -> HttpResponse:
    versions = list(queries.versions(one.week))
    is_newest = versions[0].pk == one.pk
    may_send = may(staff_of(request), "send_weekly_report") and is_newest
    rows = [(code, field, one.figures[code], shown(one.figures[code])) for code, field in FIELDS.items()]
    context = {
        "section": "weekly", "report": one, "sunday": Week(one.week).sunday, "rows": rows, "versions": versions, "is_newest": is_newest,
        "may_send": may_send, "now": timezone.now(), "problem": say(problem) if problem else "", "typed": request.POST,
        "is_complete": all(figure["value"] is not None or figure["whole"] is not None for figure in one.figures.values()),
    }  # fmt: skip
    response = render(request, "web/desk/weekly_report.html", context)
    return conflict(response) if problem else response


@staff_only("see_figures")
def file(request: Request, report_id: int, form: str) -> HttpResponseBase:
    """Hand out the very file that was made."""
    one = _report(report_id)
    raw = bytes(found({"csv": one.csv, "pdf": one.pdf}.get(form)))
    return as_file(iter([raw]), f"weekly-{one.week}-v{one.version}.{form}", KINDS[form])


@staff_only("send_weekly_report")
@require_POST
def correct(request: Request, report_id: int) -> HttpResponse:
    """Make a new version with other figures."""
    one = _report(report_id)
    entered = {key: value for key, value in request.POST.items() if isinstance(value, str)}
    try:
        made = actions.correct(one, entered, why=entered.get("why", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已生成第 %(version)s 版。") % {"version": made.version})
    return redirect("desk:weekly_report", made.pk)


@staff_only("send_weekly_report")
@require_POST
def sent(request: Request, report_id: int) -> HttpResponse:
    """Mark as sent, with the receipt."""
    one = _report(report_id)
    try:
        actions.mark_sent(one, request.POST.get("receipt", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    messages.success(request, _("已登记报送。"))
    return redirect("desk:weekly_report", one.pk)
