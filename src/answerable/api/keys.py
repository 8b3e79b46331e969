"""The door of a program: its partner's key, and how often it may ask."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import APIKeyHeader

from answerable.complaints.models import Partner
from answerable.complaints.queries import partner_of
from answerable.lib.errors import Problem

REQUESTS_A_MINUTE = 60
FAILURES_A_MINUTE = 20


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
        address = request.META.get("REMOTE_ADDR")
        if cache.get(f"api-wrong:{address}", 0) >= FAILURES_A_MINUTE:
            raise TooFast
        partner = partner_of(key) if key else None
        if partner is None:
            _count(f"api-wrong:{address}")
            raise KeyRefused
        if _count(f"api:{partner.code}") > REQUESTS_A_MINUTE:
            raise TooFast
        return partner


def _count(key: str) -> int:
    cache.add(key, 0, 60)
    return int(cache.incr(key))
