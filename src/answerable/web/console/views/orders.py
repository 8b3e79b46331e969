"""One order: sign, pay, follow, test."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from answerable.billing.queries import refunds_of
from answerable.lib.errors import Problem
from answerable.orders import actions, queries
from answerable.orders.clocks import clock_of
from answerable.orders.models import Order
from answerable.parties.actions import actor_of
from answerable.parties.queries import operator
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded


@person_only
def order(request: Request, order_no: str) -> HttpResponse:
    """Show where an order stands and what to do next."""
    return _show(request, found(queries.order_of(person_of(request), order_no)))


def _show(request: Request, order: Order, problem: Problem | None = None) -> HttpResponse:
    uploaded_pages = list(queries.signed_pages(order))
    pages = {d.position: d for d in uploaded_pages}
    dossier = queries.holder_dossier(order)
    context: dict[str, Any] = {
        "section": "home",
        "order": order,
        "steps": queries.progress(order),
        "pages": [(n, pages.get(n)) for n in range(1, order.contract_pages + 1)],
        "sealed": next((d for d in uploaded_pages if d.sealed_by), None),
        "all_pages": queries.pages_signed(order) == order.contract_pages,
        "dossier": dossier,
        "clock": clock_of(order, dossier),
        "test_calls": order.test_calls.order_by("-id"),
        "refunds": refunds_of(order.pk),
        "bank_account": operator().bank_account,
        "can_cancel": order.state in {"held", "awaiting_payment", "paid"}
        and not (order.kind == "transfer" and dossier is not None and hasattr(dossier, "handling")),
        "problem": say(problem) if problem else "",
    }
    response = render(request, "web/console/order.html", context)
    return conflict(response) if problem else response


@person_only
def contract(request: Request, order_no: str) -> HttpResponse:
    """Serve the contract's bytes exactly as they were hashed; written down."""
    person = person_of(request)
    order = found(queries.order_of(person, order_no))
    pdf = actions.download_contract(order, person=person, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="contract-{order.pk}.pdf"'
    return response


@person_only
@require_POST
def upload_page(request: Request, order_no: str, position: int) -> HttpResponse:
    """Take the photo of one sealed page."""
    person = person_of(request)
    order = found(queries.order_of(person, order_no))
    try:
        actions.upload_page(order, position, uploaded(request), person=person, at=timezone.now())
    except Problem as problem:
        return _show(request, order, problem)
    return redirect("console:order", order.pk)


@person_only
@require_POST
def upload_sealed(request: Request, order_no: str) -> HttpResponse:
    """Take the contract with an electronic seal."""
    person = person_of(request)
    return _do(
        request,
        order_no,
        lambda order: actions.upload_sealed(order, uploaded(request), person=person, at=timezone.now()),
    )


@person_only
@require_POST
def sign(request: Request, order_no: str) -> HttpResponse:
    """Hand in the sealed contract."""
    person = person_of(request)
    return _do(request, order_no, lambda order: actions.sign(order, person=person, at=timezone.now()))


@person_only
@require_POST
def cancel(request: Request, order_no: str) -> HttpResponse:
    """Cancel the order; money goes back in full."""
    return _do(request, order_no, lambda order: actions.cancel(order, by=actor_of(request.person), at=timezone.now()))


@person_only
@require_POST
def test_call(request: Request, order_no: str) -> HttpResponse:
    """Ring now."""
    person = person_of(request)
    return _do(request, order_no, lambda order: actions.request_test_call(order, person=person, at=timezone.now()))


def _do(request: Request, order_no: str, act: Any) -> HttpResponse:
    order = found(queries.order_of(person_of(request), order_no))
    try:
        act(order)
    except Problem as problem:
        order.refresh_from_db()
        return _show(request, order, problem)
    return redirect("console:order", order.pk)
