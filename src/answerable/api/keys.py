"""The door of a program: its partner's key, and how often it may ask."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader

from answerable.complaints.models import Partner
from answerable.complaints.queries import partner_of
from answerable.lib import pace
from answerable.lib.errors import Problem
from answerable.lib.pace import Pace

REQUESTS = Pace(a_second=1, at_once=60)
GUESSES = Pace(a_second=1 / 3, at_once=20)


class KeyRefused(Problem):
    code = "KEY_REFUSED"
    zh, en = (
        "密钥不对或已终止，请放在请求头 X-API-Key。",
        "The key is wrong or has ended. Send it in the header X-API-Key.",
    )


class TooFast(Problem):
    code = "TOO_FAST"
    zh, en = "请求过快，请一分钟后再试。", "Too many requests. Try again in a minute."


class PartnerKey(APIKeyHeader):
    """Find the partner behind `X-API-Key`; raise KeyRefused, or TooFast (guesses count by address)."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> Partner:
        """Return the partner."""
        at, guesser = timezone.now().timestamp(), f"api-wrong:{pace.asker(request.META.get('REMOTE_ADDR', ''))}"
        if pace.wait(guesser, GUESSES, at=at, is_counted=False):
            raise TooFast
        partner = partner_of(key) if key else None
        if partner is None:
            pace.wait(guesser, GUESSES, at=at)
            raise KeyRefused
        if pace.wait(f"api:{partner.code}", REQUESTS, at=at):
            raise TooFast
        return partner
