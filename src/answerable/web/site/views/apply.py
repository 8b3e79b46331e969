"""Apply for a number in three screens: who you are, which organisation, confirm. Eligibility comes before any money."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from answerable.billing.models import Package
from answerable.billing.queries import packages, price_of
from answerable.lib.errors import Problem
from answerable.numbers.models import Number
from answerable.numbers.patterns import GRADES
from answerable.orders.actions import start, take_over
from answerable.orders.actions.takeover import require_ledgers_holder
from answerable.orders.eligibility import INDUSTRIES, bars
from answerable.orders.errors import PackageUnknown
from answerable.parties.models import Membership, RegisterEntry
from answerable.parties.queries import register_entry
from answerable.verification.slots import USES
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request


@person_only
def role(request: Request, number: str) -> HttpResponse:
    """Ask the first question: legal representative (法定代表人) or handler (经办人)?"""
    chosen = found(Number.objects.filter(pk=number).first())
    if chosen.business_state not in {"spare", "unverified"}:
        return redirect("site:number", number)
    if request.method == "POST" and request.POST.get("role") in Membership.Role.values:
        _keep(request, number, role=request.POST["role"])
        return redirect("site:apply_organisation", number)
    return render(
        request,
        "web/site/apply_role.html",
        {"section": "choose", "number": chosen, "chosen": _kept(request, number).get("role")},
    )


@person_only
def organisation(request: Request, number: str) -> HttpResponse:
    """Ask for the credit code; the register fills the rest, and whoever cannot pass is told why at once."""
    chosen, kept = found(Number.objects.filter(pk=number).first()), _kept(request, number)
    if "role" not in kept:
        return redirect("site:apply", number)
    context: dict[str, Any] = {
        "section": "choose",
        "number": chosen,
        "typed": request.POST.get("credit_code", kept.get("credit_code", "")),
    }
    if request.method != "POST":
        return render(request, "web/site/apply_organisation.html", context)
    try:
        entry = register_entry(request.POST.get("credit_code", ""))
        if chosen.business_state == "unverified":
            require_ledgers_holder(chosen.pk, entry)
    except Problem as problem:
        return conflict(
            render(
                request, "web/site/apply_organisation.html", context | {"problem": say(problem), "code": problem.code}
            )
        )
    _keep(request, number, credit_code=entry.credit_code)
    return redirect("site:apply_confirm", number)


@person_only
def confirm(request: Request, number: str) -> HttpResponse:
    """Show what the register says; take use, industry and package; hold the number."""
    chosen, kept = found(Number.objects.select_related("carrier").filter(pk=number).first()), _kept(request, number)
    entry = RegisterEntry.objects.filter(pk=kept.get("credit_code", "")).first()
    if entry is None or "role" not in kept:
        return redirect("site:apply", number)
    industry, use = request.POST.get("industry", ""), request.POST.get("use", "own")
    takes_over = chosen.business_state == "unverified"
    context: dict[str, Any] = {
        "section": "choose", "number": chosen, "entry": entry, "role": kept["role"], "industries": INDUSTRIES, "uses": USES,
        "packages": [(p, price_of(chosen.grade, p)) for p in packages(timezone.localdate())], "grade": GRADES[chosen.grade],
        "industry": industry, "use": use, "package": request.POST.get("package", request.GET.get("package", "")),
        # Before the applicant chose an industry only what concerns the organisation itself can stand in the way.
        "bars": bars(entry, carrier=chosen.carrier_id, industry=industry or "manufacturing", use=use, person=person_of(request),
            day=timezone.localdate(), takes_over=takes_over),
        "takes_over": takes_over,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/site/apply_confirm.html", context)
    try:
        asked = partial(
            take_over if takes_over else partial(start, package=_package(request)), number, person=person_of(request), entry=entry,
            role=kept["role"], use=use, industry=industry,
        )  # fmt: skip
        order = asked(at=timezone.now())
    except Problem as problem:
        return conflict(
            render(request, "web/site/apply_confirm.html", context | {"problem": say(problem), "code": problem.code})
        )
    request.session.pop(f"apply:{number}", None)
    return redirect("console:order", order.pk)


def _package(request: Request) -> Package:
    package = Package.objects.filter(pk=request.POST.get("package", ""), is_on_sale=True).first()
    if package is None:
        raise PackageUnknown
    return package


def _kept(request: Request, number: str) -> dict[str, str]:
    return dict(request.session.get(f"apply:{number}", {}))


def _keep(request: Request, number: str, **answers: str) -> None:
    request.session[f"apply:{number}"] = _kept(request, number) | answers
