"""The risk officer stops a number; its holder is told reason, remedy and documents, and who lifts it tells too."""

import pytest

from answerable.numbers.states import STOP_REASONS
from answerable.orders.actions import lift, stop
from answerable.parties.errors import NotPermitted
from answerable.parties.notices import render


def test_holder_is_told_each_reason_with_channel_and_documents(world):
    order, sun = world.order("opening"), world.staff("sun")
    for reason in STOP_REASONS:
        stop(world.number(world.plain), reason, staff=sun, at=world.at)
        lift(world.number(world.plain), staff=sun, at=world.at)
        told = order.person.notices.filter(code="STOPPED").latest("id")
        assert STOP_REASONS[reason][0] in render(told, "zh-hans")
        assert STOP_REASONS[reason][1] in render(told, "en")
        assert "北京西单营业厅" in told.params["channel_zh"]
        assert told.params["documents_zh"]


def test_holder_is_told_of_the_lift(world):
    order = world.order("opening")
    stop(world.number(world.plain), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    lift(world.number(world.plain), staff=world.staff("sun"), at=world.at)
    assert order.person.notices.filter(code="LIFTED").count() == 1


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "gong"])
def test_nobody_but_the_risk_officer_stops_or_lifts(world, username):
    world.order("opening")
    for deed in (
        lambda staff: stop(world.number(world.plain), "ARREARS", staff=staff, at=world.at),
        lambda staff: lift(world.number(world.plain), staff=staff, at=world.at),
    ):
        with pytest.raises(NotPermitted):
            deed(world.staff(username))
    assert world.state(world.plain) == "opening"
