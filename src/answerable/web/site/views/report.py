"""Report a number without an account: what it is about, what happened, the reference."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from answerable.complaints import actions, errors, queries
from answerable.complaints.models import Report
from answerable.lib.errors import Problem
from answerable.numbers.queries import who_answers
from answerable.web.doors import conflict, found, public, say
from answerable.web.middleware import Request

REPORTS_AN_HOUR = 20
CLASS_WORDS = {
    "fraud": ("有人用这个号码行骗", "Somebody uses it to cheat"),
    "false_registration": ("冒用我单位名义，或登记不实", "It uses our name, or the registration is false"),
    "price": ("收费争议", "A dispute about charges"),
    "attitude": ("服务态度", "Bad service"),
    "provider_gone": ("代理商失联", "The agent has disappeared"),
    "other": ("其他", "Something else"),
}


@public
def begin(request: Request, number: str) -> HttpResponse:
    """Ask what it is about, and first of all whether money was paid."""
    answer = who_answers(number, at=timezone.now())
    if answer.kind not in {"answered", "nobody"}:
        return redirect("site:answer", number)
    chosen = request.POST.get("report_class", "")
    context = {"section": "lookup", "answer": answer, "classes": CLASS_WORDS, "number": answer.number}
    if request.method == "POST" and chosen in Report.Class.values:
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
    context = {
        "section": "lookup",
        "number": number,
        "paid": begun["paid"],
        "class_words": CLASS_WORDS[begun["class"]],
        "today": timezone.localdate(),
    }
    if request.method != "POST":
        return render(request, "web/site/report_details.html", context)
    try:
        _throttle(request)
        made = actions.report(
            number, report_class=begun["class"], text=request.POST.get("text", ""), money_paid=begun["paid"],
            contact=request.POST.get("contact", ""), called_on=_day(request.POST.get("called_on", "")), at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        return conflict(
            render(
                request,
                "web/site/report_details.html",
                context | {"problem": say(problem), "code": problem.code, "typed": request.POST},
            )
        )
    request.session.pop("report", None)
    return redirect("site:reported", made.pk)


@public
def done(request: Request, reference: str) -> HttpResponse:
    """Show the reference and where the report stands."""
    made = found(queries.by_reference(reference))
    return render(
        request,
        "web/site/reported.html",
        {"section": "report", "report": made, "class_words": CLASS_WORDS[made.report_class]},
    )


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


def _throttle(request: Request) -> None:
    """Stop a program, never a person: 20 reports an hour from one address."""
    key = f"reports:{request.META.get('REMOTE_ADDR')}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > REPORTS_AN_HOUR:
        raise errors.TooManyReports
