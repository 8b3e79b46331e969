"""Roles that one person may not hold together."""

from collections import Counter as Tally

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import IntegrityError, transaction

from answerable import settings as settings_module
from answerable.parties.actions import add_staff
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Counter, Staff
from answerable.parties.queries import may
from answerable.parties.roles import NAMES, PERMISSIONS
from answerable.trail.actors import system


def add(world, roles):
    return add_staff("new", name="新", roles=roles, password="a-long-password", by=system("test"), at=world.at)


def test_password_is_kept_as_argon2(world):
    assert add(world, ["risk"]).password.startswith("argon2")


def test_shipped_argon2_costs_a_guesser_what_the_library_asks():
    """The suite itself signs in with a cheaper one (hasher.py)."""
    shipped = settings_module.PASSWORD_HASHERS
    assert shipped == [f"{Argon2PasswordHasher.__module__}.{Argon2PasswordHasher.__qualname__}"]


@pytest.mark.parametrize(
    "roles",
    [["counter", "reviewer"], ["cashier", "reviewer"], ["cashier", "counter", "reviewer"], [], ["king"]],
    ids=str,
)
def test_roles_that_do_not_go_together_are_refused(world, roles):
    with pytest.raises(NotPermitted):
        add(world, roles)
    assert not Staff.objects.filter(username="new").exists()


@pytest.mark.parametrize("roles", [["counter", "reviewer"], ["cashier", "reviewer"]], ids=str)
def test_database_refuses_a_reviewer_at_the_counter_or_the_till(world, roles):
    with pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.filter(username="lin").update(roles=roles)


@pytest.mark.parametrize("kind", ["agent", "web", ""])
def test_database_refuses_a_counter_that_is_not_the_operators_own(world, kind):
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.filter(pk="BJ-01").update(kind=kind)


def test_who_left_may_do_nothing(world):
    lin = world.staff("lin")
    assert may(lin, "review")
    lin.is_active = False
    assert not may(lin, "review")


def test_every_role_has_a_name_and_every_permission_one_holder_but_those_that_are_shared():
    assert PERMISSIONS.keys() == NAMES.keys()
    times = Tally(permission for of_role in PERMISSIONS.values() for permission in of_role)
    assert {permission: count for permission, count in times.items() if count > 1} == {
        "confirm_permits": 3,
        "decide_appeals": 2,
        "decide_disavowals": 2,
        "pass_losses": 2,
        "reconcile_register": 2,
        "review": 2,
        "see_complaints": 2,
        "see_figures": 3,
        "see_rechecks": 2,
        "see_stock_check": 2,
    }
