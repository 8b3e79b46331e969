"""Which lines a number may ring, and in which order."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers import errors
from answerable.numbers.actions import bind_line, order_lines, prove_line, remove_line, replace_first_line
from answerable.numbers.models import Destination, LineCarrier
from answerable.trail.actors import system

BY = system("test")


def lines(world):
    return list(
        Destination.objects.filter(number=world.plain, removed_at=None).values_list("line", "position", "ring_seconds")
    )


@pytest.mark.parametrize(
    "typed", ["02161234567", "021-6123 4567", "（021）６１２３４５６７", "+86 21 61234567", "0086 21 6123-4567"]
)
def test_fixed_line_is_bound_in_any_spelling(world, typed):
    bound = bind_line(world.plain, typed, by=BY, at=world.at)
    assert (bound.line, bound.kind, bound.position, bound.proven_until) == ("02161234567", "fixed", 1, None)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("17012345678", "170 "), ("17112345678", "171 "), ("16212345678", "virtual operator"), ("17901 02161234567", "internet-telephony"),
        ("+1 212 555 0100", "foreign"), ("00852 2123 4567", "foreign"), ("4008001357", "400 or 800"), ("800 810 8888", "400 or 800"),
        ("95588", "95 or 96"), ("96110", "95 or 96"), ("10086", "short"), ("12345", "short"), ("", "area code"), ("61234567", "area code"),
        ("总机转801", "area code"), ("13800138000", "policy, not by law"),
    ],
)  # fmt: skip
def test_line_that_no_number_may_ring_is_refused_with_its_reason(world, typed, word):
    with pytest.raises(errors.LineRefused) as refused:
        bind_line(world.plain, typed, by=BY, at=world.at)
    assert word in str(refused.value)
    assert lines(world) == []


@pytest.mark.parametrize(
    ("kind", "reason"), [("virtual", "virtual operator's range"), ("voip", "internet-telephony line")]
)
def test_line_of_a_range_that_the_loaded_table_names_is_refused(world, kind, reason):
    """Carriers' requirement 2017: no line of a virtual operator (D06), none of internet telephony (D07)."""
    LineCarrier.objects.create(digits="021612", carrier="telecom", kind=kind, loaded_at=world.at)
    with pytest.raises(errors.LineRefused, match=reason):
        bind_line(world.plain, world.line, by=BY, at=world.at)
    LineCarrier.objects.create(digits="0216123456", carrier="telecom", kind="ordinary", loaded_at=world.at)
    assert bind_line(world.plain, world.line, by=BY, at=world.at).line == world.line


@pytest.mark.parametrize(("typed", "word"), [("17012345678", "170 "), ("17112345678", "171 ")])
def test_what_the_law_names_stays_refused_whatever_the_table_says(world, settings, typed, word):
    settings.MOBILE_DESTINATIONS_ALLOWED = True
    LineCarrier.objects.create(digits=typed[:11], carrier="telecom", kind="ordinary", loaded_at=world.at)
    with pytest.raises(errors.LineRefused, match=word):
        bind_line(world.plain, typed, by=BY, at=world.at)


def test_mobile_is_bound_where_the_operator_allows_it_but_never_first(world, settings):
    settings.MOBILE_DESTINATIONS_ALLOWED = True
    with pytest.raises(errors.LineRefused, match="first line must be a fixed line"):
        bind_line(world.plain, "13800138000", by=BY, at=world.at)
    bind_line(world.plain, world.line, by=BY, at=world.at)
    bind_line(world.plain, "13800138000", by=BY, at=world.at)
    assert lines(world) == [("02161234567", 1, 25), ("13800138000", 2, 25)]


def test_line_is_bound_once(world):
    bind_line(world.plain, world.line, by=BY, at=world.at)
    with pytest.raises(errors.LineBound):
        bind_line(world.plain, "021-61234567", by=BY, at=world.at)


def test_number_has_ten_lines_at_most(world):
    for tail in range(10):
        bind_line(world.plain, f"0216123450{tail}", by=BY, at=world.at)
    with pytest.raises(errors.TooManyLines):
        bind_line(world.plain, world.line, by=BY, at=world.at)


def test_database_refuses_a_line_of_another_kind(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Destination.objects.create(
            number_id=world.plain, line="17012345678", kind="voip", position=1, added_at=world.at
        )


def test_first_line_can_be_replaced_until_it_is_proven(world):
    replace_first_line(world.plain, world.line, by=BY, at=world.at)
    replace_first_line(world.plain, "02161234568", by=BY, at=world.at)
    assert lines(world) == [("02161234568", 1, 25)]
    prove_line(world.plain, "02161234568", until=world.at, by=BY, at=world.at)
    with pytest.raises(errors.NotProven):
        replace_first_line(world.plain, world.line, by=BY, at=world.at)


def test_refused_replacement_keeps_the_line_that_was_there(world):
    replace_first_line(world.plain, world.line, by=BY, at=world.at)
    with pytest.raises(errors.LineRefused):
        replace_first_line(world.plain, "17012345678", by=BY, at=world.at)
    assert lines(world) == [("02161234567", 1, 25)]


def test_first_line_stays_while_no_other_proven_line_could_take_its_place(world):
    first = bind_line(world.plain, world.line, by=BY, at=world.at)
    other = bind_line(world.plain, "02161234568", by=BY, at=world.at)
    prove_line(world.plain, world.line, until=world.at + dt.timedelta(days=1), by=BY, at=world.at)
    with pytest.raises(errors.NotProven):
        remove_line(world.plain, first.pk, by=BY, at=world.at)
    prove_line(world.plain, other.line, until=world.at + dt.timedelta(days=1), by=BY, at=world.at)
    remove_line(world.plain, first.pk, by=BY, at=world.at)
    assert lines(world) == [("02161234568", 1, 25)]


def test_another_numbers_line_cannot_be_removed(world):
    theirs = bind_line(world.second, world.line, by=BY, at=world.at)
    with pytest.raises(errors.NumberUnknown):
        remove_line(world.plain, theirs.pk, by=BY, at=world.at)


def test_lines_ring_in_the_order_that_was_set(world):
    first, second = (bind_line(world.plain, f"0216123456{n}", by=BY, at=world.at) for n in (1, 2))
    order_lines(world.plain, [(second.pk, 40), (first.pk, 900)], by=BY, at=world.at)
    assert lines(world) == [("02161234562", 1, 40), ("02161234561", 2, 60)]


@pytest.mark.parametrize("wrong", [[], [(999_999, 25)]])
def test_order_that_names_other_lines_is_refused(world, wrong):
    bind_line(world.plain, world.line, by=BY, at=world.at)
    with pytest.raises(errors.NotProven):
        order_lines(world.plain, wrong, by=BY, at=world.at)
    assert lines(world) == [("02161234567", 1, 25)]
