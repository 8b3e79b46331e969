"""The 12321 centre's file: right rows are taken once, wrong ones named by line; the answer goes back as a file."""

import pytest

from answerable.complaints import errors
from answerable.complaints.actions import answer, take_over
from answerable.complaints.handover import answer_rows
from answerable.complaints.models import Report
from answerable.lib.tables import TableUnreadable
from answerable.parties.errors import NotPermitted

HEAD = "reference,number,class,kind,paid_at,called_on,mobile,text\n"


@pytest.fixture
def take(world):
    return lambda text, encoding="utf-8": take_over(
        (HEAD + text).encode(encoding), staff=world.staff("sun"), at=world.at
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_file_of_either_encoding_is_read(world, take, encoding):
    take("N1,400-800-1357,fraud,loan,2026-03-10 09:30,2026-03-10,139 0000 0004,冒充客服\n", encoding)
    made = Report.objects.get()
    assert (made.number, made.text, made.source, made.external_reference, made.is_urgent) == (
        world.plain, "冒充客服", "12321", "N1", True,
    )  # fmt: skip


def test_wrong_rows_are_named_by_line_and_the_right_ones_taken(world, take):
    done = take(
        f"N1,{world.plain},收费争议,,,,,\n,{world.plain},price,,,,,\nN3,110,price,,,,,\nN4,{world.plain},rage,,,,,\n"
        f"N5,{world.plain},price,loan,,,,\nN6,{world.plain},price,,noon,,,\nN7,{world.plain},price,,,,110,\nN8,4008999999,price,,,,,\n"
        f"N9,{world.plain},price,,2027-01-01 00:00,,,\n"
    )
    assert [line for line, _ in done.refused] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert (done.handover.taken, done.handover.refused, Report.objects.get().report_class) == (1, 8, "price")
    assert all(problem.text("zh-hans") and problem.text("en") for _, problem in done.refused)


def test_same_reference_twice_is_one_report(world, take):
    row = f"N1,{world.plain},price,,,,,\n"
    assert [(d.handover.taken, d.handover.known) for d in (take(row + row), take(row))] == [(1, 1), (0, 1)]
    assert Report.objects.count() == 1


def test_answer_file_says_where_each_report_stands(world, take):
    done = take(f"N1,{world.plain},price,,,,,\nN2,{world.plain},price,,,,,\n")
    one = Report.objects.get(external_reference="N2")
    answer(one, "已退费", staff=world.staff("sun"), at=world.at)
    rows = list(answer_rows(done.handover))[1:]
    assert [(r[0], r[3], r[7]) for r in rows] == [("N1", "已收到", ""), ("N2", "已答复", "已退费")]


def test_what_is_no_table_or_empty_is_refused(world, take):
    with pytest.raises(errors.HandoverRefused):
        take("")
    with pytest.raises(TableUnreadable):
        take_over(b"a,b\n1,2\n", staff=world.staff("sun"), at=world.at)
    with pytest.raises(NotPermitted):
        take_over(HEAD.encode(), staff=world.staff("lin"), at=world.at)
