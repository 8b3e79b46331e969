"""Who acts for whom, and that only an organisation can hold a number."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.parties import errors
from answerable.parties.actions import act_for, leave
from answerable.parties.models import Authorisation, Enterprise, Membership, SubjectType
from answerable.parties.queries import register_entry, require_authorisation
from answerable.trail.actors import system


def act(world, person, role="handler"):
    return act_for(person, world.firm("hua"), role=role, at=world.at)


def test_registers_own_words_are_kept(world):
    enterprise, entry = act(world, world.hua), world.firm("hua")
    assert (enterprise.name, enterprise.address, enterprise.legal_representative) == (
        entry.name,
        entry.address,
        entry.legal_representative,
    )


def test_stranger_cannot_act_for_an_organisation_that_somebody_acts_for(world):
    act(world, world.hua)
    with pytest.raises(errors.EnterpriseHasOthers):
        act(world, world.zhao)
    assert not world.zhao.memberships.exists()


def test_person_may_change_the_role(world):
    enterprise = act(world, world.hua, "handler")
    act(world, world.hua, "legal_representative")
    assert enterprise.memberships.get().role == "legal_representative"


def test_whoever_left_locks_nobody_out(world):
    leave(world.hua, act(world, world.hua), by=system("test"), at=world.at)
    assert act(world, world.zhao).memberships.get().person == world.zhao


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [True, False])
def test_of_two_strangers_at_once_one_acts_for_the_organisation(world, at_once, is_known):
    if is_known:
        leave(world.hua, act(world, world.hua), by=system("test"), at=world.at)
    results = at_once(lambda: act(world, world.hua), lambda: act(world, world.zhao))
    assert sorted(type(r).__name__ for r in results) == ["Enterprise", "EnterpriseHasOthers"]
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("kind", ["person", "natural_person", "individual", ""])
def test_database_refuses_a_person_as_holder(world, kind):
    """MIIT 452 (七)一: only organisations may hold a 400 number."""
    enterprise = act(world, world.hua)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(subject_type=kind)


def test_there_is_no_kind_of_holder_for_a_person():
    """MIIT 452 (七)一."""
    assert set(SubjectType.values) == {
        "company",
        "sole_trader",
        "public_institution",
        "social_organisation",
        "government",
    }


@pytest.mark.parametrize("code", ["31011519800101001", "91310115MA1DEM01", "9131011" + "I" * 11, ""])
def test_database_refuses_what_cannot_be_a_credit_code(world, code):
    enterprise = act(world, world.hua)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.filter(pk=enterprise.pk).update(credit_code=code)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", errors.CreditCodeInvalid), ("310115198001010017", errors.CreditCodeInvalid), ("91310115MA1DEM0100", errors.CreditCodeInvalid),
        ("华建国", errors.CreditCodeInvalid), ("\x00", errors.CreditCodeInvalid),
    ],
)  # fmt: skip
def test_code_of_no_organisation_is_refused(world, typed, problem):
    with pytest.raises(problem):
        register_entry(typed)


def test_organisation_that_is_not_in_the_register_is_refused(world):
    entry = world.firm("hua")
    code, _ = entry.credit_code, entry.delete()
    with pytest.raises(errors.NotInRegister):
        register_entry(code)


def test_code_is_found_in_any_spelling(world):
    code = world.credit_code("hua")
    assert register_entry(f" {code[:8].lower()} {code[8:].lower()}").credit_code == code


@pytest.mark.parametrize(("days", "is_in_force"), [(-1, False), (0, True), (10, True), (11, False)])
def test_without_an_authorisation_in_force_nothing_is_handled(world, days, is_in_force):
    first = dt.date(2026, 3, 10)
    Authorisation.objects.update(since=first, until=first + dt.timedelta(days=10))
    moment = dt.datetime.combine(first, dt.time(0, 30), world.at.tzinfo) + dt.timedelta(days=days)
    if is_in_force:
        assert require_authorisation(moment, "telecom").since == first
    else:
        with pytest.raises(errors.AuthorisationNotInForce):
            require_authorisation(moment, "telecom")


def test_day_of_the_authorisation_is_a_day_in_china(world):
    first = dt.date(2026, 3, 10)
    Authorisation.objects.update(since=first, until=first)
    assert require_authorisation(dt.datetime(2026, 3, 9, 16, 0, tzinfo=dt.UTC), "telecom").until == first
    with pytest.raises(errors.AuthorisationNotInForce):
        require_authorisation(dt.datetime(2026, 3, 10, 16, 0, tzinfo=dt.UTC), "telecom")
