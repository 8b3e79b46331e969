"""How fast the public look-up may be asked. Far above what a person does: it is there for programs that run wild.

Counted for each address (an IPv6 network of 64 bits is one) and only where an answer is made anew: a kept one costs next to
nothing, and a whole town behind one address asks about the same few numbers. If the file cannot be used, everybody is
let through and the log says so: the look-up is for people who were just cheated.
"""

from __future__ import annotations

import datetime as dt
import math

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from answerable.lib import pace
from answerable.lib.pace import Pace
from answerable.web.middleware import Request

PACE = Pace(a_second=5, at_once=600)


def refusal(request: Request, *, at: dt.datetime, is_json: bool) -> HttpResponse | None:
    """Count a question; return the answer 429 with Retry-After to who asks too fast, else None."""
    wait = pace.wait(pace.asker(request.META.get("REMOTE_ADDR", "")), PACE, at=at.timestamp())
    if not wait:
        return None
    seconds = math.ceil(wait)
    if is_json:
        said = _("查询太快，请稍候再试。")
        response: HttpResponse = JsonResponse({"error": "TOO_FAST", "message": said, "retry_after_seconds": seconds})
    else:
        response = render(request, "web/site/too_fast.html", {"section": "lookup", "seconds": seconds})
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response
