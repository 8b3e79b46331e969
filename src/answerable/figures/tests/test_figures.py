"""Figures are counted from what reviewers decided and were shown; a machine's finding is never the verdict (PIPL art. 24)."""

import datetime as dt

import pytest

from answerable.figures.opening import days_to_open
from answerable.figures.reviewing import agreement, first_pass, returns
from answerable.figures.scope import Scope
from answerable.figures.table import COLUMNS, table
from answerable.figures.waiting import waiting
from answerable.orders.models import Order
from answerable.verification.models import Dossier, Review

DAY = dt.timedelta(days=1)


@pytest.fixture
def scope(world):
    return Scope.of(world.at)


@pytest.fixture
def said(world):
    """Write down reviews of one dossier, as they were shown and decided."""
    dossiers = iter(
        [
            world.dossier(world.order("handled", number))
            for number in (world.plain, world.second, world.third, world.unicom)
        ]
    )

    def said(*reviews, dossier=None):
        dossier = dossier or next(dossiers)
        for number, (decision, reasons, flags, *more) in enumerate(reviews, 1):
            stage = "carrier_review" if decision == "approve" else "pre_check"
            if stage == "carrier_review":
                write(world, dossier, number, "lin", "approve", stage="pre_check")
            write(
                world,
                dossier,
                number,
                "zhou",
                decision,
                stage=stage,
                reasons=reasons,
                flags=flags,
                at=next(iter(more), None),
            )
        return dossier

    return said


def write(world, dossier, number, username, decision, *, stage, reasons=(), flags=(), at=None):
    findings = [{"check": check, "code": code, "outcome": "flag", "slot": ""} for check, code in flags]
    Review.objects.create(
        dossier=dossier, round=number, stage=stage, reviewer=world.staff(username), decision=decision, reasons=list(reasons), at=at or world.at,
        shown={"findings": [*findings, {"check": "legibility", "code": None, "outcome": "pass", "slot": ""}]},
    )  # fmt: skip


def test_first_pass_counts_each_application_by_its_first_answer(scope, said):
    said(("approve", [], []))
    said(("ask", ["B01"], []), ("approve", [], []))
    said(("unsuccessful", [], []), ("approve", [], []))  # our own delay is no answer
    one = first_pass(scope)
    assert [(f.month, f.decided, f.passed) for f in one] == [("2026-03", 3, 2)]
    assert one[0].rate == pytest.approx(2 / 3)


def test_reasons_are_counted_once_an_application(scope, said):
    said(("ask", ["B01", "L05"], []), ("decline", ["B01"], []))
    said(("ask", ["B01"], []))
    back = returns(scope)
    assert back.total == 2
    assert [(r.code, r.count, r.share) for r in back.reasons] == [("B01", 2, 1.0), ("L05", 1, 0.5)]


def test_agreement_tells_false_alarms_and_misses_by_check(scope, said):
    said(("ask", ["B01"], [("legibility", "B01"), ("seals", "L05")]))  # agreed; the seal was not the matter
    said(("approve", [], [("seals", "L05")]))  # a false alarm
    said(("ask", ["L05", "U02"], []))  # the seal was missed, and U02 nothing ever flags
    rows = {row.check: (row.flagged, row.agreed, row.false_alarms, row.misses) for row in agreement(scope)}
    assert rows == {"legibility": (1, 1, 0, 0), "seals": (2, 0, 1, 1), "—": (0, 0, 0, 1)}


def test_what_is_older_than_a_year_or_of_another_carrier_does_not_count(world, said):
    said(("ask", ["B01"], [], world.at - 400 * DAY))
    said(("ask", ["L05"], []))
    assert [r.code for r in returns(Scope.of(world.at)).reasons] == ["L05"]
    assert returns(Scope.of(world.at, "unicom")).total == 0
    assert returns(Scope.of(world.at, "telecom")).total == 1


def test_queue_is_told_by_age_with_the_oldest(world, scope):
    dossiers = [world.dossier(world.order("handled", number)) for number in (world.plain, world.second)]
    world.order("submitted", world.third)  # waits for the counter, not for a reviewer
    Dossier.objects.filter(pk=dossiers[0].pk).update(submitted_at=world.at + 2 * DAY)
    found = waiting(scope, at=world.at + 4 * DAY)
    assert [count for _, count in found.buckets] == [0, 1, 0, 1, 0]
    assert (found.count, found.oldest_days) == (2, 4.0)


def test_days_to_open_are_median_and_ninth_decile_by_month_and_carrier(world, scope):
    for days, number in ((2, world.plain), (4, world.second), (12, world.unicom)):
        order = world.order("working", number)
        Order.objects.filter(pk=order.pk).update(completed_at=world.at + days * DAY)
    found = {one.carrier: (one.count, one.median) for one in days_to_open(scope)}
    assert found == {"": (3, 4.0), "telecom": (2, 3.0), "unicom": (1, 12.0)}
    assert next(one.p90 for one in days_to_open(scope) if not one.carrier) == pytest.approx(10.4)


def test_table_has_every_figure(world, scope, said):
    said(("ask", ["B01"], [("legibility", "B01")]))
    world.order("working", world.pool["AABB"])
    rows = list(table(scope, at=world.at))
    assert rows[0] == COLUMNS
    assert {row[0] for row in rows[1:]} == {"queue_age", "first_pass", "reason", "agreement", "days_to_open"}


@pytest.mark.parametrize("username", ["sun", "gong", "zheng"])
def test_desk_shows_figures_with_a_table_beside_each_chart(world, browser, username):
    page = browser(world.staff(username)).get("/desk/figures/?carrier=nobody").content.decode()
    assert "待审核的等待时间" in page
    assert page.count("<svg") <= page.count("<table")
    assert browser(world.staff(username)).get("/desk/figures/figures.csv").status_code == 200


def test_charts_tell_nothing_to_others(world, browser):
    assert browser(world.staff("lin")).get("/desk/figures/").status_code == 404


def test_queries_are_few(world, scope, said, django_assert_max_num_queries):
    said(("ask", ["B01"], [("legibility", "B01")]))
    with django_assert_max_num_queries(6):
        list(table(scope, at=world.at))
