"""A pace is kept for all processes together, for each asker alone."""

import multiprocessing

import pytest

from answerable.lib.pace import Gauge, Pace

PACE = Pace(a_second=2, at_once=10)


@pytest.fixture
def gauge(tmp_path):
    return Gauge(tmp_path / "limits", b"secret")


def allowed(gauge, times, *, key="a", at=1000.0, pace=PACE):
    return sum(gauge.wait(key, pace, at=at) == 0 for _ in range(times))


def test_so_many_at_once_and_then_the_pace(gauge):
    assert [allowed(gauge, 20), allowed(gauge, 20, at=1001), allowed(gauge, 20, at=1100)] == [10, 2, 10]


def test_who_is_too_early_is_told_for_how_long_and_is_not_counted(gauge):
    allowed(gauge, 10)
    assert [gauge.wait("a", PACE, at=1000) for _ in range(3)] == [0.5, 0.5, 0.5]
    assert gauge.wait("a", PACE, at=1000.5) == 0


def test_one_who_asks_too_much_costs_nobody_else(gauge):
    allowed(gauge, 100, key="greedy")
    assert [allowed(gauge, 1, key=f"person {n}") for n in range(2000)] == [1] * 2000


def test_clock_that_went_back_refuses_nobody(gauge):
    allowed(gauge, 20, at=9e9)
    assert allowed(gauge, 20, at=1000) == 10


def _ask(folder, count):
    with count.get_lock():
        count.value += allowed(Gauge(folder / "limits", b"secret"), 10)


def test_processes_count_together(tmp_path):
    context = multiprocessing.get_context("fork")
    count = context.Value("i", 0)
    started = [context.Process(target=_ask, args=(tmp_path, count)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join(20)
    assert count.value == 10
