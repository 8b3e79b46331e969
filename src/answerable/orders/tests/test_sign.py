"""Sign on paper, page by page, while the hold lasts."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib.workdays import CHINA
from answerable.orders.actions import sign, upload_page
from answerable.orders.errors import HoldExpired, OrderConflict, PagesMissing
from answerable.orders.models import Order
from answerable.orders.queries import signed_pages

MINUTE = dt.timedelta(minutes=1)


def upload(world, order, position=1, at=None):
    return upload_page(order, position, world.jpeg, person=world.hua, at=at or world.at)


def test_signed_order_waits_three_working_days_for_the_money(world):
    order = world.order("held")
    upload(world, order)
    signed = sign(order, person=world.hua, at=world.at)
    assert (signed.state, signed.signed_at) == ("awaiting_payment", world.at)
    assert signed.pay_until == dt.datetime(2026, 3, 13, 23, 59, 59, tzinfo=CHINA)
    assert world.state(world.plain) == "awaiting_payment"


def test_ticked_box_is_no_signature(world):
    order = world.order("held")
    with pytest.raises(PagesMissing):
        sign(order, person=world.hua, at=world.at)
    assert world.state(world.plain) == "held"


def test_every_page_must_be_there(world):
    order = world.order("held")
    Order.objects.update(contract_pages=2)
    upload(world, order)
    with pytest.raises(PagesMissing) as refused:
        sign(order, person=world.hua, at=world.at)
    assert refused.value.params == {"need": 2, "got": 1}


@pytest.mark.parametrize("position", [0, 2, 99])
def test_page_that_the_contract_does_not_have_is_refused(world, position):
    order = world.order("held")
    with pytest.raises(PagesMissing):
        upload(world, order, position)
    assert not signed_pages(order).exists()


def test_page_uploaded_again_replaces_the_first(world):
    order = world.order("held")
    upload(world, order)
    second = upload(world, order)
    assert list(signed_pages(order)) == [second]


def test_expired_hold_takes_neither_page_nor_signature(world):
    order = world.order("held")
    upload(world, order)
    late = world.at + 30 * MINUTE
    for deed in (lambda: upload(world, order, at=late), lambda: sign(order, person=world.hua, at=late)):
        with pytest.raises(HoldExpired):
            deed()
    assert sign(order, person=world.hua, at=late - dt.timedelta(seconds=1)).state == "awaiting_payment"


def test_order_is_signed_once(world):
    order = world.order("awaiting_payment")
    with pytest.raises(OrderConflict):
        sign(order, person=world.hua, at=world.at)
    with pytest.raises(OrderConflict):
        upload(world, order)


def test_database_refuses_an_unsigned_order_to_be_paid(world):
    order = world.order("held")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(state="paid", contract_sha256="")


@pytest.mark.django_db(transaction=True)
def test_signature_handed_in_twice_at_once_counts_once(world, at_once):
    order = world.order("held")
    upload(world, order)
    results = at_once(*[lambda: sign(order, person=world.hua, at=world.at)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["Order", "OrderConflict"]
