"""Take over a present ledger: each line enters as unverified or is refused with its reason."""

import pytest

from answerable.numbers.errors import LedgerUnreadable
from answerable.numbers.ledger import import_ledger
from answerable.numbers.models import Destination, ImportLine, Number
from answerable.parties.models import Enterprise
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.trail.models import Fact

BY = system("test")


def ledger(world, *rows):
    text = "number,credit_code,line\n" + "".join(f"{number},{code},{line}\n" for number, code, line in rows)
    return import_ledger(text.encode(), by=BY, at=world.at)


def test_good_line_enters_as_unverified(world):
    (outcome,) = ledger(world, ("400-877-1357", world.credit_code("hua"), "021-6123 4567"))
    assert (outcome.row, outcome.problem) == (2, None)
    number = world.number("4008771357")
    assert (number.business_state, number.holder.credit_code, number.verified_until) == (
        "unverified",
        world.credit_code("hua"),
        None,
    )
    assert list(number.destinations.values_list("line", "proven_until")) == [("02161234567", None)]


def test_call_to_an_imported_number_is_not_connected(world):
    ledger(world, (world.plain, world.credit_code("hua"), world.line))
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == 0


@pytest.mark.parametrize(
    ("number", "firm", "line", "code"),
    [
        ("4002001357", "hua", "02161234567", "NOT_A_400_NUMBER"), ("12345", "hua", "02161234567", "NOT_A_400_NUMBER"),
        ("", "hua", "02161234567", "NOT_A_400_NUMBER"), ("4008771357", "91310115MA1DEM0199", "02161234567", "CREDIT_CODE_INVALID"),
        ("4008771357", "", "02161234567", "CREDIT_CODE_INVALID"), ("4008771357", "91110000MA00DEM0", "02161234567", "CREDIT_CODE_INVALID"),
        ("4008771357", "hua", "17012345678", "LINE_REFUSED"), ("4008771357", "hua", "", "LINE_REFUSED"),
        ("4008002579", "hua", "02161234567", "NUMBER_TAKEN"),
    ],
)  # fmt: skip
def test_line_is_refused_with_its_reason_and_leaves_nothing(world, number, firm, line, code):
    world.order("held", world.second, person=world.zhao, firm="zhao")
    enterprises, facts = Enterprise.objects.count(), Fact.objects.count()
    firm = world.credit_code(firm) if firm == "hua" else firm
    (outcome,) = ledger(world, (number, firm, line))
    assert outcome.problem.code == code
    assert (Enterprise.objects.count(), Fact.objects.count()) == (enterprises, facts)
    assert not Number.objects.filter(business_state="unverified").exists()
    assert ImportLine.objects.get().outcome == code


def test_bad_line_does_not_keep_the_good_ones_out(world):
    outcomes = ledger(
        world, ("12345", world.credit_code("hua"), world.line), ("4008771357", world.credit_code("hua"), world.line)
    )
    assert [(o.row, o.problem is None) for o in outcomes] == [(2, False), (3, True)]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00broken", "编号,代码\n1,2\n".encode(), b"", b'number,credit_code,line\n"400', "号码".encode("gb18030"),
        b"number,credit_code\n4008771357,x\n",
    ],
)  # fmt: skip
def test_broken_file_changes_nothing(world, content):
    with pytest.raises(LedgerUnreadable):
        import_ledger(content, by=BY, at=world.at)
    assert (ImportLine.objects.count(), Fact.objects.count(), Destination.objects.count()) == (0, 0, 0)


def test_same_file_twice_changes_nothing(world):
    rows = ((world.plain, world.credit_code("hua"), world.line), ("12345", world.credit_code("hua"), world.line))
    first = ledger(world, *rows)
    facts = Fact.objects.count()
    second = ledger(world, *rows)
    assert [(o.row, o.number, getattr(o.problem, "code", "")) for o in first] == [
        (o.row, o.number, getattr(o.problem, "code", "")) for o in second
    ]
    assert (Fact.objects.count(), ImportLine.objects.count(), Destination.objects.count()) == (facts, 2, 1)


def test_file_with_a_byte_order_mark_and_more_columns_is_read(world):
    text = f"\ufeffnumber,name,credit_code,line\n{world.plain},甲,{world.credit_code('hua')},{world.line}\n"
    assert [o.problem for o in import_ledger(text.encode(), by=BY, at=world.at)] == [None]
