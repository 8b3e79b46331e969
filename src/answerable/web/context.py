"""What every template may use."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language

from answerable.parties.models import Notice, Operator
from answerable.parties.roles import permissions

OPERATOR_LIVES_SECONDS = 30


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the language, the operator, who is signed in, and how many notices wait."""
    person, staff = getattr(request, "person", None), getattr(request, "staff", None)
    language = get_language() or "zh-hans"
    operator = cache.get_or_set("operator", _operator, OPERATOR_LIVES_SECONDS)
    return {
        "language": language,
        "back": _back(request),
        "operator": operator,
        "operator_name": (operator.name_zh if language.startswith("zh") else operator.name_en) if operator else "",
        "is_log_closed": settings.LOG_CLOSED,
        "person": person,
        "staff": staff,
        "may": permissions(staff.roles) if staff else frozenset(),
        "unread": Notice.objects.filter(person=person, read_at=None).count() if person else 0,
    }


def _back(request: HttpRequest) -> str:
    """Return the address to stay at when the language changes: of a form that was refused, the page it stands on."""
    if request.method == "GET":
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = came_from.netloc == request.get_host()
    return urlunsplit(("", "", came_from.path, came_from.query, "")) if is_ours else "/"


def _operator() -> Operator | None:
    return Operator.objects.filter(pk=1).first()
