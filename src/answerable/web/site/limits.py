"""How fast the public look-up may be asked. Far above what a person does: it is there for programs that run wild.

Counted for each address (an IPv6 network of 64 bits is one) and only where an answer is made anew: a kept one costs next to
nothing, and a whole town behind one address asks about the same few numbers. If the file cannot be used, everybody is
let through and the log says so: the look-up is for people who were just cheated.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import math
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from answerable.lib.pace import Gauge, Pace
from answerable.web.middleware import Request

PACE = Pace(a_second=5, at_once=600)
IPV6_NETWORK_BITS = 64


@lru_cache(maxsize=2)
def _gauge(file: Path) -> Gauge:
    return Gauge(file, settings.SECRET_KEY.encode())


def refusal(request: Request, *, at: dt.datetime, is_json: bool) -> HttpResponse | None:
    """Count a question; return the answer 429 with Retry-After to who asks too fast, else None."""
    try:
        wait = _gauge(settings.LIMITS).wait(_asker(request), PACE, at=at.timestamp())
    except OSError:
        logging.getLogger(__name__).exception("the pace of the look-up cannot be counted; everybody is let through")
        return None
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


def _asker(request: Request) -> str:
    """Name who asks: the address, or the network that one subscriber has with IPv6."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return str(address)
