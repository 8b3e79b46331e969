"""The doors every view stands behind: the public, a signed-in person, a member of staff with a permission."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from answerable.lib.errors import Problem
from answerable.parties.models import Person, Staff
from answerable.parties.queries import may
from answerable.web.middleware import Request

View = Callable[..., HttpResponseBase]
T = TypeVar("T")


def person_only(view: View) -> View:
    """Let a signed-in person in; send anybody else to the sign-in page and back."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.person is None:
            return redirect(f"{reverse('site:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    guarded.door = "person"  # type: ignore[attr-defined]  # the route test reads it
    return guarded


def staff_only(*needed: str) -> Callable[[View], View]:
    """Let staff with one of the permissions in (none named: any staff). To others the page does not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.staff is None:
                if request.person is not None:
                    raise Http404
                return redirect(f"{reverse('desk:sign_in')}?{urlencode({'next': request.get_full_path()})}")
            if needed and not any(may(request.staff, permission) for permission in needed):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.door = "staff:" + ",".join(needed)  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def found(thing: T | None) -> T:
    """Return what a guarded query found, or raise 404: another enterprise's thing looks like none at all."""
    if thing is None:
        raise Http404
    return thing


def person_of(request: Request) -> Person:
    """Return the signed-in person behind `person_only`."""
    return found(request.person)


def staff_of(request: Request) -> Staff:
    """Return the signed-in member of staff behind `staff_only`."""
    return found(request.staff)


def say(problem: Problem) -> str:
    """Say a problem in the reader's language."""
    return problem.text(get_language() or "zh-hans")


def conflict(response: HttpResponse) -> HttpResponse:
    """Mark a page that shows a refusal, so that programs and HTMX see it was refused."""
    response.status_code = 422
    return response
