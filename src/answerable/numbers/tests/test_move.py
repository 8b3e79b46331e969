"""A number's life: every move that is not written down is refused, and changes nothing."""

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers.actions import move
from answerable.numbers.errors import NumberUnknown, StateConflict
from answerable.numbers.models import Number
from answerable.numbers.states import MOVES, Business
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber, Fact

BY = system("test")
REACHED_FREELY = [s for s in Business.values if s not in {"opening", "working", "suspended"}]
"""States that a row can be put into without a verified holder and a stop reason."""


def put(world, state):
    Number.objects.filter(pk=world.plain).update(
        business_state=state, held_by=world.hua, held_until=world.at, paused_until=world.at
    )


def test_every_state_has_its_moves():
    assert MOVES.keys() == set(Business.values)
    assert frozenset().union(*MOVES.values()) <= set(Business.values)


@pytest.mark.parametrize("state", REACHED_FREELY)
def test_every_illegal_move_is_refused(world, state):
    put(world, state)
    for target in set(Business.values) - MOVES[state]:
        with pytest.raises(StateConflict) as refused:
            move(world.plain, target, what="test", by=BY, at=world.at)
        assert refused.value.params == {"number": world.plain, "state": state}
    assert (world.state(world.plain), Fact.objects.count()) == (state, 0)


@pytest.mark.parametrize("stage", ["opening", "working"])
def test_number_in_service_is_not_moved_illegally(world, stage):
    world.order(stage)
    facts = Fact.objects.count()
    for target in set(Business.values) - MOVES[stage]:
        with pytest.raises(StateConflict):
            move(world.plain, target, what="test", by=BY, at=world.at)
    assert (world.state(world.plain), Fact.objects.count()) == (stage, facts)


def test_legal_move_records_one_fact_and_marks_the_number_dirty(world):
    put(world, "held")
    move(world.plain, "awaiting_payment", what="number.signed_for", by=BY, at=world.at)
    fact = Fact.objects.get()
    assert (fact.what, fact.before["business_state"], fact.after) == (
        "number.signed_for",
        "held",
        {"business_state": "awaiting_payment"},
    )
    assert DirtyNumber.objects.get().number == world.plain


def test_move_asks_for_where_it_comes_from(world):
    put(world, "locked")
    with pytest.raises(StateConflict):
        move(world.plain, "spare", what="test", by=BY, at=world.at, since=["aging"])


def test_move_of_an_unknown_number_is_refused(world):
    with pytest.raises(NumberUnknown):
        move("4008999999", "held", what="test", by=BY, at=world.at)


@pytest.mark.parametrize(
    "fields",
    [
        {"business_state": "sold"}, {"network_state": "lost"}, {"business_state": "suspended"}, {"stop_reason": "ARREARS"},
        {"business_state": "working"}, {"business_state": "opening"}, {"business_state": "held"},
    ],
    ids=str,
)  # fmt: skip
def test_database_refuses_a_nonsensical_row(world, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.filter(pk=world.plain).update(**fields)


@pytest.mark.parametrize("number", ["4002000400", "4003123456", "400800040", "5008000400", "+864008000"])
def test_database_refuses_a_number_of_no_open_range(world, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.filter(pk=world.plain).update(number=number)
