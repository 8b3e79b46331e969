"""Answers of the public look-up that are kept a moment: at most ten seconds, never past a validity, for strangers only.

What is kept is the same for every stranger: no name but the holder's, and cut where a visitor's own token goes. Who is
signed in, or was just told something, gets a page of their own.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpResponse
from django.utils.translation import get_language

from answerable.numbers.past import PastAnswer
from answerable.numbers.queries import Answer
from answerable.web.middleware import Request
from answerable.web.site.days import WRITTEN

FRESH_SECONDS = 10
TOKEN = secrets.token_hex(16)
"""Stands in a page that is to be kept where the visitor's own token goes; nobody can write it into a name."""
OWN_COOKIES = {"sessionid", "messages"}
"""With one of these the page may show who is signed in, or what they were just told."""


@dataclass(frozen=True)
class Kept:
    """A response body, cut where the visitor's own token goes, and the moment it is good until."""

    pieces: tuple[bytes, ...]
    content_type: str
    until: dt.datetime

    def response(self, request: Request, *, at: dt.datetime) -> HttpResponse:
        """Answer one visitor; the browser keeps it no longer than we do."""
        pieces = self.pieces
        body = token(request).encode().join(pieces) if len(pieces) > 1 else pieces[0]
        response = HttpResponse(body, content_type=self.content_type)
        response.headers["Cache-Control"] = f"private, max-age={int((self.until - at).total_seconds())}"
        response.headers["Vary"] = "Accept, Cookie"
        return response


def key(request: Request, number: str, *, on: str = "", is_json: bool) -> str:
    """Name what is asked for; empty where the answer is not to be kept."""
    if not OWN_COOKIES.isdisjoint(request.COOKIES) or not (len(number) == 10 and number.isascii() and number.isdigit()):
        return ""
    if on and not WRITTEN.fullmatch(on):
        return ""
    if is_json:
        return f"json:{number}:{on}"
    # The page leads back to the very address that was asked.
    is_plain = request.META.get("QUERY_STRING", "") == (f"on={on}" if on else "")
    return f"{get_language()}:{number}:{on}" if is_plain else ""


def token(request: Request) -> str:
    """Return the visitor's token, made if there is none: Django's `get_token` without its mask, which costs more than all else.

    The mask guards pages that are compressed and repeat what an attacker wrote (BREACH); a kept page repeats nothing.
    """
    if "CSRF_COOKIE" not in request.META:
        request.META |= {"CSRF_COOKIE": secrets.token_hex(16), "CSRF_COOKIE_NEEDS_UPDATE": True}
    return str(request.META["CSRF_COOKIE"])


def kept(name: str, *, at: dt.datetime) -> Kept | None:
    """Return what is kept under a name and is still good."""
    found: Kept | None = caches["answers"].get(name) if name else None
    return found if found is not None and at < found.until else None


def keep(name: str, response: HttpResponse, answer: Answer | PastAnswer, *, at: dt.datetime) -> Kept:
    """Keep a response under its name, if it has one."""
    until = at + dt.timedelta(seconds=FRESH_SECONDS)
    if answer.until is not None:
        until = min(until, answer.until)
    made = Kept(tuple(response.content.split(TOKEN.encode())), response.headers["Content-Type"], until)
    if name:
        caches["answers"].set(name, made, FRESH_SECONDS)
    return made
