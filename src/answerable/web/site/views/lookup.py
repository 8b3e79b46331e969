"""400 号码查证: who answers for this number? Four answers, kept apart; the same as JSON at the same address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from answerable.numbers.queries import Answer, who_answers
from answerable.web.doors import public
from answerable.web.middleware import Request
from answerable.web.site import answers


@public
def lookup(request: Request) -> HttpResponse:
    """Ask for the number in any spelling."""
    typed = request.GET.get("number", "")
    if not typed.strip():
        return render(request, "web/site/lookup.html", {"section": "lookup"})
    found = who_answers(typed, at=timezone.now())
    if found.kind == "not_400":
        response = render(request, "web/site/lookup.html", {"section": "lookup", "typed": typed, "not_400": True})
        response.status_code = 422
        return response
    return redirect("site:answer", found.number)


@public
def answer(request: Request, number: str) -> HttpResponse:
    """Answer for one number; to a stranger the answer may be ten seconds old (web/site/answers)."""
    at = timezone.now()
    is_json = request.GET.get("format") == "json" or request.META.get("HTTP_ACCEPT", "").startswith("application/json")
    name = answers.key(request, number, is_json=is_json)
    if (kept := answers.kept(name, at=at)) is not None:
        return kept.response(request, at=at)
    found = who_answers(number, at=at)
    if found.kind == "not_400":
        return redirect("site:lookup")
    if is_json:
        made: HttpResponse = JsonResponse(as_json(found), json_dumps_params={"ensure_ascii": False})
    else:
        token = {"csrf_token": answers.TOKEN} if name else {}
        made = render(request, "web/site/answer.html", {"section": "lookup", "answer": found} | token)
    return answers.keep(name, made, found, at=at).response(request, at=at)


def as_json(found: Answer) -> dict[str, Any]:
    """Say the answer for programs: nothing about a holder unless the kind is `answered`."""
    said: dict[str, Any] = {"number": found.number, "kind": found.kind, "is_connected": found.is_connected}
    if found.holder is not None:
        said |= {
            "holder": found.holder.name, "credit_code": found.holder.credit_code, "registered_address": found.holder.address,
            "complaint_contact": found.holder.complaint_contact, "since": found.since.isoformat() if found.since else None,
            "is_stopped": found.is_stopped,
        }  # fmt: skip
    if found.carrier is not None:
        said |= {"carrier": found.carrier.name_en, "ask_at": found.carrier.ask_at}
    return said
