"""出纳: transfers from the bank, matched to orders or sent back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.billing import actions as billing
from answerable.billing import queries
from answerable.billing.channels import STATEMENT_COLUMNS, BankStatement, BankTransfer
from answerable.billing.errors import TransferDuplicate
from answerable.billing.models import Refund, Transfer
from answerable.lib.errors import Problem
from answerable.orders import actions as orders
from answerable.orders.actions.payment import RETURN_REASONS
from answerable.orders.models import Order
from answerable.orders.queries import open_order
from answerable.parties.actions import actor_of
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded


@staff_only("match_payments")
def transfers(request: Request) -> HttpResponse:
    """Show what arrived, each with the order its reference names, and what must go back."""
    return _show(request)


def _show(request: Request, problem: Problem | None = None, about: int | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "cashier", "rows": [_row(t) for t in queries.unmatched()[:100]], "refunds": queries.refunds_due()[:100],
        "return_reasons": RETURN_REASONS, "problem": say(problem) if problem else "", "wrong": problem.field if problem else "", "about": about, "typed": request.POST, "now": timezone.localtime(),
        "recent": Transfer.objects.exclude(state="unmatched").order_by("-received_at")[:20],
    }  # fmt: skip
    response = render(request, "web/desk/cashier.html", context)
    return conflict(response) if problem else response


def _row(transfer: Transfer) -> tuple[Transfer, Order | None, str]:
    """Put a transfer beside the order it names and the reason for which it would most likely go back."""
    order = open_order(transfer.reference)
    if transfer.payer_is_person:
        likely = "PERSON"
    elif order is None:
        likely = "NO_REFERENCE"
    elif order.state != "awaiting_payment":
        likely = "PAID_TWICE" if order.state in {"paid", "completed"} else "TOO_LATE"
    elif order.price_fen != transfer.amount_fen:
        likely = "WRONG_AMOUNT"
    else:
        likely = "" if order.enterprise.name == transfer.payer_name else "PAYER_DIFFERS"
    return transfer, order, likely


@staff_only("match_payments")
@require_POST
def receive(request: Request) -> HttpResponse:
    """Write down a transfer from the bank statement."""
    form = request.POST
    typed = BankTransfer(
        payer_is_person="payer_is_person" in form,
        **{name: form.get(name, "") for name in STATEMENT_COLUMNS if name != "payer_is_person"},
    )
    try:
        if billing.collect(typed, by=actor_of(request.staff), at=timezone.now()).known:
            raise TransferDuplicate(reference=typed.bank_reference)
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:cashier")


@staff_only("match_payments")
@require_POST
def statement(request: Request) -> HttpResponse:
    """Take the bank's statement whole; what is recorded already is left as it is."""
    try:
        channel = BankStatement(uploaded(request, "statement"))
        done = billing.collect(channel, by=actor_of(request.staff), at=timezone.now())
    except Problem as problem:
        return _show(request, problem)
    messages.success(
        request, _("登记 %(new)s 笔，另有 %(known)s 笔已登记过。") % {"new": len(done.new), "known": done.known}
    )
    return redirect("desk:cashier")


@staff_only("match_payments")
@require_POST
def match(request: Request, transfer_id: int) -> HttpResponse:
    """Book a transfer to an order."""
    transfer = found(Transfer.objects.filter(pk=transfer_id).first())
    try:
        order = orders.match(
            transfer, request.POST.get("order_no", "").strip().upper(), staff=staff_of(request), at=timezone.now()
        )
    except Problem as problem:
        return _show(request, problem, transfer.pk)
    messages.success(request, _("已入账：%(order)s") % {"order": order.pk})
    return redirect("desk:cashier")


@staff_only("match_payments")
@require_POST
def give_back(request: Request, transfer_id: int) -> HttpResponse:
    """Send a transfer back, saying why."""
    transfer = found(Transfer.objects.filter(pk=transfer_id).first())
    named = open_order(transfer.reference)
    try:
        orders.return_transfer(
            transfer,
            reason=request.POST.get("reason", ""),
            staff=staff_of(request),
            at=timezone.now(),
            order_no=named.pk if named else "",
        )
    except Problem as problem:
        return _show(request, problem, transfer.pk)
    return redirect("desk:cashier")


@staff_only("match_payments")
@require_POST
def refund_paid(request: Request, refund_id: int) -> HttpResponse:
    """Write down that the bank sent a refund."""
    found(Refund.objects.filter(pk=refund_id).first())
    try:
        billing.pay_refund(
            refund_id,
            bank_reference=request.POST.get("bank_reference", "").strip()[:40],
            by=actor_of(request.staff),
            at=timezone.now(),
        )
    except Problem as problem:
        return _show(request, problem)
    return redirect("desk:cashier")
