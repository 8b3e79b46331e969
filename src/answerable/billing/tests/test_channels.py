"""Money comes in by a channel: typed by the cashier, or as the bank's statement; each transfer enters once."""

import datetime as dt
import io

import pytest

from answerable.billing import errors
from answerable.billing.actions import collect
from answerable.billing.channels import STATEMENT_COLUMNS, BankStatement, BankTransfer
from answerable.billing.models import Transfer
from answerable.lib.tables import LinesRefused, TableUnreadable
from answerable.lib.workdays import CHINA
from answerable.trail.actors import Actor
from answerable.trail.models import Fact

QIAN = Actor("staff", "qian", "钱出纳")
ONE = "B1,2026-03-10 09:30,1200.00,甲公司,6222-1,0,A260310ABCDEF\n"
TWO = 'B2,2026-03-10T11:00,"1,288.50",乙,6222-2,1,\n'


def statement(*lines):
    return BankStatement((",".join(STATEMENT_COLUMNS) + "\n" + "".join(lines)).encode())


def take(world, channel):
    return collect(channel, by=QIAN, at=world.at)


def test_statement_enters_line_by_line(world):
    assert len(take(world, statement(ONE, TWO)).new) == 2
    rows = list(
        Transfer.objects.order_by("pk").values_list("bank_reference", "amount_fen", "payer_is_person", "reference")
    )
    assert rows == [("B1", 120_000, False, "A260310ABCDEF"), ("B2", 128_850, True, "")]
    assert Transfer.objects.get(bank_reference="B1").received_at == dt.datetime(2026, 3, 10, 9, 30, tzinfo=CHINA)


def test_statement_taken_again_adds_only_what_is_new(world):
    take(world, statement(ONE))
    again = take(world, statement(ONE, TWO))
    assert ([t.bank_reference for t in again.new], again.known) == (["B2"], 1)
    assert Fact.objects.filter(what="transfer.received").count() == 2


def test_statement_and_cashier_tell_of_one_transfer_once(world):
    typed = BankTransfer("B1", "2026-03-10 09:30", "1200", "甲公司", "6222-1", False, "A260310ABCDEF")
    assert len(take(world, typed).new) == 1
    assert take(world, statement(ONE)).known == 1
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (ONE.replace("B1", ""), "BANK_REFERENCE_MISSING"), (TWO.replace('"1,288.50"', "money"), "AMOUNT_INVALID"),
        (TWO.replace("2026-03-10T11:00", "noon"), "TIME_UNREADABLE"), (TWO.replace("2026-03-10T11:00", ""), "TIME_UNREADABLE"),
        (TWO.replace(",1,\n", ",,\n"), "PAYER_KIND_MISSING"),
    ],
)  # fmt: skip
def test_bad_line_is_named_and_nothing_of_the_statement_is_taken(world, bad, code):
    with pytest.raises(LinesRefused) as refused:
        take(world, statement(ONE, bad))
    assert [(line, problem.code) for line, problem in refused.value.lines] == [(3, code)]
    assert (Transfer.objects.count(), Fact.objects.count()) == (0, 0)


@pytest.mark.parametrize("changed", [ONE.replace("1200.00", "12.00"), ONE.replace("甲公司", "丙公司")])
def test_known_reference_with_other_money_stops_the_statement(world, changed):
    take(world, statement(ONE))
    with pytest.raises(errors.TransferDiffers):
        take(world, statement(TWO, changed))
    assert Transfer.objects.get().amount_fen == 120_000


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"reference,amount\n1,2\n"])
def test_file_that_is_no_statement_changes_nothing(world, content):
    with pytest.raises(TableUnreadable):
        take(world, BankStatement(content))


def test_cashier_uploads_a_statement_at_the_desk(world, browser):
    client, content = browser(world.staff("qian")), statement(ONE, TWO).content
    for new, known in ((2, 0), (0, 2)):
        answer = client.post("/desk/cashier/statement/", {"statement": io.BytesIO(content)}, follow=True)
        assert f"登记 {new} 笔，另有 {known} 笔已登记过" in answer.content.decode()
    bad = client.post("/desk/cashier/statement/", {"statement": io.BytesIO(content + b",,,,,,\n")})
    assert (bad.status_code, Transfer.objects.count()) == (422, 2)
    assert "第 4 行" in bad.content.decode()
    assert browser(world.staff("lin")).post("/desk/cashier/statement/").status_code == 404
