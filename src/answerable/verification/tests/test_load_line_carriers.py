"""A bound line that moved to another carrier is to be proven anew (carriers' requirement 2017)."""

import pytest

from answerable.gate.decide import Call, Connect, decide
from answerable.lib.tables import LinesRefused
from answerable.numbers.actions import bind_line
from answerable.numbers.models import Destination, LineCarrier
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import load_line_carriers
from answerable.verification.models import Recheck

BY = system("test")


@pytest.fixture
def load(world):
    world.order("working")

    def load(*rows):
        return load_line_carriers("\n".join(["digits,carrier", *rows]).encode(), by=BY, at=world.at)

    return load


def test_carrier_known_for_the_first_time_asks_nothing(world, load):
    assert load("021,telecom") == (1, 0)
    assert Destination.objects.get(line=world.line).carrier == "telecom"
    assert Recheck.objects.count() == 0


def test_moved_line_is_asked_for_at_level_two_and_lapses_at_the_deadline(world, load):
    load("021,telecom")
    assert load(f"{world.line},unicom") == (1, 1)
    one = Recheck.objects.get()
    assert (one.ground, one.level, one.line, one.about) == ("carrier_changed", 2, world.line, "telecom→unicom")
    record = compile_numbers([world.plain])[world.plain]
    call = Call("trunk", ("13800138000",))
    before, after = (
        decide(record, call, t, t, False) for t in (one.deadline.timestamp() - 1, one.deadline.timestamp())
    )
    assert isinstance(before, Connect)
    assert after.refusal.code == "DESTINATION_NOT_PROVEN"


def test_longest_digits_decide(world, load):
    load("021,telecom", "02161,mobile", f"{world.line},unicom")
    assert Destination.objects.get(line=world.line).carrier == "unicom"


def test_line_that_moves_again_is_asked_for_once(world, load):
    assert [load(f"021,{carrier}")[1] for carrier in ("telecom", "unicom", "mobile", "mobile")] == [0, 1, 0, 0]


def test_line_bound_later_knows_its_carrier(world, load):
    load("0216123,broadnet")
    assert bind_line(world.plain, "02161234568", by=BY, at=world.at).carrier == "broadnet"


def test_line_of_a_number_that_is_not_in_use_is_left_alone(world, load):
    load("021,telecom")
    Destination.objects.update(number=world.second)
    assert load("021,unicom") == (1, 0)


@pytest.mark.parametrize("row", ["021,virtual", "abc,telecom", ",telecom", "2,telecom", "0216123456789,telecom"])
def test_bad_row_refuses_the_whole_file(world, load, row):
    with pytest.raises(LinesRefused):
        load("010,telecom", row)
    assert LineCarrier.objects.count() == 0


def test_loading_is_one_fact(world, load):
    load("021,telecom", "010,unicom")
    assert Fact.objects.get(what="lines.loaded").after == {"rows": 2, "moved": 0, "known": 1}
