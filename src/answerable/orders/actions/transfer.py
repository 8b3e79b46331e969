"""Pass a number in service on to another organisation (过户): the present holder begins, the receiver accepts with a code.

A number is neither let nor sold on (Telecom Regulations art. 28, Anti-Telecom-Fraud Law art. 31): the receiver is verified
as any new holder is, with a contract and a line of its own; until the approval the present holder answers.
"""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from django.db import IntegrityError, transaction

from answerable.billing.prices import Price, PriceLine
from answerable.billing.queries import price_of
from answerable.lib.pdf import render
from answerable.lib.workdays import CHINA
from answerable.numbers.handover import TRANSFERABLE, is_limited
from answerable.numbers.models import Number
from answerable.orders import errors
from answerable.orders.actions.choose import end
from answerable.orders.actions.contract import make_contract
from answerable.orders.actions.transfer_end import close_transfer, record_end, require_unhandled
from answerable.orders.eligibility import Bar, bars
from answerable.orders.models import HolderTransfer, Order
from answerable.orders.terms import LETTERS, SIGN_WITHIN, new_order_no
from answerable.parties.actions import act_for, actor_of, lock_organisation
from answerable.parties.models import Membership, Person, RegisterEntry
from answerable.parties.notices import notify
from answerable.parties.queries import operator, register_entry, require_authorisation
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import actions as verification
from answerable.verification.electronic import read_seal
from answerable.verification.models import Document, Dossier
from answerable.verification.rechecks import standing

ACCEPT_WITHIN = dt.timedelta(days=14)
CONSENT = Path(__file__).resolve().parents[1] / "papers" / "transfer_consent.typ"
LIVE = ("held", "awaiting_payment", "paid")


def begin_transfer(number: Number, *, credit_code: str, person: Person, at: dt.datetime) -> HolderTransfer:
    """Begin to pass a number on to the organisation with this credit code; return it with the code to hand over.

    Raise TransferNotPossible, TransferReceiverBarred, CreditCodeInvalid, NotInRegister, AuthorisationNotInForce.
    """
    entry = register_entry(credit_code)
    try:
        with transaction.atomic():
            row = _require_transferable(number.pk, at=at)
            giver = row.holder
            if giver is None or not _is_proven(person, row):
                raise errors.OrderUnknown
            if giver.credit_code == entry.credit_code:
                raise _refused("接收单位就是原机主。", "The receiving organisation is the present holder.")
            if Order.objects.filter(number=row, state__in=LIVE).exists():
                raise _refused(
                    "该号码有未完成的订单（如续约），请先完成或取消。",
                    "An order for this number, such as a renewal, is under way. Complete or cancel it first.",
                )
            last = _last_order(row)
            if _bars(entry, row, person=person, industry=last.industry, use="own", at=at):
                raise errors.TransferReceiverBarred
            transfer = HolderTransfer.objects.create(
                number=row, giver=giver, started_by=person, receiver_code=entry.credit_code, started_at=at,
                until=at + ACCEPT_WITHIN, code="".join(secrets.choice(LETTERS) for _ in range(8)),
                consent_pdf=render(CONSENT, _consent_data(row, entry, at=at)),
            )  # fmt: skip
            record(
                "holder_transfer.started", by=actor_of(person), at=at, subject=("holder_transfer", transfer.pk), number=row.pk,
                after={"receiver": entry.credit_code},
            )  # fmt: skip
            until = f"{transfer.until.astimezone(CHINA):%Y-%m-%d %H:%M}"
            link = f"/console/numbers/{row.pk}/transfer/"
            notify(person, "TRANSFER_STARTED", at=at, number=row.pk, until=until, link=link)
    except IntegrityError:  # one open transfer a number
        raise _refused("该号码的过户已在办理。", "A transfer of this number is under way.") from None
    return transfer


def upload_consent(transfer: HolderTransfer, raw: bytes, *, person: Person, at: dt.datetime) -> Document:
    """Keep the present holder's sealed consent, as a picture or with an electronic seal on the very file we made.

    It is the giver's paper: the receiver never sees it. Raise OtherConsent, SealRefused, FileRefused, OrderConflict.
    """
    with transaction.atomic():
        rows = HolderTransfer.objects.select_for_update(of=("self",)).select_related("giver", "number")
        locked = rows.get(pk=transfer.pk)
        if locked.state != "open" or locked.until <= at:
            raise errors.OrderConflict(order=locked.papers_ref)
        if not _is_proven(person, locked.number):
            raise errors.OrderUnknown
        sealed_by = read_seal(raw, locked.giver, at=at)
        if sealed_by and not raw.startswith(bytes(locked.consent_pdf)):
            raise errors.OtherConsent
        if locked.consent_id:
            Document.objects.filter(pk=locked.consent_id).update(replaced_at=at)
        document = verification.store(
            raw, enterprise=locked.giver, slot="transfer_consent", by=actor_of(person), at=at, order_no=locked.papers_ref,
            person=person, sealed_by=sealed_by,
        )  # fmt: skip
        HolderTransfer.objects.filter(pk=locked.pk).update(consent=document)
    return document


def accept_transfer(code: str, *, person: Person, role: str, use: str, industry: str, at: dt.datetime) -> Order:
    """Accept a transfer for the organisation it names, and make that organisation's own contract; nothing is to pay.

    Raise TransferCodeUnknown, ConsentMissing, TransferNotPossible, NotEligible, AuthorisationNotInForce.
    """
    try:
        with transaction.atomic():
            transfer = HolderTransfer.objects.select_for_update().filter(code=code, state="open", until__gt=at).first()
            if transfer is None:
                raise errors.TransferCodeUnknown
            if transfer.consent_id is None:
                raise errors.ConsentMissing
            entry = register_entry(transfer.receiver_code)
            lock_organisation(entry)
            row = _require_transferable(transfer.number_id, at=at)
            if row.holder_id != transfer.giver_id:
                raise errors.TransferCodeUnknown
            found = _bars(entry, row, person=person, industry=industry, use=use, at=at)
            if found:
                raise errors.NotEligible(why_zh=" ".join(b.zh for b in found), why_en=" ".join(b.en for b in found))
            order = _order(transfer, row, entry, person=person, role=role, use=use, industry=industry, at=at)
            HolderTransfer.objects.filter(pk=transfer.pk).update(state="accepted", order=order)
            record(
                "holder_transfer.accepted", by=actor_of(person), at=at, subject=("holder_transfer", transfer.pk), number=row.pk,
                after={"order": order.pk, "contract_sha256": order.contract_sha256},
            )  # fmt: skip
            link = f"/console/numbers/{row.pk}/transfer/"
            notify(transfer.started_by, "TRANSFER_ACCEPTED", at=at, number=row.pk, link=link)
    except IntegrityError:  # one live order a number
        raise _refused(
            "该号码有未完成的订单，请原机主先完成或取消。",
            "An order for this number is under way. Ask the present holder to complete or cancel it.",
        ) from None
    return order


def cancel_transfer(transfer: HolderTransfer, *, by: Actor, at: dt.datetime) -> None:
    """Cancel before the counter has handled it, with the receiver's order; raise TransferHandled after that."""
    with transaction.atomic():
        locked = HolderTransfer.objects.select_for_update(of=("self",)).select_related("started_by").get(pk=transfer.pk)
        if locked.order_id is None:
            close_transfer(locked, "cancelled", at=at)
            record_end(locked, "cancelled", by=by, at=at)
            return
        orders = Order.objects.select_for_update(of=("self",)).select_related("person", "enterprise")
        order = orders.get(pk=locked.order_id)
        Dossier.objects.select_for_update().filter(
            order_no=order.pk
        ).first()  # a handling at this moment waits, or is seen
        require_unhandled(order.pk)
        end(order, "cancelled", reason="CANCELLED", by=by, at=at)
        notify(order.person, "CANCELLED", at=at, order=order.pk)


def _order(
    transfer: HolderTransfer, row: Number, entry: RegisterEntry, *, person: Person, role: str, use: str, industry: str,
    at: dt.datetime,
) -> Order:  # fmt: skip
    package = _last_order(row).package
    price = transfer_price(row, tariff=price_of(row.grade, package))
    order = Order.objects.create(
        order_no=new_order_no(at), kind="transfer", number=row, enterprise=act_for(person, entry, role=role, at=at),
        person=person, role=role, use=use, industry=industry, package=package, price_fen=price.total_fen,
        price=price.to_dict(), created_at=at, hold_until=at + SIGN_WITHIN,
    )  # fmt: skip
    make_contract(order, at=at)
    return order


def transfer_price(number: Number, *, tariff: Price) -> Price:
    """Price a transfer at nothing: the paid term stays with the number, and so does its package's tariff."""
    until = f"{number.paid_until.astimezone(CHINA):%Y-%m-%d}" if number.paid_until else ""
    line = PriceLine(
        f"过户：号码已付至 {until}，不另收费", f"Transfer: the number is paid until {until}; nothing to pay", 0
    )
    return Price((line,), tariff.term_months, tariff.monthly_minimum_fen, tariff.fen_a_minute)


def _require_transferable(number: str, *, at: dt.datetime) -> Number:
    """Return the locked number if it may be passed on now; else say what its holder must do first."""
    rows = Number.objects.select_for_update(of=("self",)).select_related("holder", "carrier")
    row = rows.filter(pk=number).first()
    if row is None or row.business_state not in TRANSFERABLE:
        raise _refused(
            "只有使用中或停机保号的号码可以过户；因故停机的，须先由原机主申诉或补正、恢复后再办。",
            "Only a number in service or paused by its holder can be passed on. What is stopped must be answered for and"
            " lifted first.",
        )
    if is_limited(number):
        raise _refused(
            "该号码正被限制时段，须先由原机主申诉或补正、解除后再过户。",
            "The hours of this number are limited. The present holder must answer for that and have it ended first.",
        )
    if standing(number, at=at).past_due:
        raise _refused(
            "该号码的重新核验已逾期，请先完成再过户。",
            "A re-verification of this number is past due. Complete it first.",
        )
    if row.verified_until is None or row.verified_until <= at or row.paid_until is None or row.paid_until <= at:
        raise _refused(
            "该号码的实名核验或费用已到期，请先重新核验或续约。",
            "The verification or the paid term of this number is over. Verify again or renew it first.",
        )
    require_authorisation(at, row.carrier_id)
    return row


def _is_proven(person: Person, number: Number) -> bool:
    return Membership.objects.filter(person=person, enterprise=number.holder, proven_at__isnull=False).exists()


def _bars(
    entry: RegisterEntry, number: Number, *, person: Person, industry: str, use: str, at: dt.datetime
) -> list[Bar]:
    return bars(
        entry, carrier=number.carrier_id, industry=industry, use=use, person=person, day=at.astimezone(CHINA).date(),
        purpose="transfer",
    )  # fmt: skip


def _last_order(number: Number) -> Order:
    """Return the holder's newest completed order: its package is the number's."""
    done = Order.objects.filter(number=number, enterprise=number.holder, state="completed").select_related("package")
    last = done.order_by("-created_at").first()
    if last is None:
        raise _refused(
            "该号码还没有完成的订单，请稍后再办。", "No order of this number is complete yet. Try again later."
        )
    return last


def _refused(zh: str, en: str) -> errors.TransferNotPossible:
    return errors.TransferNotPossible(why_zh=zh, why_en=en)


def _consent_data(number: Number, entry: RegisterEntry, *, at: dt.datetime) -> dict[str, object]:
    ours, giver = operator(), number.holder
    return {
        "operator": ours.name_zh, "is_demo": ours.is_demo, "number": number.pk, "giver": giver.name if giver else "",
        "giver_code": giver.credit_code if giver else "", "receiver": entry.name, "receiver_code": entry.credit_code,
        "date": f"{at.astimezone(CHINA):%Y-%m-%d}",
    }  # fmt: skip
