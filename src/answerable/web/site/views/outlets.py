"""Is this shop authorised? The operator's counters and its agents, by name or code, now or on a day past; as JSON too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from answerable.parties.outlets import LONGEST, Outlets, folded
from answerable.parties.outlets import outlets as find
from answerable.web.doors import conflict, public
from answerable.web.middleware import Request
from answerable.web.site import limits
from answerable.web.site.answers import asks_for_json
from answerable.web.site.days import NO_DAY, read_day


@public
def outlets(request: Request) -> HttpResponse:
    """Find under a part of the name, or a whole code; say plainly where there is nothing."""
    is_json = request.GET.get("format") == "json" or asks_for_json(request)
    typed, on = request.GET.get("name", "").strip(), request.GET.get("on", "").strip()
    context: dict[str, Any] = {"section": "lookup", "typed": typed[:LONGEST], "on": on, "today": timezone.localdate()}
    if not typed and not is_json:
        return render(request, "web/site/outlets.html", context)
    at = timezone.now()
    if (refused := limits.refusal(request, at=at, is_json=is_json)) is not None:
        return refused
    day = read_day(on) if on else timezone.localdate()
    found = find(typed, on=day, at=at) if day is not None else None
    if found is None:
        wrong = {"no_day": _(NO_DAY)} if day is None else {"no_name": _("请输入名称里的两个字以上，或完整的代码。")}
        return _refuse(request, context | {"on": ""}, wrong, is_json=is_json)
    if is_json:
        return JsonResponse(as_json(found), json_dumps_params={"ensure_ascii": False})
    return render(request, "web/site/outlets.html", context | {"found": found})


def _refuse(request: Request, context: dict[str, Any], wrong: dict[str, str], *, is_json: bool) -> HttpResponse:
    if is_json:
        code, said = ("DAY_INVALID", wrong["no_day"]) if "no_day" in wrong else ("NAME_INVALID", wrong["no_name"])
        return conflict(JsonResponse({"error": code, "message": said}, json_dumps_params={"ensure_ascii": False}))
    return conflict(render(request, "web/site/outlets.html", context | wrong))


def as_json(found: Outlets) -> dict[str, Any]:
    """Say the same for programs; `is_exact`: the name or code is the one that was asked for, letter by letter."""
    return {
        "asked": found.asked, "on": found.on.isoformat(), "is_found": found.is_found,
        "counters": [
            {
                "code": one.counter.pk, "name": one.counter.name_zh, "name_en": one.counter.name_en, "kind": one.counter.kind,
                "address": one.counter.address_zh, "since": _iso(one.counter.open_from), "until": _iso(one.counter.open_until),
                "is_open": one.is_open,
            }
            for one in found.counters
        ],
        "agents": [
            {
                "name": one.agent.organisation.name, "credit_code": one.agent.organisation.credit_code, "state": one.state,
                "licence": one.agent.licence_no, "licence_scope": one.agent.licence_scope,
                "agreement_signed_on": _iso(one.agent.agreement_signed_on),
                "until": _iso(min(one.agent.licence_until, one.agent.agreement_until)),
                "is_exact": found.asked in {folded(one.agent.organisation.name), one.agent.organisation.credit_code},
            }
            for one in found.agents
        ],
    }  # fmt: skip


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
