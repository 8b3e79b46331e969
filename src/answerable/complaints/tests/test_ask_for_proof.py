"""A report may have a line proven anew; the holder never learns which report it was."""

import pytest

from answerable.complaints.actions import ask_for_proof, report
from answerable.parties.errors import NotPermitted
from answerable.parties.notices import render
from answerable.verification.errors import AskedAlready, NothingToAsk


@pytest.fixture
def told(world):
    world.order("working")
    return report(
        world.plain, report_class="fraud", text="冒充客服", money_paid=False, contact="", called_on=None, at=world.at
    )


def test_risk_officer_asks_and_the_report_is_in_hand(world, told):
    one = ask_for_proof(told, world.line, staff=world.staff("sun"), at=world.at)
    told.refresh_from_db()
    assert (one.ground, one.level, one.line, told.state) == ("complaint", 2, world.line, "in_hand")


def test_holder_is_not_told_which_report(world, told):
    ask_for_proof(told, world.line, staff=world.staff("sun"), at=world.at)
    notice = world.hua.notices.get(code="RECHECK_ASKED")
    said = render(notice, "zh-hans") + render(notice, "en") + str(notice.params)
    assert told.pk not in said
    assert "冒充" not in said


def test_same_line_is_asked_for_once(world, told):
    ask_for_proof(told, world.line, staff=world.staff("sun"), at=world.at)
    with pytest.raises(AskedAlready):
        ask_for_proof(told, world.line, staff=world.staff("sun"), at=world.at)


def test_line_that_is_not_bound_is_nothing_to_ask(world, told):
    with pytest.raises(NothingToAsk):
        ask_for_proof(told, "01012345678", staff=world.staff("sun"), at=world.at)


def test_nobody_else_asks(world, told):
    with pytest.raises(NotPermitted):
        ask_for_proof(told, world.line, staff=world.staff("zheng"), at=world.at)


def test_button_at_the_desk(world, told, browser):
    sun = browser(world.staff("sun"))
    assert "要求新的线路证明" in sun.get(f"/desk/risk/reports/{told.pk}/").content.decode()
    assert sun.post(f"/desk/risk/reports/{told.pk}/proof/", {"line": world.line}).status_code == 302
    assert sun.post(f"/desk/risk/reports/{told.pk}/proof/", {"line": world.line}).status_code == 422
    assert "重新提交线路" in sun.get(f"/desk/risk/reports/{told.pk}/").content.decode()
