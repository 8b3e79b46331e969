"""Read orders; each query is narrowed to who may see it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from answerable.lib import keystore
from answerable.numbers.models import Number
from answerable.orders import errors
from answerable.orders.models import HolderTransfer, Order, Registration, Reservation, TestCall
from answerable.orders.terms import LETTERS
from answerable.parties.models import Agent, Person
from answerable.parties.queries import proven_for
from answerable.verification.models import Document, Dossier


def order_of(person: Person, order_no: str) -> Order | None:
    """Fetch an order of a person's own or of an organisation that `person` acts for; None for anybody else's."""
    return (
        Order.objects.filter(_is_for(person), pk=order_no)
        .select_related("number__carrier", "enterprise", "package", "person")
        .first()
    )


def orders_of(person: Person) -> QuerySet[Order]:
    """List the orders of the organisations a person acts for, newest first."""
    return (
        Order.objects.filter(_is_for(person)).select_related("number", "enterprise", "package").order_by("-created_at")
    )


def _is_for(person: Person) -> Q:
    """Whose order it is, or who is proven to act for its organisation: knowing a credit code opens nothing."""
    return Q(person=person) | Q(enterprise__in=proven_for(person))


def signed_pages(order: Order) -> QuerySet[Document]:
    """List the uploaded pages of the signed contract."""
    return Document.objects.filter(order_no=order.pk, slot="contract", replaced_at=None).order_by("position")


def pages_signed(order: Order) -> int:
    """Count the pages that are there with a seal: an electronic seal covers them all."""
    pages = signed_pages(order)
    return order.contract_pages if pages.exclude(sealed_by="").exists() else pages.count()


def holder_dossier(order: Order) -> Dossier | None:
    """Return the dossier that an order's materials went into."""
    return Dossier.objects.filter(order_no=order.pk, kind="holder").order_by("-id").first()


def open_order(reference: str) -> Order | None:
    """Find the order a transfer's reference names, wherever the payer put it."""
    words = re.findall(r"A[0-9]{6}[A-Z0-9]{6}", reference.upper())
    return Order.objects.filter(pk__in=words).select_related("enterprise", "number").first()


def registrations_waiting() -> QuerySet[Registration]:
    """List the registration records whose receipt has not come."""
    return (
        Registration.objects.filter(received_at=None)
        .select_related("order__number", "order__enterprise")
        .order_by("sent_at")
    )


def record_sent(registration: Registration) -> bytes:
    """Return the registration record exactly as it was sent and hashed."""
    return keystore.open_bytes(
        registration.record, keystore.order_key(registration.order_id), f"registration:{registration.order_id}"
    )


def due_test_calls(at: dt.datetime) -> QuerySet[TestCall]:
    """List the test calls whose time has come."""
    return TestCall.objects.filter(state="due", due_at__lte=at).order_by("due_at")


def transfers_of(number: Number) -> QuerySet[HolderTransfer]:
    """List the transfers that a number's present holder began, newest first."""
    return (
        HolderTransfer.objects.filter(number=number, giver=number.holder)
        .select_related("consent", "giver")
        .order_by("-started_at", "-id")
    )


def read_transfer_code(text: str) -> str:
    """Read a transfer code in any case and spacing; empty where it cannot be one."""
    code = re.sub(r"[\s-]", "", text[:40]).upper()
    return code if re.fullmatch(rf"[{LETTERS}]{{8}}", code) else ""


def open_transfer(code: str, *, at: dt.datetime) -> HolderTransfer:
    """Fetch what a code is about, for whoever was handed it; raise TransferCodeUnknown."""
    rows = HolderTransfer.objects.filter(code=code, state="open", until__gt=at)
    found = rows.select_related("number", "giver").first()
    if found is None:
        raise errors.TransferCodeUnknown
    return found


def transfer_behind(dossier: Dossier) -> HolderTransfer | None:
    """Return the transfer that a receiver's dossier belongs to, for the desk."""
    rows = (
        HolderTransfer.objects.filter(order=dossier.order_no) if dossier.is_transfer else HolderTransfer.objects.none()
    )
    return rows.select_related("giver", "consent").first()


@dataclass(frozen=True)
class Step:
    """One step of an order's progress, with the days it is expected to take."""

    code: str
    zh: str
    en: str
    days: str
    state: str


STEPS = (
    ("held", "选号预占", "Number held", "30 min"),
    ("awaiting_payment", "签约付款", "Contract and payment", "≤ 3"),
    ("locked", "提交材料", "Materials", "≤ 15"),
    ("pre_checked", "营业厅受理", "At the counter", "1"),
    ("handled", "审核", "Review", "2"),
    ("approved", "运营商登记", "Carrier's register", "1"),
    ("registered", "拨测开通", "Test call and opening", "1"),
    ("working", "使用中", "In service", ""),
)
_REACHED = {
    "held": 0,
    "awaiting_payment": 1,
    "locked": 2,
    "pre_checked": 3,
    "handled": 4,
    "under_review": 4,
    "approved": 5,
    "registered": 6,
    "opening": 6,
    "working": 8,
    "suspended": 8,
    "paused_by_holder": 8,
}


def _transfer_reached(order: Order) -> int:
    """Say which step of STEPS a transfer's receiver is at: the number itself stays in service."""
    dossier = holder_dossier(order)
    if order.state == "held" or dossier is None:
        return 1
    if dossier.state in {"draft", "more_information_needed"}:
        return 2
    return 4 if hasattr(dossier, "handling") else 3


def progress(order: Order) -> list[Step]:
    """Say where an order stands: each step done, current or to come."""
    if order.state in {"cancelled", "declined", "lapsed"}:
        return [Step(code, zh, en, days, "ended") for code, zh, en, days in STEPS]
    at = 8 if order.state == "completed" else _REACHED.get(order.number.business_state, 0)
    if order.kind == "transfer" and order.state != "completed":
        at = _transfer_reached(order)
    if order.number.business_state == "unverified":
        at = 2 if order.state == "paid" else 1
    steps = [
        Step(code, zh, en, days, "done" if i < at else "current" if i == at else "to_come")
        for i, (code, zh, en, days) in enumerate(STEPS)
    ]
    if order.kind == "transfer":  # the number works all the while, and the register is told afterwards
        return [Step("signed", "签约", "Contract", "≤ 5", steps[1].state), *steps[2:5], steps[7]]
    if order.kind == "takeover":  # nothing is chosen, and nothing paid
        return [Step("signed", "签约", "Contract", "≤ 5", steps[1].state), *steps[2:]]
    return steps


def reservations_of(agent: Agent) -> QuerySet[Reservation]:
    """List what an agent reserved, newest first; of an accepted one nothing of the customer's is read."""
    return Reservation.objects.filter(agent=agent).select_related("number", "package").order_by("-pk")


def invitation(code: str, *, at: dt.datetime) -> Reservation:
    """Find an open invitation by its code; raise InvitationUnknown."""
    found = Reservation.objects.filter(code=code, state="open", until__gt=at)
    one = found.select_related("number__carrier", "package", "agent__organisation").first()
    if one is None:
        raise errors.InvitationUnknown
    return one
