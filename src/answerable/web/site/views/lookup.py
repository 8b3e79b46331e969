"""400 号码查证: who answers for this number, now or on a day past? Four answers, kept apart; as JSON at the same address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from answerable.lib.lines import normalise_400
from answerable.numbers.past import PastAnswer, who_answered
from answerable.numbers.queries import Answer, who_answers
from answerable.web.doors import conflict, public
from answerable.web.middleware import Request
from answerable.web.site import answers, limits
from answerable.web.site.days import NO_DAY, read_day
from answerable.web.site.said import as_json


@public
def lookup(request: Request) -> HttpResponse:
    """Ask for the number in any spelling, and for a day if it is not about now."""
    typed, on = request.GET.get("number", ""), request.GET.get("on", "").strip()
    if not typed.strip():
        return _form(request, typed, on)
    number = normalise_400(typed)
    if not number:
        return conflict(_form(request, typed, on, not_400=True))
    if on and read_day(on) is None:
        return conflict(_form(request, typed, "", no_day=_(NO_DAY)))
    response = redirect("site:answer", number)
    response.headers["Location"] += f"?on={on}" if on else ""
    return response


def _form(request: Request, typed: str, on: str, **wrong: Any) -> HttpResponse:
    context = {"section": "lookup", "typed": typed, "on": on, "today": timezone.localdate()}
    return render(request, "web/site/lookup.html", context | wrong)


@public
def answer(request: Request, number: str) -> HttpResponse:
    """Answer for one number; to a stranger the answer may be ten seconds old (web/site/answers)."""
    at, on = timezone.now(), request.GET.get("on", "")
    is_json = request.GET.get("format") == "json" or answers.asks_for_json(request)
    if (refused := limits.refusal(request, at=at, is_json=is_json)) is not None:
        return refused
    day = read_day(on) if on else None
    if on and day is None:
        return _no_day(request, number, is_json=is_json)
    found = who_answered(number, on=day, at=at) if day else who_answers(number, at=at)
    if found.kind == "not_400":
        return redirect("site:lookup")
    return answers.may_be_kept(_made(request, found, is_json=is_json), until=found.until, at=at)


def _made(request: Request, found: Answer | PastAnswer, *, is_json: bool) -> HttpResponse:
    if is_json:
        return JsonResponse(as_json(found), json_dumps_params={"ensure_ascii": False})
    page = "web/site/answer_then.html" if isinstance(found, PastAnswer) else "web/site/answer.html"
    shared = getattr(request, "is_strangers", False)
    return render(
        request, page, {"section": "lookup", "answer": found, "today": timezone.localdate(), "is_shared": shared}
    )


def _no_day(request: Request, number: str, *, is_json: bool) -> HttpResponse:
    said = _(NO_DAY)
    if is_json:
        return conflict(
            JsonResponse({"error": "DAY_INVALID", "message": said}, json_dumps_params={"ensure_ascii": False})
        )
    return conflict(_form(request, normalise_400(number) or "", "", no_day=said))
