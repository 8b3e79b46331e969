"""The holder reads what was done, appeals, and wins; a stranger sees nothing of it."""

import pytest

from answerable.numbers.models import Measure
from answerable.parties.models import Membership


@pytest.fixture
def stopped(world, browser):
    order = world.order("working")
    Membership.objects.filter(enterprise=order.enterprise).update(proven_at=world.at)
    browser(world.staff("sun")).post(
        f"/desk/risk/numbers/{world.plain}/stop/", {"level": "suspend", "reason": "COMPLAINT", "words": "三起投诉"}
    )
    return Measure.objects.get()


def test_holder_appeals_and_wins(world, browser, stopped):
    hua, zheng = browser(world.hua), browser(world.staff("zheng"))
    assert f"/console/measures/{stopped.pk}/" in hua.get(f"/console/numbers/{world.plain}/").content.decode()
    assert "三起投诉" in hua.get(f"/console/measures/{stopped.pk}/").content.decode()
    hua.post(f"/console/measures/{stopped.pk}/appeal/", {"text": "投诉人拨错了号码"})
    made = stopped.appeals.get()
    assert f"/desk/appeals/{made.pk}/" in zheng.get("/desk/appeals/").content.decode()
    zheng.post(f"/desk/appeals/{made.pk}/", {"decision": "uphold", "answer": "录音证实拨错"})
    assert world.state(world.plain) == "working"
    assert "录音证实拨错" in hua.get(f"/console/measures/{stopped.pk}/").content.decode()


def test_who_stopped_it_is_told_that_another_decides(world, browser, stopped):
    browser(world.hua).post(f"/console/measures/{stopped.pk}/appeal/", {"text": "x"})
    sun = browser(world.staff("sun"))
    path = f"/desk/appeals/{stopped.appeals.get().pk}/"
    assert "须由另一位人员核查" in sun.get(path).content.decode()
    assert sun.post(path, {"decision": "reject", "answer": "x"}).status_code == 422
    assert stopped.appeals.get().state == "open"


def test_stranger_sees_no_measure(world, browser, stopped):
    for path in (f"/console/measures/{stopped.pk}/", f"/console/measures/{stopped.pk}/appeal/"):
        assert browser(world.zhao).post(path, {"text": "x"}).status_code in {404, 405}
    assert not stopped.appeals.exists()


def test_degree_that_does_not_exist_stops_nothing(world, browser):
    world.order("working")
    form = {"level": "halt", "reason": "COMPLAINT"}
    assert browser(world.staff("sun")).post(f"/desk/risk/numbers/{world.plain}/stop/", form).status_code == 404
    assert (world.state(world.plain), Measure.objects.count()) == ("working", 0)


@pytest.mark.parametrize("level", ["warn", "limit"])
def test_lesser_degrees_leave_the_number_in_service_and_end_at_the_desk(world, browser, level):
    world.order("working")
    sun = browser(world.staff("sun"))
    sun.post(f"/desk/risk/numbers/{world.plain}/stop/", {"level": level, "reason": "COMPLAINT"})
    measure = Measure.objects.get(level=level)
    assert world.state(world.plain) == "working"
    sun.post(f"/desk/risk/measures/{measure.pk}/end/")
    measure.refresh_from_db()
    assert measure.ended_how == "lifted"
