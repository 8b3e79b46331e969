"""Findings, complaints and stops by branch, batch, agent and reviewer, beside how many numbers are in service."""

import datetime as dt

import pytest

from answerable.complaints.models import Report
from answerable.figures.scope import Scope
from answerable.figures.sources import BY, Source, sources, table
from answerable.numbers.models import AllocationBatch, Measure, Number
from answerable.parties.models import Staff
from answerable.stock.models import StockCheck, StockFinding
from answerable.verification.models import Review

DAY = dt.timedelta(days=1)


@pytest.fixture
def scope(world):
    return Scope.of(world.at)


@pytest.fixture
def served(world):
    """Two numbers of Hua's in service, the second from another branch; Lin and Zhou approved both, a third reviewer the second."""
    first, second = world.order("working"), world.order("working", world.second, line="02161234568")
    AllocationBatch.objects.create(
        code="LAX-1", carrier=second.number.carrier, branch="样本松分公司", allocated_on=world.at.date()
    )
    Number.objects.filter(pk=world.second).update(batch="LAX-1")
    third = Staff.objects.create(username="third", name="第三审核", roles=["reviewer"])
    Review.objects.create(
        dossier=world.dossier(second), round=2, stage="pre_check", reviewer=third, decision="approve", shown={}, at=world.at
    )  # fmt: skip
    return first, second


def complain(number, at, reference):
    Report.objects.create(
        reference=reference, number=number, report_class="other", received_at=at, answer_due_at=at + 15 * DAY
    )


def stop(order, world, at, how="lifted"):
    Measure.objects.create(
        number=order.number, holder=order.enterprise, level="suspend", reason="COMPLAINT", staff=world.staff("sun"), taken_at=at,
        appeal_until=at + DAY, ended_at=at, ended_how=how,
    )  # fmt: skip


def counted(scope, by):
    return {one.key: (one.findings, one.complaints, one.stops, one.serving) for one in sources(scope, by)}


def test_each_incident_counts_for_its_branch_batch_and_reviewers(world, scope, served):
    _, second = served
    complain(world.plain, world.at, "R1")
    complain(world.second, world.at, "R2")
    stop(second, world, world.at)
    stop(second, world, world.at, how="in_error")
    check = StockCheck.objects.create(started_by=world.staff("zheng"), started_at=world.at, moved_at=world.at, total=2)
    for kind in ("incomplete", "abnormal"):
        StockFinding.objects.create(
            stock_check=check,
            number=second.number,
            enterprise=second.enterprise,
            kind=kind,
            found_at=world.at,
            evidence=[],
        )
    lax, plain = (0, 1, 1, 1), (0, 1, 0, 1)  # a finding that nobody confirmed is none
    branch = Number.objects.select_related("batch").get(pk=world.plain).batch
    assert counted(scope, "branch") == {"样本松分公司": lax, branch.branch: plain}
    assert counted(scope, "batch") == {"LAX-1": lax, branch.pk: plain}
    assert counted(scope, "agent") == {"": (0, 2, 1, 2)}
    lin, zhou, third = (world.staff(username).name for username in ("lin", "zhou", "third"))
    assert counted(scope, "reviewer") == {lin: (0, 2, 1, 2), zhou: (0, 2, 1, 2), third: lax}


def test_confirmed_finding_counts(world, scope, served):
    from answerable.stock.actions import confirm

    check = StockCheck.objects.create(started_by=world.staff("zheng"), started_at=world.at, moved_at=world.at, total=1)
    found = StockFinding.objects.create(
        stock_check=check, number=served[1].number, enterprise=served[1].enterprise, kind="incomplete", found_at=world.at,
        evidence=[{"rule": "x"}],
    )  # fmt: skip
    confirm(found, staff=world.staff("sun"), at=world.at)
    assert counted(scope, "batch")["LAX-1"] == (1, 0, 0, 1)


def test_what_was_before_the_scope_or_the_approval_does_not_count(world, scope, served):
    complain(world.plain, scope.since - DAY, "R1")
    assert {one.incidents for by in BY for one in sources(scope, by)} == {0}
    complain(world.second, world.at - 2 * DAY, "R2")  # before anybody answered for it: of its branch alone
    assert [sum(one.incidents for one in sources(scope, by)) for by in BY] == [1, 1, 0, 0]


def test_carrier_narrows_incidents_and_numbers(world, served):
    complain(world.plain, world.at, "R1")
    other = Number.objects.get(pk=world.unicom).carrier_id
    assert [sources(Scope.of(world.at, other), by) for by in BY] == [[], [], [], []]


def test_source_with_more_than_its_share_stands_out():
    def one(incidents, serving, overall=1.0):
        return Source("x", "", 0, incidents, 0, serving, overall)

    assert [one(*said).stands_out for said in ((5, 2500), (5, 2501), (4, 1), (5, 0), (0, 0))] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert (one(5, 2500).rate, one(5, 0).rate) == (2.0, None)


def test_table_has_each_source_once_and_one_query_a_kind(world, scope, served, django_assert_num_queries):
    with django_assert_num_queries(8):
        rows = list(table(scope))
    assert len(rows) == 1 + 2 + 2 + 1 + 3
    assert {len(row) for row in rows} == {9}
