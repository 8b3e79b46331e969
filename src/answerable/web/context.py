"""What every template may use."""

from __future__ import annotations

from typing import Any

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
        "operator": operator,
        "operator_name": (operator.name_zh if language.startswith("zh") else operator.name_en) if operator else "",
        "person": person,
        "staff": staff,
        "may": permissions(staff.roles) if staff else frozenset(),
        "unread": Notice.objects.filter(person=person, read_at=None).count() if person else 0,
    }


def _operator() -> Operator | None:
    return Operator.objects.filter(pk=1).first()
