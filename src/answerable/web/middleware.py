"""What every response carries, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from answerable.parties.models import Person, Staff

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; object-src 'self'; frame-src 'self'"
)
Next = Callable[[HttpRequest], HttpResponse]


class Request(HttpRequest):
    """A request after `SignedInPerson`: `person` or `staff` is set when somebody is signed in."""

    person: Person | None
    staff: Staff | None
    is_strangers: bool = False
    """The answer is to be the same for every stranger (web/site/answers)."""


class ContentSecurityPolicy:
    """Send a strict policy: nothing inline, nothing from elsewhere."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        if "Cache-Control" not in response.headers and not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response


class BehindProxy:
    """Believe the one trusted proxy about the caller's address (ANSWERABLE_BEHIND_PROXY=1); without it, nobody."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY and (forwarded := request.headers.get("X-Forwarded-For", "")):
            request.META["REMOTE_ADDR"] = forwarded.rpartition(",")[2].strip()
        return self.get_response(request)


class PrintableInput:
    """Refuse NUL in addresses and fields with 400: no field may hold it, and PostgreSQL cannot store it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forms = [request.GET, *([request.POST] if request.method == "POST" else [])]
        values = [text for form in forms for key in form for text in (key, *form.getlist(key))]
        if any("\x00" in value for value in (request.path, *values)):
            return HttpResponseBadRequest(
                "请求里有不可见字符，请重新输入。 The request holds an invisible character. Type it again."
            )
        return self.get_response(request)


class SignedInPerson:
    """Set `request.person` or `request.staff` from the session, and speak their language."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.person = request.staff = None
        # Public pages of a visitor without a session cost no query.
        if request.session.session_key or request.COOKIES.get("sessionid"):
            if person_id := request.session.get("person"):
                request.person = Person.objects.filter(pk=person_id).first()
            elif staff_id := request.session.get("staff"):
                request.staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
        return self.get_response(request)
