"""What the carrier sends as files: numbers for the pool, and the network states of the day."""

import pytest

from answerable.lib.tables import LinesRefused, TableUnreadable
from answerable.numbers.actions import stop
from answerable.numbers.loading import load_network, load_pool
from answerable.numbers.models import AllocationBatch, Number
from answerable.numbers.queries import disagreeing, search, who_answers
from answerable.parties.errors import DemoWorld
from answerable.parties.models import Operator
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber, Fact

BY = system("test")
GOOD = "400-877-8888,T-2026-1,样本分公司,2026-01-15\n"


def network(world, *lines):
    return load_network(
        ("number,network_state\n" + "".join(f"{line}\n" for line in lines)).encode(), by=BY, at=world.at
    )


def pool(world, *lines):
    return load_pool(("number,batch,branch,allocated_on\n" + "".join(lines)).encode(), by=BY, at=world.at)


def found(world):
    return [n.pk for n in disagreeing()]


@pytest.fixture
def working(world):
    return world.order("working")


@pytest.fixture
def real(world):
    Operator.objects.update(is_demo=False)
    return world


def test_carriers_report_is_taken_over_once_and_known_to_the_gates(world, working):
    DirtyNumber.objects.all().delete()
    assert [network(world, f"{world.plain},deactivated"), network(world, f"{world.plain},deactivated")] == [1, 0]
    assert compile_numbers([world.plain])[world.plain]["network_state"] == "deactivated"
    assert [d.number for d in DirtyNumber.objects.all()] == [world.plain]
    fact = Fact.objects.get(what="number.network")
    assert (fact.before, fact.after) == ({"network_state": "activated"}, {"network_state": "deactivated"})


@pytest.mark.parametrize(
    ("bad", "code"),
    [("4008999999,activated", "NUMBER_UNKNOWN"), ("110,activated", "NUMBER_UNKNOWN"), ("4008001357,asleep", "NETWORK_STATE_UNKNOWN")],
)  # fmt: skip
def test_bad_line_of_a_report_is_named_and_nothing_of_it_is_taken(world, working, bad, code):
    facts = Fact.objects.count()
    with pytest.raises(LinesRefused) as refused:
        network(world, f"{world.plain},deactivated", bad)
    assert [(line, problem.code) for line, problem in refused.value.lines] == [(3, code)]
    assert (world.number(world.plain).network_state, Fact.objects.count()) == ("activated", facts)


def test_number_that_is_dead_in_the_network_is_not_said_to_be_connected(world, working):
    assert who_answers(world.plain, at=world.at).is_connected
    network(world, f"{world.plain},deactivated")
    answer = who_answers(world.plain, at=world.at)
    assert (answer.kind, answer.is_connected) == ("answered", False)


def test_list_shows_where_business_and_network_disagree(world, working):
    assert found(world) == []
    network(world, f"{world.plain},unloaded", f"{world.second},activated")
    assert sorted(found(world)) == sorted([world.plain, world.second])
    network(world, f"{world.plain},activated", f"{world.second},none")
    assert found(world) == []
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert found(world) == [world.plain]
    network(world, f"{world.plain},deactivated")
    assert found(world) == []


def test_desk_shows_the_disagreement_to_operations(world, working, browser):
    network(world, f"{world.plain},unloaded")
    page = browser(world.staff("gong")).get("/desk/operations/")
    assert [n.pk for n in page.context["disagreeing"]] == [world.plain]
    assert "业务与网络状态不一致" in page.content.decode()


def test_allocated_number_is_in_the_pool_with_its_grade_and_provenance(real):
    assert pool(real, GOOD) == 1
    number = search(ends_with="8888").get()
    assert (number.pk, number.grade, number.carrier_id, number.batch.branch) == (
        "4008778888",
        "premium",
        "telecom",
        "样本分公司",
    )


def test_pool_loaded_again_adds_nothing(real):
    pool(real, GOOD)
    count = Number.objects.count()
    assert (pool(real, GOOD, GOOD), Number.objects.count()) == (0, count)


@pytest.mark.parametrize(
    "bad",
    [
        "4002771111,T-2026-1,样本分公司,2026-01-15\n", "x,T-2026-1,样本分公司,2026-01-15\n", "4008771111,T-2026-1,样本分公司,January\n",
        "4008771111,,样本分公司,2026-01-15\n", "4008771111,T-2026-1,别的分公司,2026-01-15\n", "4000771111,T-2026-1,样本分公司,2026-01-15\n",
        "4008001357,T-2026-1,样本分公司,2026-01-15\n",
    ],
    ids=["range", "no number", "day", "no batch", "branch", "carrier", "of another batch"],
)  # fmt: skip
def test_bad_line_of_the_pool_is_named_and_nothing_is_loaded(real, bad):
    numbers, batches = Number.objects.count(), AllocationBatch.objects.count()
    with pytest.raises(LinesRefused) as refused:
        pool(real, GOOD, bad)
    assert [line for line, _ in refused.value.lines] == [3]
    assert (Number.objects.count(), AllocationBatch.objects.count()) == (numbers, batches)


def test_real_pool_does_not_enter_the_demo_world(world):
    with pytest.raises(DemoWorld):
        pool(world, GOOD)


@pytest.mark.parametrize("content", [b"", b"\xff", b"number\n4008001357\n"])
def test_file_that_is_no_such_table_changes_nothing(real, content):
    for deed in (load_network, load_pool):
        with pytest.raises(TableUnreadable):
            deed(content, by=BY, at=real.at)
