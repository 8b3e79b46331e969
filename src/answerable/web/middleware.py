"""What every response carries, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
