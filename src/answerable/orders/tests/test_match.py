"""Bank transfers: the right one locks the number; every other has its own error and its way back."""

import datetime as dt

import pytest

from answerable.billing import errors as billing
from answerable.billing.models import Refund, Transfer
from answerable.orders import errors
from answerable.orders.actions import match, return_transfer
from answerable.orders.models import Order
from answerable.orders.queries import open_order
from answerable.parties.errors import NotPermitted
from answerable.verification.models import Dossier


def pay(world, order, **changes):
    transfer = world.transfer(order, **changes)
    return transfer, lambda: match(transfer, order.pk, staff=world.staff("qian"), at=world.at)


def way_back(world, transfer, reason, order_no=""):
    return_transfer(transfer, reason=reason, staff=world.staff("qian"), at=world.at, order_no=order_no)
    refund = Refund.objects.get(transfer=transfer)
    return refund.amount_fen, refund.reason


def untouched(world, order):
    return (Order.objects.get(pk=order.pk).state, world.state(world.plain), Dossier.objects.count()) == (
        "awaiting_payment",
        "awaiting_payment",
        0,
    )


def test_right_amount_locks_the_number_and_starts_the_materials_clock(world):
    order = world.order("awaiting_payment")
    paid = pay(world, order)[1]()
    assert (paid.state, paid.materials_until) == ("paid", world.at + dt.timedelta(days=15))
    number = world.number(world.plain)
    assert (number.business_state, number.holder, number.held_by, number.held_until) == (
        "locked",
        order.enterprise,
        None,
        None,
    )
    assert Dossier.objects.get(order_no=order.pk).state == "draft"


@pytest.mark.parametrize(
    ("changes", "problem", "reason"),
    [
        ({"amount_fen": 119_999}, billing.AmountWrong, "WRONG_AMOUNT"), ({"amount_fen": 120_001}, billing.AmountWrong, "WRONG_AMOUNT"),
        ({"payer_is_person": True}, billing.PayerIsPerson, "PERSON"), ({"payer_name": "深圳示例物流有限公司"}, billing.PayerDiffers, "PAYER_DIFFERS"),
    ],
)  # fmt: skip
def test_wrong_transfer_is_refused_and_goes_back_whole(world, changes, problem, reason):
    order = world.order("awaiting_payment")
    transfer, deed = pay(world, order, **changes)
    with pytest.raises(problem):
        deed()
    assert untouched(world, order)
    assert way_back(world, transfer, reason, order.pk) == (transfer.amount_fen, reason)
    assert order.person.notices.filter(code="PAYMENT_RETURNED").count() == 1


def test_money_that_arrives_a_second_too_late_is_refused(world):
    order = world.order("awaiting_payment")
    transfer, deed = pay(world, order, received_at=order.pay_until + dt.timedelta(seconds=1))
    with pytest.raises(billing.TooLate):
        deed()
    assert untouched(world, order)
    assert way_back(world, transfer, "TOO_LATE") == (120_000, "TOO_LATE")


def test_money_that_arrives_in_the_last_second_locks(world):
    order = world.order("awaiting_payment")
    assert pay(world, order, received_at=order.pay_until)[1]().state == "paid"


@pytest.mark.parametrize("order_no", ["", "A260310ZZZZZZ", "钱"])
def test_unknown_order_is_refused(world, order_no):
    order = world.order("awaiting_payment")
    transfer = world.transfer(order, reference="")
    with pytest.raises(errors.OrderUnknown):
        match(transfer, order_no, staff=world.staff("qian"), at=world.at)
    assert way_back(world, transfer, "NO_REFERENCE") == (120_000, "NO_REFERENCE")


def test_order_is_paid_once(world):
    order = world.order("paid")
    transfer, deed = pay(world, order, bank_reference="BANK-2")
    with pytest.raises(billing.AlreadyPaid):
        deed()
    assert way_back(world, transfer, "PAID_TWICE") == (120_000, "PAID_TWICE")
    assert Order.objects.get(pk=order.pk).state == "paid"


def test_money_for_an_order_that_is_not_signed_is_refused(world):
    with pytest.raises(billing.TooLate):
        pay(world, world.order("held"))[1]()


def test_transfer_pays_one_order(world):
    order, other = world.order("paid"), world.order("awaiting_payment", world.second)
    transfer = Transfer.objects.get(order_no=order.pk)
    with pytest.raises(billing.TransferUnknown):
        match(transfer, other.pk, staff=world.staff("qian"), at=world.at)
    assert Order.objects.get(pk=other.pk).state == "awaiting_payment"


def test_money_that_an_order_rests_on_cannot_be_sent_back_under_it(world):
    order = world.order("paid")
    with pytest.raises(billing.TransferUnknown):
        way_back(world, Transfer.objects.get(), "WRONG_AMOUNT", order.pk)
    assert (Transfer.objects.get().state, Refund.objects.count()) == ("matched", 0)


def test_return_without_a_known_reason_is_refused(world):
    transfer = world.transfer(world.order("awaiting_payment"))
    with pytest.raises(errors.OrderConflict):
        way_back(world, transfer, "BECAUSE")
    assert Transfer.objects.get().state == "unmatched"


@pytest.mark.parametrize("username", ["chen", "lin", "sun", "gong"])
def test_nobody_but_the_cashier_touches_money(world, username):
    order = world.order("awaiting_payment")
    transfer = world.transfer(order)
    with pytest.raises(NotPermitted):
        match(transfer, order.pk, staff=world.staff(username), at=world.at)
    with pytest.raises(NotPermitted):
        return_transfer(transfer, reason="TOO_LATE", staff=world.staff(username), at=world.at)


@pytest.mark.parametrize("text", ["{}", "订单{}，400号码", "  {} ", "货款/{}"])
def test_reference_names_its_order_wherever_the_payer_put_it(world, text):
    order = world.order("awaiting_payment")
    assert open_order(text.format(order.pk.lower())) == order


@pytest.mark.parametrize("text", ["", "货款", "A26031", "' OR 1=1 --"])
def test_reference_that_names_no_order_finds_none(world, text):
    world.order("awaiting_payment")
    assert open_order(text) is None


@pytest.mark.django_db(transaction=True)
def test_same_transfer_matched_twice_at_once_counts_once(world, at_once):
    order = world.order("awaiting_payment")
    transfer, deed = pay(world, order)
    results = at_once(deed, deed)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyPaid", "Order"]
    assert (Transfer.objects.get(pk=transfer.pk).state, Dossier.objects.count()) == ("matched", 1)


@pytest.mark.django_db(transaction=True)
def test_transfer_matched_and_returned_at_once_is_one_of_the_two(world, at_once):
    order = world.order("awaiting_payment")
    transfer, deed = pay(world, order)
    qian = world.staff("qian")
    results = at_once(deed, lambda: return_transfer(transfer, reason="TOO_LATE", staff=qian, at=world.at))
    lost = [r for r in results if isinstance(r, billing.TransferUnknown)]
    assert len(lost) == 1
    is_paid = Order.objects.get(pk=order.pk).state == "paid"
    assert (Transfer.objects.get().state == "matched", Refund.objects.count() == 0) == (is_paid, is_paid)
