"""Answers of the public look-up that are kept a moment: at most ten seconds, never past a validity, the same for every stranger.

A kept page holds nothing of who asks: no token, no name, no cookie; so any cache may keep it too. It is handed out before
sessions, tokens and messages are looked at. Who is signed in, or was just told something, gets a page of their own.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_from_request

from answerable.web.middleware import Next, Request

FRESH_SECONDS = 10
ADDRESS = re.compile(r"/who/([0-9]{10})/", re.ASCII)
ASKED = re.compile(r"(?:on=([0-9]{4}-[0-9]{2}-[0-9]{2}))?(&?format=json)?", re.ASCII)
OWN_COOKIES = {"sessionid", "messages"}
"""With one of these the page may show who is signed in, or what they were just told."""
VARY = "Accept, Accept-Language, Cookie"


@dataclass(frozen=True)
class Kept:
    """A response that is the same for every stranger, and the moment it is good until."""

    body: bytes
    headers: dict[str, str]
    until: dt.datetime

    def response(self, *, at: dt.datetime) -> HttpResponse:
        """Answer a stranger; nobody keeps it longer than we do."""
        seconds = int((self.until - at).total_seconds())
        return HttpResponse(
            self.body, headers=self.headers | {"Cache-Control": f"public, max-age={seconds}", "Vary": VARY}
        )


class KeptAnswers:
    """Answer strangers from what is kept, and keep what the look-up says may be kept (`may_be_kept`)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        name = key(request)
        if not name:
            return self.get_response(request)
        at = timezone.now()
        if (found := kept(name, at=at)) is not None:
            return found.response(at=at)
        request.is_strangers = True
        response = self.get_response(request)
        until: dt.datetime | None = getattr(response, "kept_until", None)
        if until is None or response.status_code != 200 or response.cookies:
            return response
        return keep(name, response, until=until).response(at=at)


def key(request: Request) -> str:
    """Name what is asked for; empty where the answer is not to be kept."""
    number = ADDRESS.fullmatch(request.path_info)
    if number is None or request.method != "GET" or not OWN_COOKIES.isdisjoint(request.COOKIES):
        return ""
    asked = ASKED.fullmatch(request.META.get("QUERY_STRING", ""))
    if asked is None:
        return ""  # the page leads back to the very address that was asked
    request.get_host()  # raises for a host that is none of ours, as the pages do
    form = "json" if asked[2] or asks_for_json(request) else get_language_from_request(request)
    return f"{form}:{number[1]}:{asked[1] or ''}"


def asks_for_json(request: Request) -> bool:
    """Say whether a program asks, by its header."""
    return str(request.META.get("HTTP_ACCEPT", "")).startswith("application/json")


def may_be_kept(response: HttpResponse, *, until: dt.datetime | None, at: dt.datetime) -> HttpResponse:
    """Mark an answer as good for a moment, and no longer than the validity it rests on (None: only a deed changes it)."""
    end = at + dt.timedelta(seconds=FRESH_SECONDS)
    response.kept_until = end if until is None else min(end, until)  # type: ignore[attr-defined]
    return response


def kept(name: str, *, at: dt.datetime) -> Kept | None:
    """Return what is kept under a name and is still good."""
    found: Kept | None = caches["answers"].get(name)
    return found if found is not None and at < found.until else None


def keep(name: str, response: HttpResponse, *, until: dt.datetime) -> Kept:
    """Keep a response under its name, with the headers that do not depend on who asks."""
    headers = {key: value for key, value in response.items() if key not in {"Cache-Control", "Vary", "Set-Cookie"}}
    made = Kept(response.content, headers, until)
    caches["answers"].set(name, made, FRESH_SECONDS)
    return made
