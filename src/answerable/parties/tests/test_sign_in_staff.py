"""Staff sign in by password and a one-time code that is used once."""

import datetime as dt

import pytest

from answerable.parties import errors
from answerable.parties.actions import sign_in_staff
from answerable.parties.models import SignInFailure, Staff

STEP = dt.timedelta(seconds=30)


def sign_in(world, username="lin", password=None, code=None, at=None):
    at = at or world.at
    return sign_in_staff(username, world.password if password is None else password, code or world.code(at), at=at)


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
