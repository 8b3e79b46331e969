"""The contract: its bytes are made once and hashed; what comes back is paper with a seal, page by page.

A ticked box is never a signature (E-Signature Law art. 13).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pypdfium2
from django.db import transaction
from django.db.models import Q

from answerable.billing.prices import yuan
from answerable.lib.pdf import render, sha256
from answerable.lib.workdays import CHINA, add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import Destination
from answerable.orders import errors
from answerable.orders.actions.materials import begin_materials
from answerable.orders.clocks import MATERIALS_WITHIN
from answerable.orders.models import Order
from answerable.orders.queries import pages_signed, signed_pages
from answerable.parties.actions import actor_of
from answerable.parties.models import Person
from answerable.parties.notices import notify
from answerable.parties.queries import operator, require_authorisation
from answerable.trail.actions import record
from answerable.verification import actions as verification
from answerable.verification.electronic import read_seal
from answerable.verification.errors import NoSeal
from answerable.verification.models import Document

PAY_WITHIN_WORKDAYS = 3
WITHOUT_PAYMENT = ("takeover", "transfer")
TEMPLATE = Path(__file__).resolve().parents[1] / "papers" / "contract.typ"


def make_contract(order: Order, *, at: dt.datetime) -> None:
    """Make the contract's PDF with the frozen price; it is never rendered again."""
    pdf = render(TEMPLATE, contract_data(order, at=at))
    order.contract_pdf, order.contract_sha256 = pdf, sha256(pdf)
    order.contract_pages = len(pypdfium2.PdfDocument(pdf))
    order.save(update_fields=["contract_pdf", "contract_sha256", "contract_pages"])


def download_contract(order: Order, *, person: Person, at: dt.datetime) -> bytes:
    """Hand out the contract's bytes exactly as they were hashed; nothing can be printed on them, so it is a fact."""
    record(
        "contract.downloaded",
        by=actor_of(person),
        at=at,
        subject=("order", order.pk),
        after={"sha256": order.contract_sha256},
    )
    return bytes(order.contract_pdf)


def contract_data(order: Order, *, at: dt.datetime) -> dict[str, Any]:
    """Collect what the contract prints."""
    ours, enterprise = operator(), order.enterprise
    return {
        "order_no": order.pk,
        "number": order.number_id,
        "date": f"{at.astimezone(CHINA):%Y-%m-%d}",
        "operator": ours.name_zh,
        "operator_code": ours.credit_code,
        "authorisation": require_authorisation(at, order.number.carrier_id).document,
        "bank_account": ours.bank_account,
        "holder": enterprise.name,
        "holder_code": enterprise.credit_code,
        "legal_representative": enterprise.legal_representative,
        "address": enterprise.address,
        "is_demo": ours.is_demo,
        "use": order.get_use_display(),
        "package": order.package.name_zh,
        "term_months": order.price["term_months"],
        "lines": [{"text": line["zh"], "yuan": yuan(line["fen"])} for line in order.price["lines"]],
        "total": yuan(order.price_fen),
        "is_free": order.price_fen == 0,
        "is_transfer": order.kind == "transfer",
        "per_minute": yuan(order.price["fen_a_minute"]),
        "carrier": order.number.carrier.name_zh,
        "agent": _agent(order),
    }


def _agent(order: Order) -> dict[str, str] | None:
    """Say what the agent who prepared the order asks beside the tariff; None for a direct order."""
    offered = order.price.get("agent")
    if offered is None:
        return None
    difference = offered["offer_fen"] - order.price_fen
    more = f"高于公开资费 {yuan(difference)} 元" if difference > 0 else f"低于公开资费 {yuan(-difference)} 元"
    said = more if difference else "与公开资费相同"
    return {"name": offered["name"], "offer": yuan(offered["offer_fen"]), "said": said}


def upload_page(order: Order, position: int, raw: bytes, *, person: Person, at: dt.datetime) -> Document:
    """Keep the photo of one sealed page; a page uploaded again replaces the earlier picture."""
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        _require_held(locked, at)
        if not 1 <= position <= locked.contract_pages:
            raise errors.PagesMissing(need=locked.contract_pages, got=position)
        signed_pages(locked).filter(Q(position=position) | ~Q(sealed_by="")).update(replaced_at=at)
        return verification.store(
            raw,
            enterprise=locked.enterprise,
            slot="contract",
            by=actor_of(person),
            at=at,
            order_no=locked.pk,
            position=position,
            person=person,
        )


def upload_sealed(order: Order, raw: bytes, *, person: Person, at: dt.datetime) -> Document:
    """Keep the contract with an electronic seal, in place of photographed pages.

    The seal must be on the very bytes that were hashed: PAdES adds to a file and changes nothing in front. Raise
    OtherContract, or SealRefused.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=order.pk)
        _require_held(locked, at)
        if not raw.startswith(bytes(locked.contract_pdf)):
            raise errors.OtherContract
        sealed_by = read_seal(raw, locked.enterprise, at=at)
        if not sealed_by:
            raise NoSeal
        signed_pages(locked).update(replaced_at=at)
        return verification.store(
            raw, enterprise=locked.enterprise, slot="contract", by=actor_of(person), at=at, order_no=locked.pk, person=person,
            sealed_by=sealed_by,
        )  # fmt: skip


def sign(order: Order, *, person: Person, at: dt.datetime) -> Order:
    """Take the sealed contract once every page is there: the price is frozen, the time to pay begins.

    Raise PagesMissing, or AuthorisationNotInForce.
    """
    with transaction.atomic():
        orders = Order.objects.select_for_update(of=("self",)).select_related("person", "enterprise", "number")
        locked = orders.get(pk=order.pk)
        _require_held(locked, at)
        require_authorisation(at, locked.number.carrier_id)
        got = pages_signed(locked)
        if got < locked.contract_pages:
            raise errors.PagesMissing(need=locked.contract_pages, got=got)
        if locked.kind in WITHOUT_PAYMENT:
            return _sign_unpaid(locked, person=person, at=at, pages=got)
        until = add_workdays(at, PAY_WITHIN_WORKDAYS)
        locked.state, locked.signed_at, locked.pay_until = "awaiting_payment", at, until
        locked.save(update_fields=["state", "signed_at", "pay_until"])
        if locked.kind == "new":
            numbers.move(
                locked.number_id,
                "awaiting_payment",
                what="number.signed_for",
                by=actor_of(person),
                at=at,
                since=["held"],
            )
        record(
            "order.signed",
            by=actor_of(person),
            at=at,
            subject=("order", locked.pk),
            number=locked.number_id,
            after={"contract_sha256": locked.contract_sha256, "pages": got},
        )
        notify(
            locked.person,
            "AWAITING_PAYMENT",
            at=at,
            order=locked.pk,
            until=f"{until:%Y-%m-%d}",
            amount=yuan(locked.price_fen),
            link=f"/console/orders/{locked.pk}/",
        )
    return locked


def _sign_unpaid(order: Order, *, person: Person, at: dt.datetime, pages: int) -> Order:
    """Put the contract of a number taken over or passed on in force: nothing is to pay, so the materials follow at once."""
    order.state, order.signed_at = "paid", at
    order.save(update_fields=["state", "signed_at"])
    # The line of a ledger is the holder's own; that of a number passed on is its present holder's.
    lines = Destination.objects.filter(number=order.number_id, removed_at=None)
    line = lines.first() if order.kind == "takeover" else None
    begin_materials(order, line=line.line if line else "", at=at)
    after = {"contract_sha256": order.contract_sha256, "pages": pages}
    record("order.signed", by=actor_of(person), at=at, subject=("order", order.pk), number=order.number_id, after=after)
    until = f"{(at + MATERIALS_WITHIN).astimezone(CHINA):%Y-%m-%d}"
    link = f"/console/orders/{order.pk}/"
    code = "TAKEOVER_SIGNED" if order.kind == "takeover" else "TRANSFER_SIGNED"
    notify(order.person, code, at=at, order=order.pk, number=order.number_id, until=until, link=link)
    return order


def _require_held(order: Order, at: dt.datetime) -> None:
    if order.state != "held":
        raise errors.OrderConflict(order=order.pk)
    if order.hold_until and at >= order.hold_until:
        raise errors.HoldExpired
