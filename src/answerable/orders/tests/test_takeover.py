"""A number that a present ledger brought is taken over by the holder the ledger names, with every proof of a new one."""

import datetime as dt

import pytest

from answerable.billing.models import Refund, Transfer
from answerable.lib.workdays import CHINA
from answerable.numbers.ledger import import_ledger
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders import errors
from answerable.orders.actions import cancel, lift, stop, sweep, take_over
from answerable.orders.clocks import clock_of
from answerable.orders.eligibility import bars
from answerable.orders.models import Order
from answerable.orders.terms import add_months
from answerable.parties.actions import actor_of
from answerable.parties.errors import AuthorisationNotInForce, EnterpriseHasOthers
from answerable.parties.models import Authorisation, Enterprise, Membership
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.verification.models import Dossier

STOCK = "4008771357"


def stock(world, *numbers, firm="hua", paid_until=""):
    rows = "".join(f"{number},{world.credit_code(firm)},{world.line},{paid_until}\n" for number in numbers)
    text = "number,credit_code,line,paid_until\n" + rows
    outcomes = import_ledger(text.encode(), by=system("test"), at=world.at)
    assert [o.problem for o in outcomes] == [None] * len(numbers)


def begin(world, number=STOCK, *, firm="hua", person=None, **changes):
    asked = {"role": "legal_representative", "use": "own", "industry": "manufacturing", "at": world.at} | changes
    return take_over(number, person=person or world.hua, entry=world.firm(firm), **asked)


@pytest.fixture
def order(world):
    stock(world, STOCK)
    return begin(world)


def signed(world, order):
    world.sign(order)
    order.refresh_from_db()
    return order


def to_approval(world, order):
    signed(world, order)
    world.submit(order)
    world.handle(order)
    world.review(order, "lin")
    world.review(order, "zhou")


def test_ledgers_holder_takes_its_number_over_without_paying_and_it_works(world, order):
    assert (order.kind, order.state, order.price_fen, world.state(STOCK)) == ("takeover", "held", 0, "unverified")
    assert signed(world, order).state == "paid"
    assert clock_of(order, world.dossier(order)).until == world.at + dt.timedelta(days=15)
    assert world.dossier(order).line == world.line
    assert world.submit(order).state == "submitted"
    assert world.state(STOCK) == "pre_checked"
    world.handle(order)
    world.review(order, "lin")
    assert Number.objects.get(pk=STOCK).verified_until is None
    world.review(order, "zhou")
    world.open(order)
    assert world.state(STOCK) == "opening"
    world.work(order)
    order.refresh_from_db()
    assert (world.state(STOCK), order.state, Transfer.objects.count()) == ("working", "completed", 0)
    assert Tenure.objects.get(number=STOCK, until=None).holder == order.enterprise
    assert Destination.objects.get(number=STOCK).proven_until is not None
    assert compile_numbers([STOCK])[STOCK]["verified_until"] > world.at.timestamp()


@pytest.mark.parametrize(
    ("paid_until", "end"),
    [
        ("2027-08-31", dt.datetime(2027, 8, 31, 23, 59, 59, tzinfo=CHINA)),
        ("2026-03-12", 1),
        ("2025-01-01", 1),
        ("", 12),
    ],
)
def test_first_term_is_what_the_ledger_says_was_paid_and_leaves_a_month_to_renew(world, paid_until, end):
    stock(world, STOCK, paid_until=paid_until)
    order = begin(world)
    to_approval(world, order)
    world.open(order)
    expected = add_months(world.at, end) if isinstance(end, int) else end
    assert Number.objects.get(pk=STOCK).paid_until == expected


def test_contract_says_that_nothing_is_paid(world, order):
    (line,) = order.price["lines"]
    assert (line["fen"], order.price["total_fen"]) == (0, 0)
    assert bytes(order.contract_pdf).startswith(b"%PDF")
    assert order.contract_pages >= 1


def test_stranger_is_refused_and_learns_nothing_of_the_holder(world):
    stock(world, STOCK)
    with pytest.raises(errors.NotTheLedgersHolder) as refused:
        begin(world, firm="zhao", person=world.zhao)
    assert world.firm("hua").name not in refused.value.text("zh-hans") + refused.value.text("en")
    assert (Order.objects.count(), Membership.objects.count(), world.state(STOCK)) == (0, 0, "unverified")


@pytest.mark.parametrize("stage", ["held", "working"])
def test_only_an_unverified_number_is_taken_over(world, stage):
    world.order(stage)
    for number in (world.plain, world.second):
        with pytest.raises(errors.TakeoverNotPossible):
            begin(world, number)


def test_number_is_taken_over_once_at_a_time(world, order):
    with pytest.raises(errors.TakeoverNotPossible):
        begin(world)
    assert Order.objects.get() == order


def test_second_person_waits_for_the_first_who_is_not_proven(world, order):
    stock(world, "4008771359")
    with pytest.raises(EnterpriseHasOthers):
        begin(world, "4008771359", person=world.zhao)


def test_eligibility_is_asked(world):
    stock(world, STOCK, firm="listed")
    with pytest.raises(errors.NotEligible):
        begin(world, firm="listed")
    with pytest.raises(errors.NotEligible):
        begin(world, firm="listed", industry="loans")
    assert not Order.objects.exists()


def test_nothing_is_taken_over_without_an_authorisation_in_force(world):
    stock(world, STOCK)
    Authorisation.objects.update(until=world.at.date() - dt.timedelta(days=1))
    with pytest.raises(AuthorisationNotInForce):
        begin(world)


def test_number_that_is_taken_over_is_not_counted_twice(world):
    numbers = ["4008771350", "4008771351", "4008771352"]
    stock(world, *numbers)
    Enterprise.objects.update(quota=2)
    assert [begin(world, number).state for number in numbers[:2]] == ["held", "held"]
    with pytest.raises(errors.NotEligible) as refused:
        begin(world, numbers[2])
    assert "上限" in refused.value.text("zh-hans")


def test_numbers_of_the_ledger_count_once_against_a_new_one(world):
    stock(world, STOCK)
    asked = {
        "carrier": "telecom",
        "industry": "manufacturing",
        "use": "own",
        "person": world.hua,
        "day": world.at.date(),
    }
    begin(world)
    Enterprise.objects.update(quota=2)
    assert bars(world.firm("hua"), **asked) == []
    Enterprise.objects.update(quota=1)
    assert [bar.reason for bar in bars(world.firm("hua"), **asked)] == ["E08"]


@pytest.mark.parametrize("stage", ["held", "signed", "submitted", "approved", "opening"])
def test_takeover_that_comes_to_nothing_leaves_the_number_to_its_holder_unverified(world, order, stage):
    if stage == "signed":
        signed(world, order)
    elif stage == "submitted":
        signed(world, order)
        world.submit(order)
    elif stage in {"approved", "opening"}:
        to_approval(world, order)
        if stage == "opening":
            world.open(order)
    cancel(order, by=actor_of(world.hua), at=world.at)
    number = Number.objects.get(pk=STOCK)
    assert (number.business_state, number.holder, number.verified_until) == ("unverified", order.enterprise, None)
    assert list(Destination.objects.filter(number=STOCK).values_list("removed_at", "proven_until")) == [(None, None)]
    assert not Dossier.objects.exclude(state="revoked").exists()
    assert (Refund.objects.count(), compile_numbers([STOCK])[STOCK]["verified_until"]) == (0, 0)
    assert begin(world).state == "held"


def test_unsigned_takeover_lapses_after_seven_days_and_locks_nobody_out(world, order):
    end = world.at + dt.timedelta(days=7)
    assert [sweep(at=end - dt.timedelta(seconds=1)), sweep(at=end)] == [0, 1]
    assert begin(world, person=world.zhao).person == world.zhao


def test_takeover_without_materials_lapses(world, order):
    signed(world, order)
    assert sweep(at=world.at + dt.timedelta(days=15)) == 1
    assert (Order.objects.get().ended_reason, world.state(STOCK)) == ("NO_MATERIALS", "unverified")


def test_declined_takeover_leaves_the_number_unverified(world, order):
    signed(world, order)
    world.submit(order)
    world.handle(order)
    world.review(order, "lin", "decline", ("E05",))
    world.follow(order)
    assert (Order.objects.get().state, world.state(STOCK)) == ("declined", "unverified")


def test_stop_is_not_escaped_by_cancelling_the_takeover(world, order):
    to_approval(world, order)
    world.open(order)
    stop(Number.objects.get(pk=STOCK), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    cancel(order, by=actor_of(world.hua), at=world.at)
    assert (world.state(STOCK), Number.objects.get(pk=STOCK).stop_reason) == ("suspended", "FRAUD_ORDER")
    lift(Number.objects.get(pk=STOCK), staff=world.staff("sun"), at=world.at)
    assert world.state(STOCK) == "unverified"


def test_console_and_public_pages_lead_through_it(world, browser):
    stock(world, STOCK)
    client = browser(world.hua)
    for path in (f"/who/{STOCK}/", f"/numbers/{STOCK}/"):
        assert f'href="/apply/{STOCK}/"' in client.get(path).content.decode()
    assert client.post(f"/apply/{STOCK}/", {"role": "handler"}).status_code == 302
    wrong = client.post(f"/apply/{STOCK}/organisation/", {"credit_code": world.credit_code("zhao")})
    assert (wrong.status_code, wrong.context["code"]) == (422, "NOT_THE_LEDGERS_HOLDER")
    client.post(f"/apply/{STOCK}/organisation/", {"credit_code": world.credit_code("hua")})
    page = client.get(f"/apply/{STOCK}/confirm/").content.decode()
    assert "无需付款" in page
    assert 'name="package"' not in page
    done = client.post(f"/apply/{STOCK}/confirm/", {"industry": "manufacturing", "use": "own"})
    order = Order.objects.get()
    assert (done.headers["Location"], order.kind, order.role) == (f"/console/orders/{order.pk}/", "takeover", "handler")
    shown = client.get(f"/console/orders/{order.pk}/")
    assert [step.state for step in shown.context["steps"]][:2] == ["current", "to_come"]
    assert "接管存量号码" in shown.content.decode()
    assert order.pk in client.get("/console/").content.decode()
