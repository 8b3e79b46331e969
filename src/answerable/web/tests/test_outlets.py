"""Is this shop authorised? Counters and agents on any day; what is not known is said to be not authorised."""

import datetime as dt

import pytest
from django.core.cache import caches

from answerable.lib.workdays import CHINA
from answerable.parties.agency import end_agency, propose_end, suspend_agent
from answerable.parties.models import Counter
from answerable.parties.outlets import outlets
from answerable.parties.tests.test_agents import sign_up

DAY = dt.timedelta(days=1)


@pytest.fixture
def ask(world, client):
    def ask(name, **more):
        caches["answers"].clear()
        return client.get("/outlets/", {"name": name, "format": "json"} | more).json()

    return ask


def state(ask, name, **more):
    (one,) = ask(name, **more)["agents"]
    return one["state"]


def test_agent_is_said_with_what_it_rests_on_by_name_or_code(world, ask):
    agent = sign_up(world)
    name, code = agent.organisation.name, agent.organisation.credit_code
    for typed in (name, code, code.lower(), f" {name[:4]} {name[4:]} "):
        (said,) = ask(typed)["agents"]
        assert said == {
            "name": name, "credit_code": code, "state": "active", "licence": "B2-20260001", "licence_scope": "信息服务业务",
            "agreement_signed_on": f"{world.at:%Y-%m-%d}", "until": f"{world.at + 365 * DAY:%Y-%m-%d}", "is_exact": typed != code.lower(),
        }  # fmt: skip


def test_state_is_that_of_the_day(world, ask):
    agent = sign_up(world)
    staff, other = world.staff("zheng"), world.staff("wang")
    first = world.at.astimezone(CHINA).date()
    suspend_agent(agent, reason="欠费", staff=staff, at=world.at + 2 * DAY)
    propose_end(agent, kind="breach", reason="代签", staff=staff, at=world.at + 3 * DAY)
    end_agency(agent, staff=other, at=world.at + 4 * DAY)
    later = world.at + 9 * DAY
    found = [outlets("示例", on=first + n * DAY, at=later).agents[0].state for n in (-1, 0, 1, 2, 3, 4)]
    assert found == ["none", "active", "active", "suspended", "suspended", "ended"]


def test_licence_that_ran_out_is_no_authorisation(world):
    sign_up(world, licence_until=world.at.date() + DAY)
    days = [outlets("示例", on=world.at.date() + n * DAY, at=world.at + 9 * DAY).agents[0].state for n in (1, 2)]
    assert days == ["active", "over"]


def test_nobody_who_acts_for_an_agent_is_told(world, client, ask):
    sign_up(world)
    said = str(ask("示例")) + client.get("/outlets/", {"name": "示例"}).content.decode()
    assert ("锐小样" in said, "赵志明" in said) == (False, False)


def test_counter_is_ours_within_its_days(world, ask):
    counter = Counter.objects.get(pk="BJ-01")
    (said,) = ask("bj-01")["counters"]
    assert (said["name"], said["address"], said["is_open"]) == (counter.name_zh, counter.address_zh, True)
    Counter.objects.filter(pk="BJ-01").update(open_until=world.at.date() - DAY)
    (said,) = ask(counter.name_zh)["counters"]
    assert said["is_open"] is False


def test_search_is_kept_a_moment_for_strangers(world, client, django_assert_num_queries):
    sign_up(world)
    first = client.get("/outlets/", {"name": "示例"})
    with django_assert_num_queries(0):
        again = client.get("/outlets/", {"name": "示例"})
    assert (first.content, first.headers["Cache-Control"]) == (again.content, "public, max-age=10")
    assert client.get("/outlets/", {"name": "样本"}).content != first.content


def test_shop_that_nobody_authorised_is_said_to_be_so(world, client, ask):
    sign_up(world)
    assert ask("不存在的店")["is_found"] is False
    page = client.get("/outlets/", {"name": "不存在的店"}).content.decode()
    assert ("没有授权" in page, "授权的代理商" in page) == (True, False)


@pytest.mark.parametrize("name", ["", "店", " 店 ", "店" * 121])
def test_name_that_is_too_short_or_too_long_is_told(world, client, name):
    program = client.get("/outlets/", {"name": name, "format": "json"})
    assert (program.status_code, program.json()["error"]) == (422, "NAME_INVALID")
    assert client.get("/outlets/", {"name": name}).status_code == (200 if not name.strip() else 422)


def test_day_that_is_none_is_told(world, client):
    program = client.get("/outlets/", {"name": "示例", "on": "2999-01-01", "format": "json"})
    assert (program.status_code, program.json()["error"]) == (422, "DAY_INVALID")


@pytest.mark.parametrize("firms", [("zhao",), ("zhao", "hua", "gone")])
def test_search_costs_three_queries_for_one_agent_and_for_more(world, django_assert_num_queries, firms):
    for serial, firm in enumerate(firms):
        sign_up(world, firm=firm, agreement_no=f"XY-{serial}")
    with django_assert_num_queries(3):
        assert len(outlets("有限公司", on=world.at.date(), at=world.at).agents) == len(firms)


def test_exact_name_is_found_with_its_brackets_and_spaces(world, ask):
    agent = sign_up(world)
    type(agent.organisation).objects.filter(pk=agent.organisation_id).update(name="示例代理（北京）有限公司")
    Counter.objects.filter(pk=Counter.objects.order_by("pk").first().pk).update(name_en="Guomao Counter")
    assert [one["name"] for one in ask("示例代理（北京）有限公司")["agents"]] == ["示例代理（北京）有限公司"]
    assert ask("示例代理(北京)")["agents"]
    assert ask("Guomao Counter")["counters"]
