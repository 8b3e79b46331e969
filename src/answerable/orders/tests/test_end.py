"""An order that comes to nothing: the number is free, and the money goes back in full."""

import datetime as dt

import pytest

from answerable.billing.models import Refund, Transfer
from answerable.lib.workdays import CHINA, add_workdays
from answerable.numbers.errors import StateConflict
from answerable.numbers.models import Destination
from answerable.orders.actions import cancel, release, stop, sweep
from answerable.orders.errors import OrderConflict
from answerable.orders.models import Order, TestCall
from answerable.parties.actions import actor_of
from answerable.parties.models import Membership
from answerable.verification.models import Dossier


def spare(world):
    number = world.number(world.plain)
    lines = Destination.objects.filter(number=world.plain, removed_at=None).count()
    return (number.business_state, number.holder, number.held_by, number.verified_until, number.paid_until, lines) == (
        "spare",
        None,
        None,
        None,
        None,
        0,
    )


def refunded():
    return list(Refund.objects.values_list("amount_fen", "reason"))


@pytest.mark.parametrize("stage", ["held", "awaiting_payment"])
def test_unpaid_order_is_cancelled_and_its_number_is_free(world, stage):
    order = world.order(stage)
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert Order.objects.get().state == "cancelled"
    assert spare(world)
    assert refunded() == []


@pytest.mark.parametrize("stage", ["paid", "submitted", "handled", "reviewed_once", "approved"])
def test_paid_order_is_cancelled_and_the_money_goes_back_in_full_within_five_working_days(world, stage):
    order = world.order(stage)
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert spare(world)
    assert refunded() == [(120_000, "CANCELLED")]
    assert Refund.objects.get().due_at == dt.datetime(2026, 3, 17, 23, 59, 59, tzinfo=CHINA)
    assert Transfer.objects.get().state == "returned"
    assert not Dossier.objects.filter(state__in=["draft", "submitted", "more_information_needed", "deferred"]).exists()


def test_order_of_a_working_number_is_not_cancelled(world):
    order = world.order("working")
    with pytest.raises(OrderConflict):
        cancel(order, by=actor_of(world.hua), at=world.at)
    assert (world.state(world.plain), refunded()) == ("working", [])


@pytest.mark.parametrize("is_stopped", [False, True])
def test_order_is_cancelled_in_full_while_its_number_opens(world, is_stopped):
    order = world.order("opening")
    if is_stopped:
        stop(order.number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert (world.state(world.plain), refunded()) == ("spare", [(120_000, "CANCELLED")])
    assert list(TestCall.objects.values_list("state", "outcome")) == [("done", "cancelled")]


def test_number_stopped_while_it_opened_is_not_released(world):
    order = world.order("opening")
    stop(order.number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    order.number.refresh_from_db()
    with pytest.raises(StateConflict):
        release(order.number, person=world.hua, at=world.at)


def test_order_is_cancelled_once(world):
    order = world.order("paid")
    cancel(order, by=actor_of(world.hua), at=world.at)
    with pytest.raises(OrderConflict):
        cancel(order, by=actor_of(world.hua), at=world.at)
    assert refunded() == [(120_000, "CANCELLED")]


def test_order_under_a_review_that_failed_on_our_side_can_be_cancelled_and_leaves_the_queue(world):
    order = world.order("handled")
    world.review(order, "lin", "unsuccessful")
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert Dossier.objects.get().state == "revoked"


def test_verdict_ends_with_the_order_it_was_given_for(world):
    order = world.order("approved")
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert Dossier.objects.get().state == "revoked"


def test_cancelled_number_can_be_chosen_by_somebody_else(world):
    cancel(world.order("submitted"), by=actor_of(world.hua), at=world.at)
    assert world.order("submitted", person=world.zhao, firm="zhao").enterprise.name == world.firm("zhao").name


def test_declined_order_is_refunded_and_its_number_is_free(world):
    order = world.order("handled")
    world.review(order, "lin", "decline", ("E05",))
    world.follow(order)
    assert Order.objects.get().state == "declined"
    assert spare(world)
    assert refunded() == [(120_000, "DECLINED")]


def test_declined_order_is_followed_once(world):
    order = world.order("handled")
    world.review(order, "lin", "decline", ("E05",))
    world.follow(order)
    world.follow(order)
    assert refunded() == [(120_000, "DECLINED")]


@pytest.mark.parametrize(
    ("stage", "field", "reason", "back"),
    [
        ("held", "hold_until", "HOLD_EXPIRED", []),
        ("paid", "materials_until", "NO_MATERIALS", [(120_000, "NO_MATERIALS")]),
    ],
)
def test_order_lapses_in_its_second_and_not_before(world, stage, field, reason, back):
    order = world.order(stage)
    moment = getattr(order, field)
    assert sweep(at=moment - dt.timedelta(seconds=1)) == 0
    assert sweep(at=moment) == 1
    order = Order.objects.get()
    assert (order.state, order.ended_reason, spare(world), refunded()) == ("lapsed", reason, True, back)
    assert order.person.notices.filter(code="LAPSED").count() == 1
    assert sweep(at=moment) == 0


def test_unpaid_order_waits_one_working_day_for_the_cashier(world):
    order = world.order("awaiting_payment")
    last = add_workdays(order.pay_until, 1)
    assert sweep(at=last - dt.timedelta(seconds=1)) == 0
    assert sweep(at=last) == 1
    assert (Order.objects.get().ended_reason, spare(world), refunded()) == ("UNPAID", True, [])


def test_unpaid_order_does_not_lapse_over_money_that_came_in_time(world):
    order = world.order("awaiting_payment")
    Transfer.objects.create(
        bank_reference="B1",
        received_at=order.pay_until,
        amount_fen=1,
        payer_name="x",
        payer_account="1",
        reference=f"款 {order.pk}",
    )
    assert sweep(at=order.pay_until + dt.timedelta(days=9)) == 0


def test_materials_clock_stops_with_the_first_submission(world):
    order = world.order("submitted")
    assert sweep(at=order.materials_until + dt.timedelta(days=1)) == 0
    assert world.state(world.plain) == "pre_checked"


def test_lapsed_order_locks_nobody_out_of_the_organisation(world):
    order = world.order("held")
    sweep(at=order.hold_until)
    assert not Membership.objects.exists()
    assert world.start(person=world.zhao, firm="hua").person == world.zhao


def test_order_that_comes_to_nothing_takes_nobody_out_of_an_organisation_with_numbers(world):
    world.order("working")
    cancel(world.order("held", world.second), by=actor_of(world.hua), at=world.at)
    assert Membership.objects.get().person == world.hua


@pytest.mark.django_db(transaction=True)
def test_order_cancelled_and_lapsed_at_once_ends_once_with_one_refund(world, at_once):
    order = world.order("paid")
    results = at_once(
        lambda: cancel(order, by=actor_of(world.hua), at=world.at), lambda: sweep(at=order.materials_until)
    )
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, OrderConflict)]
    assert Order.objects.get().state in {"cancelled", "lapsed"}
    assert (len(refunded()), world.state(world.plain)) == (1, "spare")
