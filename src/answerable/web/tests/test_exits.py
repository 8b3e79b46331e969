"""The pages of an exit plan: proposed, announced and closed at the desk by two, chosen in the console by the holder."""

import datetime as dt

import pytest

from answerable.exits.consent import CURRENT
from answerable.exits.models import ExitPlan, ExitStep
from answerable.exits.plans import announce_plan, close_plan, propose_closing
from answerable.numbers.models import Tenure
from answerable.parties.tests.test_agents import sign_up

DAY = dt.timedelta(days=1)


@pytest.fixture
def agent(world):
    """The agent through whom Hua's number was sold."""
    made = sign_up(world)
    order = world.order("working")
    Tenure.objects.filter(number=world.plain).delete()
    Tenure.objects.create(number_id=world.plain, holder=order.enterprise, since=world.at, agent=made)
    return made


@pytest.fixture
def desk(world, browser):
    return browser(world.staff("zheng")), browser(world.staff("wang"))


def propose(world, client, **changes):
    said = {
        "kind": "operator",
        "successor": "承接样本有限公司",
        "why": "停止经营",
        "last_day": str(world.at.date() + 92 * DAY),
    }
    answer = client.post("/desk/exits/", said | changes)
    return answer, ExitPlan.objects.first()


def test_agents_exit_is_announced_by_a_second_and_chosen_by_the_holder(world, agent, desk, browser):
    zheng, wang = desk
    answer, plan = propose(world, zheng, kind="agent", agent=str(agent.pk), how="agreed")
    page = f"/desk/exits/{plan.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert (zheng.post(f"{page}announce/").status_code, wang.post(f"{page}announce/").status_code) == (422, 302)
    hua, mine = browser(world.hua), f"/console/exits/{plan.pk}/"
    assert mine in hua.get("/console/").content.decode()
    said = {"number": [world.plain], "choice": "direct"}
    assert hua.post(f"{mine}choice/", said).status_code == 422  # no consent
    assert hua.post(f"{mine}choice/", said | {"consent": CURRENT}).status_code == 302
    assert ExitStep.objects.get().chosen_by == world.hua
    assert mine not in hua.get("/console/").content.decode()
    assert browser(world.zhao).get(mine).status_code == 404
    assert (zheng.post(f"{page}propose-close/").status_code, ExitPlan.objects.get().state) == (422, "announced")


def test_number_page_says_who_serves_its_holder_before_and_after(world, agent, desk, browser):
    zheng, hua, number = world.staff("zheng"), browser(world.hua), f"/console/numbers/{world.plain}/"
    assert hua.get(number).context["served_by"] == agent
    other = sign_up(world, firm="trader", agreement_no="XY-2026-02")
    propose(world, desk[0], kind="agent", agent=str(agent.pk), how="agreed")
    plan = announce_plan(ExitPlan.objects.get(), staff=world.staff("wang"), at=world.at)
    said = {"number": [world.plain], "choice": "agent", "agent": str(other.pk), "consent": CURRENT}
    assert hua.post(f"/console/exits/{plan.pk}/choice/", said).status_code == 302
    propose_closing(plan, staff=zheng, at=world.at + 93 * DAY)
    close_plan(plan, staff=world.staff("wang"), at=world.at + 93 * DAY)
    assert hua.get(number).context["served_by"] == other
    assert other.organisation.name in hua.get(number).content.decode()


@pytest.mark.parametrize("last_day", ["", "nonsense", "2020-01-01", "2026-02-30"])
def test_day_that_is_none_or_too_early_is_told_and_what_was_typed_stays(world, desk, last_day):
    answer, plan = propose(world, desk[0], last_day=last_day)
    assert (answer.status_code, plan, "停止经营" in answer.content.decode()) == (422, None, True)
    assert "电信条例" in answer.content.decode()


def test_receipt_is_entered_for_several_numbers_and_stands_in_the_list(world, agent, desk, browser):
    zheng, wang = desk
    world.order("working", world.second)
    _, plan = propose(world, zheng)
    page = f"/desk/exits/{plan.pk}/"
    wang.post(f"{page}announce/")
    numbers = [world.plain, world.second]
    said = {"number": numbers, "choice": "successor", "consent": CURRENT}
    assert browser(world.hua).post(f"/console/exits/{plan.pk}/choice/", said).status_code == 302
    given = {"name": "承接样本有限公司", "reference": "回执-1"}
    assert zheng.post(f"{page}receipt/", given | {"numbers": "4008000000"}).status_code == 422
    assert zheng.post(f"{page}receipt/", given | {"numbers": "，".join(numbers)}).status_code == 302
    written = b"".join(zheng.get(f"{page}numbers.csv").streaming_content).decode()
    assert [world.plain in written, world.second in written, written.count("回执-1")] == [True, True, 2]
