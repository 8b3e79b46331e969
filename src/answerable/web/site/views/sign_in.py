"""Sign in by mobile and SMS code."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.lines import fold
from answerable.parties.actions import send_sms_code, sign_in_person
from answerable.web.doors import conflict, public, say
from answerable.web.middleware import Request


@public
def sign_in(request: Request) -> HttpResponse:
    """Ask for the mobile and send a code."""
    mobile, after = fold(request.POST.get("mobile", "")).removeprefix("+86"), _after(request)
    if request.person is not None:
        return redirect(after)
    if request.method != "POST":
        return render(request, "web/site/sign_in.html", {"next": after})
    try:
        send_sms_code(mobile, at=timezone.now(), address=request.META.get("REMOTE_ADDR"))
    except Problem as problem:
        context = {
            "next": after,
            "mobile": request.POST.get("mobile", ""),
            "problem": say(problem),
            "code": problem.code,
        }
        return conflict(render(request, "web/site/sign_in.html", context))
    request.session["mobile"], request.session["next"] = mobile, after
    return redirect("site:enter_code")


@public
def enter_code(request: Request) -> HttpResponse:
    """Ask for the code and sign in; the session's key changes with who is signed in."""
    mobile = request.session.get("mobile")
    if not mobile:
        return redirect("site:sign_in")
    context = {"mobile": f"{mobile[:3]}****{mobile[-4:]}"}
    if request.method != "POST":
        return render(request, "web/site/enter_code.html", context)
    try:
        person = sign_in_person(
            mobile, fold(request.POST.get("code", "")), at=timezone.now(), language=get_language() or "zh-hans"
        )
    except Problem as problem:
        return conflict(
            render(request, "web/site/enter_code.html", context | {"problem": say(problem), "code": problem.code})
        )
    after = request.session.get("next") or reverse("console:home")
    kept = {key: value for key, value in request.session.items() if key.startswith("apply:")}
    request.session.flush()
    request.session.update(kept)
    request.session["person"] = person.pk
    return redirect(after)


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Sign out."""
    request.session.flush()
    return redirect("site:home")


def _after(request: Request) -> str:
    after = request.POST.get("next") or request.GET.get("next") or reverse("console:home")
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if is_ours and after.startswith("/") else reverse("console:home")
