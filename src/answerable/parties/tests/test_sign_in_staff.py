"""Staff sign in by password and a one-time code that is used once."""

import datetime as dt
import ipaddress

import pytest

from answerable.parties import errors
from answerable.parties.actions import sign_in_staff
from answerable.parties.models import SignInFailure, Staff

STEP = dt.timedelta(seconds=30)


def sign_in(world, username="lin", *, password=None, code=None, at=None, address=None):
    at = at or world.at
    password = world.password if password is None else password
    return sign_in_staff(username, password, code or world.code(at), at=at, address=address)


def fail(world, count, *, username="sun", address=None, spread=1, at=None):
    """Write down failures, over `spread` addresses counted up from `address`."""
    base = ipaddress.ip_address(address or "198.51.100.1")
    SignInFailure.objects.bulk_create(
        SignInFailure(username=username, address=str(base + n % spread), at=at or world.at) for n in range(count)
    )


def test_password_and_code_sign_in(world):
    assert sign_in(world) == world.staff("lin")


@pytest.mark.parametrize("drift", [-1, 1])
def test_clock_may_be_one_step_off(world, drift):
    assert sign_in(world, code=world.code(world.at + drift * STEP)) == world.staff("lin")


@pytest.mark.parametrize("drift", [-2, 2])
def test_code_of_two_steps_away_is_refused(world, drift):
    with pytest.raises(errors.SignInRefused):
        sign_in(world, code=world.code(world.at + drift * STEP))


def test_code_is_used_once(world):
    sign_in(world)
    with pytest.raises(errors.SignInRefused):
        sign_in(world)
    assert sign_in(world, at=world.at + STEP)


def test_earlier_code_is_dead_after_a_later_one(world):
    sign_in(world, code=world.code(world.at + STEP))
    with pytest.raises(errors.SignInRefused):
        sign_in(world)


@pytest.mark.parametrize(
    "typed",
    [
        {"password": "wrong"},
        {"password": ""},
        {"code": "000"},
        {"username": "nobody"},
        {"username": ""},
        {"username": "x" * 300},
    ],
    ids=str,
)
def test_whatever_is_wrong_looks_the_same(world, typed):
    with pytest.raises(errors.SignInRefused) as refused:
        sign_in(world, **typed)
    assert (refused.value.code, refused.value.params) == ("SIGN_IN_REFUSED", {})
    assert SignInFailure.objects.count() == 1


def test_who_left_cannot_sign_in(world):
    Staff.objects.filter(username="lin").update(is_active=False)
    with pytest.raises(errors.SignInRefused):
        sign_in(world)


@pytest.mark.parametrize("username", ["lin", "nobody"])
def test_after_eight_failures_even_the_right_password_waits(world, username):
    SignInFailure.objects.bulk_create(SignInFailure(username=username, at=world.at) for _ in range(8))
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, username)
    assert sign_in(world, "zhou")


def test_stranger_who_fails_elsewhere_does_not_lock_a_member_of_staff_out(world):
    for _ in range(8):
        with pytest.raises(errors.SignInRefused):
            sign_in(world, "sun", password="guess", address="198.51.100.7")
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, "sun", address="198.51.100.7")
    assert sign_in(world, "sun", address="192.0.2.1") == world.staff("sun")


def test_failures_from_one_address_are_counted_over_all_names(world):
    for index in range(40):
        fail(world, 1, username=f"name{index}", address="198.51.100.7")
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, "zhou", address="198.51.100.7")
    assert sign_in(world, "zhou", address="198.51.100.8")


def test_failures_from_many_addresses_stop_every_address_but_the_ones_the_name_signs_in_from(world):
    sign_in(world, "sun", address="192.0.2.1")
    later = world.at + dt.timedelta(hours=1)
    fail(world, 199, spread=200, at=later)
    sign_in(world, "sun", address="192.0.2.2", at=later)
    fail(world, 1, address="203.0.113.9", at=later)
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, "sun", address="192.0.2.3", at=later + STEP)
    assert sign_in(world, "sun", address="192.0.2.1", at=later + STEP) == world.staff("sun")
    assert sign_in(world, "sun", address="192.0.2.3", at=later + dt.timedelta(days=1)) == world.staff("sun")


def test_own_address_is_throttled_too_and_known_for_ninety_days(world):
    sign_in(world, "sun", address="192.0.2.1")
    fail(world, 8, address="192.0.2.1", at=world.at + STEP)
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, "sun", address="192.0.2.1", at=world.at + STEP)
    late = world.at + dt.timedelta(days=90)
    fail(world, 200, spread=200, at=late)
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, "sun", address="192.0.2.1", at=late)


def test_throttle_ends_after_fifteen_minutes(world):
    SignInFailure.objects.bulk_create(SignInFailure(username="lin", at=world.at) for _ in range(8))
    late = world.at + dt.timedelta(minutes=15)
    with pytest.raises(errors.SignInThrottled):
        sign_in(world, at=late - dt.timedelta(seconds=1))
    assert sign_in(world, at=late)


@pytest.mark.django_db(transaction=True)
def test_one_code_signs_in_once_even_when_used_twice_at_once(world, at_once):
    results = at_once(*[lambda: sign_in(world)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["SignInRefused", "Staff"]
