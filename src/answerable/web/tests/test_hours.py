"""Opening hours between a form and the call plan."""

import pytest
from django.http import QueryDict

from answerable.routing.errors import HoursInvalid
from answerable.routing.queries import plan_of
from answerable.web.hours import from_form, to_rows


def form(rows):
    query = QueryDict(mutable=True)
    for row in rows:
        query[f"from-{row['day']}"], query[f"until-{row['day']}"] = row["from"], row["until"]
        if row["is_open"]:
            query[f"open-{row['day']}"] = "1"
    return query


@pytest.mark.parametrize(
    "hours",
    [[], [[0, 540, 1080]], [[day, 0, 1440] for day in range(7)], [[0, 1, 2], [6, 1438, 1439]], [[3, 0, 1]]],
    ids=["closed", "one day", "around the clock", "edges", "a minute"],
)
def test_hours_survive_the_form(hours):
    assert from_form(form(to_rows(hours))) == hours


def test_always_open_is_null_and_offers_office_hours():
    assert from_form(QueryDict("always=1&open-0=1")) is None
    assert [(row["is_open"], row["from"], row["until"]) for row in to_rows(None)] == [(True, "09:00", "18:00")] * 5 + [
        (False, "09:00", "18:00")
    ] * 2


@pytest.mark.parametrize("text", ["", "9", "24:00", "09:60", "x:y", "²:00", "-1:00", "09:00:00", "9.30", "９：００"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(HoursInvalid):
        from_form(QueryDict(f"open-0=1&until-0=18:00&from-0={text}"))


def test_plan_is_saved_and_shown_again(world, browser):
    world.order("working")
    client, path = browser(world.hua), f"/console/numbers/{world.plain}/plan/"
    form = {
        "open-0": "1",
        "from-0": "09:00",
        "until-0": "00:00",
        "closed_dates": "2026-10-01\r\n2026-10-02",
        "overflow_busy": "1",
    }
    assert client.post(path, form).status_code == 302
    plan = plan_of(world.plain)
    assert (plan.hours, plan.closed_dates, plan.overflow_busy, plan.overflow_no_answer) == (
        [[0, 540, 1440]],
        ["2026-10-01", "2026-10-02"],
        True,
        False,
    )
    page = client.get(path)
    assert (page.context["closed"], page.context["rows"][0]["until"]) == ("2026-10-01\n2026-10-02", "00:00")


def test_who_may_call_and_what_lines_see_are_saved_and_shown_again(world, browser):
    world.order("working")
    client, path = browser(world.hua), f"/console/numbers/{world.plain}/plan/"
    form = {
        "always": "1", "ring": "parallel", "overflow_unreachable": "1", "refused_callers": "170\r\n匿名", "who": "listed",
        "accepted_callers": "0755", "billing_number": world.line, "most_calls": "5",
    }  # fmt: skip
    assert client.post(path, form).status_code == 302
    plan = plan_of(world.plain)
    assert (plan.ring, plan.overflow_unreachable, plan.overflow_no_answer, plan.most_calls) == (
        "parallel",
        True,
        False,
        5,
    )
    assert (plan.refused_callers, plan.accepted_callers, plan.billing_number) == (
        ["170", "anonymous"],
        ["0755"],
        world.line,
    )
    page = client.get(path)
    assert (page.context["refused"], page.context["accepted"]) == ("170\nanonymous", "0755")
    wrong = client.post(path, form | {"refused_callers": "everybody"})
    assert (wrong.status_code, wrong.context["refused"]) == (422, "everybody")
    assert client.post(path, form | {"most_calls": "many"}).status_code == 422


@pytest.mark.parametrize("changes", [{"from-0": "19:00"}, {"from-0": "²:00"}, {"closed_dates": "soon"}], ids=str)
def test_plan_that_makes_no_sense_is_told_and_changes_nothing(world, browser, changes):
    world.order("working")
    form = {"open-0": "1", "from-0": "09:00", "until-0": "18:00"} | changes
    assert browser(world.hua).post(f"/console/numbers/{world.plain}/plan/", form).status_code == 422
    assert plan_of(world.plain).hours is None
