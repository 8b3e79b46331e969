"""Addresses for programs, under /api/v1/; described at /api/v1/openapi.json, without a page that loads from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from answerable.api import complaints
from answerable.api.complaints import NotFound
from answerable.api.keys import KeyRefused, PartnerKey, TooFast
from answerable.lib.errors import Problem

STATUSES: dict[type[Problem], int] = {KeyRefused: 401, NotFound: 404, TooFast: 429}
api = NinjaAPI(
    title="Answerable", version="1", docs_url=None, openapi_url=None, urls_namespace="api", auth=PartnerKey()
)
api.add_router("/complaints", complaints.router)


@api.exception_handler(Problem)
def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Say a refusal as `{"error": code, "message": …}`, in the language asked for."""
    language = request.headers.get("Accept-Language", "zh")[:5].lower()
    said = {"error": problem.code, "message": problem.text(language)}
    return api.create_response(request, said, status=STATUSES.get(type(problem), 422))


class BodyInvalid(Problem):
    code = "BODY_INVALID"
    zh, en = "请求内容不符合接口说明：{where}。", "The body is not as described: {where}."


@api.exception_handler(ValidationError)
def refuse_body(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """Name the fields that are not as described."""
    return refuse(request, BodyInvalid(where=", ".join(str(one["loc"][-1]) for one in wrong.errors)))


@api.exception_handler(HttpError)
def refuse_unreadable(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    """Say that the body is no JSON."""
    return refuse(request, BodyInvalid(where="JSON"))


def description(request: HttpRequest) -> HttpResponse:
    """Describe the interface as OpenAPI."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/v1/"))


description.door = "public"  # type: ignore[attr-defined]


def _for_partners() -> Iterator[URLPattern]:
    """Take the views that need a partner's key, and mark their door as web/doors.py does; ninja's own root shows nothing."""
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback.door = "program"  # type: ignore[attr-defined]  # the route test reads it
            yield pattern


app_name = "api"
urlpatterns = [path("openapi.json", description, name="openapi"), *_for_partners()]
