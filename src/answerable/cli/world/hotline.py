"""Open a number by every step of the real way, with made papers: the operator's own hotline is verified like any other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from django.utils import timezone

from answerable.billing.actions import receive
from answerable.billing.models import Package
from answerable.cli.world.signing import confirm_permit
from answerable.lib.workdays import add_workdays
from answerable.orders import actions as orders
from answerable.orders.models import Order
from answerable.orders.queries import holder_dossier
from answerable.parties.actions import actor_of
from answerable.parties.models import Counter, Person, RegisterEntry, Staff
from answerable.trail.actors import system
from answerable.verification import actions as verification
from answerable.verification.actions.counter import originals
from answerable.verification.consent import CURRENT
from answerable.verification.models import Dossier
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import legal_person, papers

Read = Callable[[str], None]


def apply_for(number: str, person: Person, entry: RegisterEntry, *, line: str, at: dt.datetime, read: Read) -> Order:
    """Choose, sign, pay and submit; `read` reads one uploaded document."""
    order = orders.start(
        number, person=person, entry=entry, role="legal_representative", use="own", industry="it_services",
        package=Package.objects.get(pk="standard"), at=at,
    )  # fmt: skip
    for page in range(1, order.contract_pages + 1):
        specimen = make("contract", {"name": entry.name, "number_400": number}, seed=page)
        orders.upload_page(order, page, specimen.jpeg, person=person, at=at)
    orders.sign(order, person=person, at=at)
    cashier = Staff.objects.get(username="qian")
    transfer = receive(
        bank_reference=f"DEMO-{order.pk}", amount_fen=order.price_fen, payer_name=entry.name, payer_account="6222-DEMO",
        payer_is_person=False, reference=order.pk, received_at=at, by=actor_of(cashier), at=at,
    )  # fmt: skip
    orders.match(transfer, order.pk, staff=cashier, at=at)
    dossier = _dossier(order)
    verification.set_line(dossier, line, person=person, at=at)
    verification.give_photo_consent(dossier, version=CURRENT, person=person, at=at)
    for slot, jpeg in papers(entry, role="legal_representative", line=line, number=number, day=at.date()).items():
        read(str(verification.upload(dossier, slot, jpeg, person=person, at=at).pk))
    said = {
        "code": entry.credit_code,
        "name": entry.name,
        "person": entry.legal_representative,
        "address": entry.address,
    }
    verification.confirm_licence(dossier, said, person=person, at=at)
    _call_back(dossier, person, at)
    verification.submit(dossier, person=person, at=at)
    return order


def _call_back(dossier: Dossier, person: Person, at: dt.datetime) -> None:
    """Prove the line without a telephone: nothing rings yet when the demo world is made."""
    dossier.refresh_from_db()
    callback = verification.request_callback(dossier, person=person, at=at)
    code = verification.begin_callback(callback, at=at)
    verification.end_callback(callback, "answered", at=at)
    verification.confirm_callback(dossier, code or "", person=person, at=at)


def handle(order: Order, *, at: dt.datetime) -> None:
    """Handle the application at the counter."""
    dossier, chen = _dossier(order), Staff.objects.get(username="chen")
    day = add_workdays(at, 1).date()
    verification.book(dossier, counter=Counter.objects.get(pk="BJ-01"), day=day, person=order.person, at=at)
    verification.handle(
        dossier, staff=chen, originals_seen=originals(dossier), id_reader=id_reader_file(dossier), at=at,
        site_photo=make("id_portrait", seed=9).jpeg, acceptance_form=make("acceptance_form", {"name": order.enterprise.name}, seed=9).jpeg,
    )  # fmt: skip


def id_reader_file(dossier: Dossier) -> bytes:
    """Make the file an ID reader would write for the made-up legal representative."""
    who = legal_person(dossier.enterprise.legal_representative)
    return json.dumps(
        {"name": who["name"], "id_number": who["id_number"], "serial": "DEMO-READER"}, ensure_ascii=False
    ).encode()


def review(order: Order, *, at: dt.datetime) -> None:
    """Have two reviewers approve, and confirm the permit with their devices."""
    for username in ("lin", "zhou"):
        staff, dossier = Staff.objects.get(username=username), _dossier(order)
        verification.claim(dossier, staff=staff, at=at)
        verification.decide(dossier, staff=staff, decision="approve", reasons=[], note="", message="", at=at)
        confirm_permit(_dossier(order), staff, at=timezone.now())
    orders.follow_dossier(_dossier(order).pk, at=at)


def begin_opening(order: Order, *, at: dt.datetime) -> None:
    """Give the register's receipt and ask for the test call now: the caller rings the line through the real gate."""
    order.refresh_from_db()
    orders.receive_receipt(receipt(order), by=system("demo"), at=at)
    orders.request_test_call(order, person=order.person, at=at)


def receipt(order: Order) -> bytes:
    """Make the receipt the carrier's register would give for the record that was sent."""
    made = {
        "order_no": order.pk, "number": order.number_id, "record_sha256": order.registration.record_sha256,
        "receipt_no": f"REG-{order.pk}", "accepted": True,
    }  # fmt: skip
    return json.dumps(made).encode()


def _dossier(order: Order) -> Dossier:
    dossier = holder_dossier(order)
    if dossier is None:
        raise LookupError(f"order {order.pk} has no dossier")
    return dossier
