"""The registration record goes to the carrier's register; without its receipt nothing opens."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from answerable.billing.models import Refund
from answerable.numbers.models import Number
from answerable.orders.actions import cancel, receive_receipt
from answerable.orders.actions.opening import read_receipt
from answerable.orders.errors import OrderConflict, ReceiptInvalid
from answerable.orders.models import Registration, TestCall
from answerable.orders.queries import record_sent, registrations_waiting
from answerable.orders.tasks import collect_receipts
from answerable.parties.actions import actor_of
from answerable.parties.errors import NotPermitted
from answerable.trail.actors import system
from answerable.trail.models import Fact


@pytest.fixture
def registered(world):
    """An approved order whose record was sent."""
    order = world.order("approved")
    world.follow(order)
    return order


def receive(world, raw, **more):
    return receive_receipt(raw, by=system("worker"), at=world.at, **more)


def test_record_holds_what_the_registers_audit_form_keeps(world, registered):
    record = json.loads(record_sent(Registration.objects.get()))
    wanted = {
        "order_no": registered.pk, "number": world.plain, "holder": registered.enterprise.name, "credit_code": world.credit_code("hua"),
        "legal_representative": "华建国", "handler_id_number": world.id_number(), "use": "own", "counter": "BJ-01", "handled_by": "chen",
        "first_destination": world.line, "other_destinations": [], "developer": "direct",
    }  # fmt: skip
    assert {key: record[key] for key in wanted} == wanted


def test_record_is_sealed_and_hashed(world, registered):
    registration = Registration.objects.get()
    assert world.id_number().encode() not in bytes(registration.record)
    assert registration.record_sha256 == hashlib.sha256(record_sent(registration)).hexdigest()


def test_record_is_put_where_the_carrier_fetches_it(world, settings, django_capture_on_commit_callbacks):
    order = world.order("approved")
    with django_capture_on_commit_callbacks(execute=True):
        world.follow(order)
    assert (Path(settings.REGISTER) / "out" / f"{order.pk}.json").read_bytes() == record_sent(
        Registration.objects.get()
    )


def test_record_is_sent_once(world, registered):
    world.follow(registered)
    assert (Registration.objects.count(), Fact.objects.filter(what="registration.sent").count()) == (1, 1)


def test_receipt_opens_the_number_and_asks_for_the_test_call(world, registered):
    receive(world, world.receipt(registered))
    number = world.number(world.plain)
    assert (number.business_state, number.network_state) == ("opening", "activated")
    assert number.paid_until == dt.datetime(2027, 3, 10, 10, 0, tzinfo=world.at.tzinfo)
    assert TestCall.objects.get().due_at == world.at
    assert not registrations_waiting().exists()


def test_receipt_for_anything_else_is_refused_and_nothing_opens(world, registered):
    wrong = [
        {"order_no": "A260310ZZZZZZ"}, {"number": "4008002579"}, {"record_sha256": "0" * 64}, {"accepted": False}, {"accepted": "true"},
        {"receipt_no": ""}, {"receipt_no": None}, {"number": 4008001357},
    ]  # fmt: skip
    for changes in wrong:
        with pytest.raises(ReceiptInvalid):
            receive(world, world.receipt(registered, **changes))
    assert (world.state(world.plain), Registration.objects.get().received_at) == ("approved", None)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"order_no": ', b'"A"'])
def test_file_that_is_no_receipt_is_refused(raw):
    with pytest.raises(ReceiptInvalid):
        read_receipt(raw)


def test_receipt_counts_once(world, registered):
    raw = world.receipt(registered)
    receive(world, raw)
    with pytest.raises(OrderConflict):
        receive(world, raw)
    assert TestCall.objects.count() == 1


def test_receipt_of_a_cancelled_order_opens_nothing(world, registered):
    raw = world.receipt(registered)
    cancel(registered, by=actor_of(world.hua), at=world.at)
    with pytest.raises(OrderConflict):
        receive(world, raw)
    assert world.state(world.plain) == "spare"


def test_receipt_of_a_cancelled_order_does_not_open_the_next_one(world, registered):
    raw = world.receipt(registered)
    cancel(registered, by=actor_of(world.hua), at=world.at)
    world.order("approved")
    with pytest.raises(OrderConflict):
        receive(world, raw)
    assert world.state(world.plain) == "approved"


def test_nobody_but_operations_records_a_receipt_by_hand(world, registered):
    with pytest.raises(NotPermitted):
        receive(world, world.receipt(registered), staff=world.staff("lin"))
    receive(world, world.receipt(registered), staff=world.staff("gong"))
    assert Registration.objects.get().recorded_by == world.staff("gong")


@pytest.mark.parametrize("state", ["opening", "working"])
def test_database_refuses_to_open_without_a_receipt(world, registered, state):
    later = world.at + dt.timedelta(days=1)
    with pytest.raises(IntegrityError, match="no receipt"), transaction.atomic():
        Number.objects.filter(pk=world.plain).update(business_state=state, verified_until=later, paid_until=later)


def test_receipts_are_collected_from_the_folder_and_bad_ones_set_aside(world, registered, settings):
    folder = Path(settings.REGISTER) / "in"
    folder.mkdir(parents=True)
    (folder / "1.json").write_bytes(b"broken")
    (folder / "2.json").write_bytes(world.receipt(registered))
    collect_receipts(0)
    assert sorted(file.name for file in folder.iterdir()) == ["1.refused", "2.taken"]
    assert world.state(world.plain) == "opening"


@pytest.mark.django_db(transaction=True)
def test_receipt_that_arrives_twice_at_once_opens_once(world, at_once):
    order = world.order("approved")
    world.follow(order)
    raw = world.receipt(order)
    results = at_once(*[lambda: receive(world, raw)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["Order", "OrderConflict"]
    assert TestCall.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_registered_at_once_ends_cancelled_and_refunded(world, at_once):
    order = world.order("approved")
    world.follow(order)
    raw = world.receipt(order)
    results = at_once(lambda: cancel(order, by=actor_of(world.hua), at=world.at), lambda: receive(world, raw))
    order.refresh_from_db()
    # The receipt may come first; then the number is cancelled while it opens. Cancelled first, the receipt is refused.
    assert {type(r).__name__ for r in results} <= {"NoneType", "Order", "OrderConflict"}
    assert (order.state, world.state(world.plain)) == ("cancelled", "spare")
    assert Refund.objects.filter(order_no=order.pk).count() == 1
