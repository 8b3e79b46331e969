"""Views that belong to no site: health, language, and the two pages of failure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_http_methods

from answerable.parties.actions import set_language as remember
from answerable.web.doors import public
from answerable.web.middleware import Request


@public
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200: this process lives. To start it again mends no database."""
    return JsonResponse({"status": "ok"})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers, so that visitors may be sent here; else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


@public
@require_http_methods(["GET", "POST"])
def set_language(request: Request) -> HttpResponse:
    """Keep the chosen language in a cookie; asked by the form, with its token, also with the person for messages.

    The link is for pages that are the same for every stranger and so have no token.
    """
    asked = request.POST if request.method == "POST" else request.GET
    language, back = asked.get("language", ""), asked.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    if not (is_ours and back.startswith("/")):
        back = "/"
    response = redirect(back)
    if check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86400,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
        who = request.person or request.staff
        if who is not None and request.method == "POST":
            remember(who, language)
    return response


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that there is no such page, the same way for what does not exist and what is not yours."""
    return render(request, "web/404.html", status=404)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault; nothing was lost. Uses no database: that may be what failed."""
    from pathlib import Path

    page = Path(__file__).parent / "templates" / "web" / "500.html"
    return HttpResponse(page.read_text(), status=500)
