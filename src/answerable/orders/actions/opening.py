"""From the verdict to the first call: register, receipt, opening, test call, working."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from answerable.lib import keystore
from answerable.lib.workdays import CHINA, is_workday
from answerable.numbers import actions as numbers
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders import errors
from answerable.orders.actions.choose import end
from answerable.orders.actions.keep import release
from answerable.orders.actions.transfer_end import complete_transfer
from answerable.orders.clocks import WITH_MATERIALS
from answerable.orders.models import Order, Registration, TestCall
from answerable.orders.queries import record_sent, registrations_waiting
from answerable.orders.record import registration_record
from answerable.orders.terms import add_months
from answerable.parties.actions import actor_of
from answerable.parties.models import Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import require
from answerable.permits.actions import ask_for_dossier
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.transparency.actions import publish
from answerable.verification.models import Dossier

WORKER = system("worker")
OPENS_AT, CLOSES_AT = dt.time(9), dt.time(17, 30)


def follow_dossier(dossier_id: int, *, at: dt.datetime) -> None:
    """Do what a decided dossier means: decline and refund its order, send the registration record, or release the number."""
    with transaction.atomic():
        dossier = Dossier.objects.select_related("opened_by").get(pk=dossier_id)
        if dossier.purpose == "release" and dossier.state == "approved":
            _release(dossier, at=at)
        elif dossier.state == "approved":
            ask_for_dossier(dossier, by=WORKER, at=at)
        order = (
            Order.objects.select_for_update().filter(pk=dossier.order_no, kind__in=WITH_MATERIALS, state="paid").first()
        )
        if order is None or dossier.kind != "holder":
            return
        if dossier.state == "declined":
            end(order, "declined", reason="DECLINED", by=WORKER, at=at)
        elif dossier.state == "approved" and order.kind == "transfer":
            complete_transfer(order, dossier, at=at)
            register(order, by=WORKER, at=at)
        elif dossier.state == "approved":
            register(order, by=WORKER, at=at)


def _release(dossier: Dossier, *, at: dt.datetime) -> None:
    number = Number.objects.select_for_update(of=("self",)).select_related("holder").get(pk=dossier.number)
    if number.holder_id == dossier.enterprise_id:
        release(number, person=dossier.opened_by, at=at)


def register(order: Order, *, by: Actor, at: dt.datetime) -> Registration:
    """Write the registration record (台账) for the carrier's register, once; its receipt comes back as a file."""
    content = json.dumps(registration_record(order), ensure_ascii=False, indent=1, sort_keys=True).encode()
    with transaction.atomic():
        registration, is_new = Registration.objects.get_or_create(
            order=order,
            defaults={
                "record": keystore.seal_bytes(content, keystore.order_key(order.pk), f"registration:{order.pk}"),
                "record_sha256": hashlib.sha256(content).hexdigest(),
                "sent_at": at,
            },
        )
        if is_new:
            record(
                "registration.sent",
                by=by,
                at=at,
                subject=("order", order.pk),
                number=order.number_id,
                after={"record_sha256": registration.record_sha256},
            )
            transaction.on_commit(lambda: _put(Path(settings.REGISTER) / "out" / f"{order.pk}.json", content))
    return registration


def show_record(registration: Registration, *, staff: Staff, at: dt.datetime) -> bytes:
    """Return the record as it was sent, and write down who was shown it."""
    require(staff, "register_numbers")
    record("registration.shown", by=actor_of(staff), at=at, subject=("order", registration.order_id))
    return record_sent(registration)


def put_missing_records() -> int:
    """Put the records that wait for a receipt and are not in the carrier's folder: a full disk, or a worker that died."""
    folder, count = Path(settings.REGISTER) / "out", 0
    for registration in registrations_waiting():
        file = folder / f"{registration.order_id}.json"
        if not file.exists():
            _put(file, record_sent(registration))
            count += 1
    return count


def _put(file: Path, content: bytes) -> None:
    """Put a whole file where the carrier fetches it: never half of one under its final name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def read_receipt(raw: bytes) -> dict[str, Any]:
    """Read a receipt: JSON with order_no, number, record_sha256, receipt_no, accepted. Raise ReceiptInvalid."""
    try:
        receipt = json.loads(raw.decode("utf-8"))
        needed = {key: receipt[key] for key in ("order_no", "number", "record_sha256", "receipt_no", "accepted")}
    except (ValueError, KeyError, TypeError):
        raise errors.ReceiptInvalid(why="JSON: order_no, number, record_sha256, receipt_no, accepted") from None
    if not all(isinstance(needed[k], str) and needed[k] for k in ("order_no", "number", "record_sha256", "receipt_no")):
        raise errors.ReceiptInvalid(why="order_no, number, record_sha256, receipt_no")
    if len(needed["receipt_no"]) > 60 or not all(needed[k].isprintable() for k in needed if k != "accepted"):
        raise errors.ReceiptInvalid(why="receipt_no: 60 printable characters at most")
    return needed


def receive_receipt(raw: bytes, *, by: Actor, at: dt.datetime, staff: Staff | None = None) -> Order:
    """Store the register's receipt and begin to open the number. A receipt for another record is refused."""
    if staff is not None:
        require(staff, "register_numbers")
    receipt = read_receipt(raw)
    with transaction.atomic():
        registration = Registration.objects.select_for_update(of=("self",)).filter(order_id=receipt["order_no"]).first()
        if registration is None or registration.order.number_id != receipt["number"]:
            raise errors.ReceiptInvalid(why="no such order and number")
        if registration.received_at is not None:
            raise errors.OrderConflict(order=receipt["order_no"])
        if registration.record_sha256 != receipt["record_sha256"]:
            raise errors.ReceiptInvalid(why="record_sha256 is not that of the record we sent")
        if receipt["accepted"] is not True:
            raise errors.ReceiptInvalid(why="not accepted by the register")
        registration.receipt_no, registration.receipt = receipt["receipt_no"], receipt
        registration.received_at, registration.recorded_by = at, staff
        registration.save()
        order = (
            Order.objects.select_for_update(of=("self",))
            .select_related("number", "person", "enterprise")
            .get(pk=receipt["order_no"])
        )
        if order.state != ("completed" if order.kind == "transfer" else "paid"):
            raise errors.OrderConflict(order=order.pk)
        publish(
            "registration", number=order.number_id, at=at, record_sha256=registration.record_sha256,
            receipt_sha256=hashlib.sha256(raw).hexdigest(),
        )  # fmt: skip
        if order.kind != "transfer":  # that number works already
            _open(order, by=by, at=at, receipt_no=receipt["receipt_no"])
        # The file names persons; the sealed copy stays.
        transaction.on_commit(lambda: (Path(settings.REGISTER) / "out" / f"{order.pk}.json").unlink(missing_ok=True))
    return order


def _open(order: Order, *, by: Actor, at: dt.datetime, receipt_no: str) -> None:
    """Enter `opening`: the gate now connects the platform's own caller and nobody else."""
    if not hasattr(order, "registration") or order.registration.received_at is None:
        raise errors.NoReceipt
    number = order.number_id
    numbers.move(number, "registered", what="number.registered", by=by, at=at, since=["approved"])
    numbers.move(
        number,
        "opening",
        what="number.opening",
        by=by,
        at=at,
        since=["registered"],
        network_state="activated",
        paid_until=_paid_until(order, at),
    )
    TestCall.objects.create(order=order, number=number, due_at=in_business_hours(at))
    notify(order.person, "REGISTERED", at=at, number=number, receipt=receipt_no, link=f"/console/orders/{order.pk}/")


def _paid_until(order: Order, at: dt.datetime) -> dt.datetime:
    """Return the end of the first term: the contract's, or what the ledger says was paid, and a month to renew at least."""
    paid = Number.objects.values_list("paid_until", flat=True).get(pk=order.number_id)
    if order.kind == "takeover" and paid is not None:
        return max(paid, add_months(at, 1))
    return add_months(at, order.price["term_months"])


def in_business_hours(at: dt.datetime) -> dt.datetime:
    """Return `at` if it lies in business hours (working days 9:00 to 17:30, China time), else the next opening."""
    local = at.astimezone(CHINA)
    if is_workday(local.date()) and OPENS_AT <= local.time() < CLOSES_AT:
        return at
    day = local.date() if local.time() < OPENS_AT else local.date() + dt.timedelta(days=1)
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, OPENS_AT, CHINA)


def request_test_call(order: Order, *, person: Person, at: dt.datetime) -> TestCall:
    """Ring now because the holder says so: bring a waiting test call forward, or ask for another one."""
    with transaction.atomic():
        locked = Order.objects.select_for_update(of=("self",)).select_related("number").get(pk=order.pk)
        if locked.number.business_state != "opening":
            raise errors.OrderConflict(order=order.pk)
        waiting = TestCall.objects.filter(order=locked, state="due").first()
        if waiting is None:
            try:
                with transaction.atomic():
                    waiting = TestCall.objects.create(order=locked, number=locked.number_id, due_at=at)
            except IntegrityError:
                raise errors.TestCallPending from None
        elif waiting.due_at > at:
            waiting.due_at = at
            waiting.save(update_fields=["due_at"])
        record("test_call.requested", by=actor_of(person), at=at, subject=("order", locked.pk), number=locked.number_id)
    return waiting


def begin_test_call(test_call: TestCall, *, at: dt.datetime) -> bool:
    """Take a due test call for this caller; False if another caller has it."""
    return bool(TestCall.objects.filter(pk=test_call.pk, state="due").update(state="calling", taken_at=at))


@dataclass(frozen=True)
class Outcome:
    """What a test call found. Answered, busy and ringing all show that the line is there: they count as reached."""

    outcome: str
    sip_status: str
    reason: str
    ring_ms: int | None

    @property
    def is_reached(self) -> bool:
        """Say whether the call got through to the line."""
        return self.outcome in {"answered", "busy", "ringing"}


def end_test_call(test_call: TestCall, outcome: Outcome, *, at: dt.datetime) -> None:
    """Store the result; if the line was reached the number works from now on and its holder answers for it."""
    by = system("caller")
    with transaction.atomic():
        changed = TestCall.objects.filter(pk=test_call.pk, state="calling").update(
            state="done",
            done_at=at,
            reached=outcome.is_reached,
            outcome=outcome.outcome,
            sip_status=outcome.sip_status[:60],
            reason=outcome.reason[:120],
            ring_ms=outcome.ring_ms,
        )
        if not changed:
            return
        order = (
            Order.objects.select_for_update(of=("self",))
            .select_related("enterprise", "person")
            .get(pk=test_call.order_id)
        )
        record(
            "test_call.done",
            by=by,
            at=at,
            subject=("order", order.pk),
            number=order.number_id,
            after={"outcome": outcome.outcome, "sip_status": outcome.sip_status},
        )
        if outcome.is_reached:
            _begin_work(order, by=by, at=at)
        else:
            notify(
                order.person,
                "TEST_CALL_FAILED",
                at=at,
                number=order.number_id,
                outcome=outcome.outcome,
                link=f"/console/orders/{order.pk}/",
            )


def _begin_work(order: Order, *, by: Actor, at: dt.datetime) -> None:
    number = order.number_id
    numbers.move(number, "working", what="number.working", by=by, at=at, since=["opening"])
    if not Tenure.objects.filter(number=number, until=None).exists():
        numbers.begin_tenure(number, order.enterprise, at=at, agent=order.agent)
    first = Destination.objects.filter(number=number, removed_at=None).first()
    if first is not None and not order.enterprise.complaint_contact:
        order.enterprise.complaint_contact = first.line
        order.enterprise.save(update_fields=["complaint_contact"])
    Order.objects.filter(pk=order.pk).update(state="completed", completed_at=at)
    notify(order.person, "WORKING", at=at, number=number, link=f"/console/numbers/{number}/")
