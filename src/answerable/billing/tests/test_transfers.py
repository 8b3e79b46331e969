"""Money in, and all of it back within five working days."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.billing import errors
from answerable.billing.actions import give_back, pay_refund, receive, refund_order, take
from answerable.billing.models import Refund, Transfer
from answerable.billing.queries import refunds_due, unmatched
from answerable.lib.workdays import CHINA
from answerable.trail.actors import Actor
from answerable.trail.models import Fact

QIAN = Actor("staff", "qian", "钱出纳")


def arrive(world, reference="BANK-1", **changes):
    sent = {
        "bank_reference": reference, "amount_fen": 120_000, "payer_name": "甲", "payer_account": "6222-1", "payer_is_person": False,
        "reference": "A1", "received_at": world.at,
    }  # fmt: skip
    return receive(**(sent | changes), by=QIAN, at=world.at)


def test_transfer_waits_for_the_cashier(world):
    transfer = arrive(world)
    assert list(unmatched()) == [transfer]


def test_same_bank_reference_enters_once(world):
    arrive(world)
    with pytest.raises(errors.TransferDuplicate):
        arrive(world, amount_fen=1)
    assert (Transfer.objects.get().amount_fen, Fact.objects.count()) == (120_000, 1)


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_bank_reference_enters_nothing(world, blank):
    with pytest.raises(errors.BankReferenceMissing):
        arrive(world, blank)
    assert (Transfer.objects.count(), Fact.objects.count()) == (0, 0)


def test_refund_without_the_banks_reference_is_still_due(world):
    refund = give_back(arrive(world), reason="PERSON", order_no="", by=QIAN, at=world.at)
    with pytest.raises(errors.BankReferenceMissing):
        pay_refund(refund.pk, bank_reference=" ", by=QIAN, at=world.at)
    assert list(refunds_due()) == [refund]


def test_transfer_is_booked_once(world):
    transfer = arrive(world)
    take(transfer, order_no="A1", by=QIAN, at=world.at)
    with pytest.raises(errors.TransferUnknown):
        take(transfer, order_no="A2", by=QIAN, at=world.at)
    assert Transfer.objects.get().order_no == "A1"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "matched"},
        {"state": "matched", "order_no": "A1", "payer_is_person": True},
        {"amount_fen": -1},
        {"bank_reference": ""},
    ],
    ids=["matched to nothing", "a person's money", "less than nothing", "without the bank's reference"],
)
def test_database_refuses_money_that_cannot_be(world, fields):
    arrive(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(**fields)


def test_database_refuses_a_second_payment_of_one_order(world):
    arrive(world)
    arrive(world, "BANK-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.update(state="matched", order_no="A1")


def test_whole_amount_goes_back_to_the_account_that_paid(world):
    transfer = arrive(world)
    refund = give_back(transfer, reason="TOO_LATE", order_no="A1", by=QIAN, at=world.at)
    assert (refund.amount_fen, refund.transfer.payer_account, refund.paid_at) == (120_000, "6222-1", None)
    assert list(refunds_due()) == [refund]


def test_money_goes_back_once(world):
    transfer = arrive(world)
    give_back(transfer, reason="TOO_LATE", order_no="", by=QIAN, at=world.at)
    with pytest.raises(errors.TransferUnknown):
        give_back(transfer, reason="TOO_LATE", order_no="", by=QIAN, at=world.at)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("ordered", "due"),
    [
        (dt.date(2026, 3, 10), dt.date(2026, 3, 17)),  # an ordinary week
        (dt.date(2026, 2, 12), dt.date(2026, 2, 26)),  # Saturday 14 February is worked, then Spring Festival
        (dt.date(2026, 9, 18), dt.date(2026, 9, 24)),  # Sunday 20 September is worked
        (dt.date(2026, 4, 30), dt.date(2026, 5, 11)),  # Labour Day; Saturday 9 May is worked
    ],
)
def test_refund_is_due_on_the_fifth_working_day_of_the_chinese_calendar(world, ordered, due):
    at = dt.datetime.combine(ordered, dt.time(15), CHINA)
    refund = give_back(arrive(world), reason="TOO_LATE", order_no="", by=QIAN, at=at)
    assert refund.due_at == dt.datetime.combine(due, dt.time(23, 59, 59), CHINA)


def test_refund_of_an_order_that_was_not_paid_is_nothing(world):
    assert refund_order("A1", reason="CANCELLED", by=QIAN, at=world.at) == 0


def test_refund_is_paid_once(world):
    refund = give_back(arrive(world), reason="TOO_LATE", order_no="", by=QIAN, at=world.at)
    pay_refund(refund.pk, bank_reference="OUT-1", by=QIAN, at=world.at)
    with pytest.raises(errors.TransferUnknown):
        pay_refund(refund.pk, bank_reference="OUT-2", by=QIAN, at=world.at)
    assert Refund.objects.get().bank_reference == "OUT-1"
    assert not refunds_due().exists()
