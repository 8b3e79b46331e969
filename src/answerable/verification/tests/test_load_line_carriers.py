"""A bound line that moved to another carrier is to be proven anew (carriers' requirement 2017)."""

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.decide import Call, Connect, decide
from answerable.lib.tables import LinesRefused
from answerable.numbers.actions import bind_line
from answerable.numbers.models import Destination, LineCarrier
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import load_line_carriers
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import Recheck

BY = system("test")


@pytest.fixture
def load(world):
    world.order("working")

    def load(*rows):
        header = "digits,carrier,kind" if any(row.count(",") > 1 for row in rows) else "digits,carrier"
        return load_line_carriers("\n".join([header, *rows]).encode(), by=BY, at=world.at)

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


@pytest.mark.parametrize(
    "row", ["021,virtual", "abc,telecom", ",telecom", "2,telecom", "0216123456789,telecom", "021,telecom,voice"]
)
def test_bad_row_refuses_the_whole_file(world, load, row):
    with pytest.raises(LinesRefused):
        load("010,telecom", row)
    assert LineCarrier.objects.count() == 0


def test_loading_is_one_fact(world, load):
    load("021,telecom", "010,unicom")
    assert Fact.objects.get(what="lines.loaded").after == {"rows": 2, "moved": 0, "known": 1}


@pytest.mark.parametrize("kind", ["virtual", "voip"])
def test_line_whose_range_is_refused_now_is_asked_for_once_even_where_its_carrier_was_unknown(world, load, kind):
    """Carriers' requirement 2017: a proof of a line that turned virtual or VoIP does not run on to its end."""
    assert [load(f"02161,telecom,{kind}")[1] for _ in range(2)] == [1, 0]
    one = Recheck.objects.get()
    assert (one.ground, one.level, one.line, one.about) == ("range_refused", 2, world.line, f"ordinary→{kind}")
    record = compile_numbers([world.plain])[world.plain]
    after = decide(record, Call("trunk", ("13800138000",)), one.deadline.timestamp(), one.deadline.timestamp(), False)
    assert after.refusal.code == "DESTINATION_NOT_PROVEN"


def test_range_that_is_ordinary_again_asks_nothing(world, load):
    load("021,telecom,virtual")
    assert load("02161,telecom,ordinary") == (1, 0)
    assert Destination.objects.get(line=world.line).range_kind == "ordinary"


def test_table_without_kinds_holds_ordinary_ranges(load):
    load("021,telecom")
    assert LineCarrier.objects.get().kind == "ordinary"


@pytest.mark.parametrize(("kind", "code"), [("virtual", "D06"), ("voip", "D07")])
def test_evaluation_flags_a_line_of_a_refused_range_and_bars_its_submission(world, load, kind, code):
    dossier = world.dossier(world.order("paid", world.second))
    dossier.line = "02161230000"
    load(f"0216123,telecom,{kind}")
    barred = {f.code for f in bars(evaluate(dossier, at=world.at))}
    assert code in barred
    load(f"{dossier.line},telecom,ordinary")
    assert code not in {f.code for f in bars(evaluate(dossier, at=world.at))}


def test_database_refuses_a_kind_that_is_not_known(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        LineCarrier.objects.create(digits="021", carrier="telecom", kind="radio", loaded_at=world.at)
