"""The exporter counts what a real gate wrote, and says whether calls may be sent there."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from answerable.gate import drain
from answerable.gate.exporter.serve import Exporter, serving
from answerable.spool import ship

from .phone import Caller, Line
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls
Figures = dict[tuple[str, str], float]


@pytest.fixture
def scraped(world_of: Callable[..., World]) -> Iterator[tuple[World, Exporter, Callable[[str], tuple[int, bytes]]]]:
    """A world, its exporter, and how to fetch one address of it."""
    world = world_of()
    exporter = Exporter(world.settings)
    with serving(exporter, "127.0.0.1", 0) as port:

        def fetch(path: str) -> tuple[int, bytes]:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()

        yield world, exporter, fetch
    exporter.tail.close()


def figures(body: bytes) -> Figures:
    """Return samples by name and the value of their one label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_calls_refusals_and_delays_are_counted_also_behind_a_shipper(scraped) -> None:
    world, exporter, fetch = scraped
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        exporter.follow()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            during = wait(lambda: figures(fetch("/metrics")[1]), "scraped")
            caller.bye()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite("4008999999")
        for _ in range(3):
            with Caller(world.settings.port) as stranger:
                stranger.invite(NUMBER)
        line.mode = "status"
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
        before = figures(fetch("/metrics")[1])
        while ship.ship(world.folder, lambda batch: None):
            pass
        after = figures(fetch("/metrics")[1])
    assert during["answerable_calls_in_progress", ""] == during["answerable_calls_recorded_in_progress", ""] == 1
    counted = {kind: after["answerable_calls_total", kind] for kind in ("answered", "cancelled", "failed", "refused")}
    assert counted == {"answered": 1, "cancelled": 0, "failed": 1, "refused": 4}
    refused = {code: value for (name, code), value in after.items() if name == "answerable_refusals_total" and value}
    assert refused == {"SOURCE_UNKNOWN": 3, "NUMBER_UNKNOWN": 1, "ALL_BUSY": 1}
    assert after["answerable_post_dial_delay_seconds_count", ""] == after["answerable_talk_seconds_count", ""] == 1
    assert before["answerable_spool_bytes", ""] > 500
    assert 0 < before["answerable_spool_lag_seconds", ""] < 30
    assert (after["answerable_spool_bytes", ""], after["answerable_spool_lag_seconds", ""]) == (0, 0)
    assert after["answerable_calls_in_progress", ""] == 0
    assert (after["answerable_gate_up", ""], after["answerable_gate_ready", ""]) == (1, 1)
    assert 0 <= after["answerable_snapshot_age_seconds", ""] < 30


def test_restarted_exporter_counts_nothing_twice(scraped) -> None:
    world, _, _ = scraped
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            late = Exporter(world.settings)
            found = figures(late.metrics())
            caller.bye()
        wait(lambda: world.spool("ended"), "the end is written")
        again = figures(late.metrics())
        late.tail.close()
    assert found["answerable_calls_total", "answered"] == again["answerable_calls_total", "answered"] == 0
    assert (found["answerable_calls_recorded_in_progress", ""], again["answerable_talk_seconds_count", ""]) == (1, 1)


def test_host_is_ready_only_while_calls_may_be_sent_there(scraped) -> None:
    world, _, fetch = scraped
    world.build(heartbeat_age=25 * 3600)
    assert fetch("/healthz")[0] == 503
    world.start()
    assert fetch("/healthz") == (200, b'{"status": "ok", "problems": []}')
    status, body = fetch("/readyz")
    assert (status, json.loads(body)["problems"]) == (503, ["the snapshot's heartbeat is 25.0 hours old"])
    world.build()
    assert fetch("/readyz")[0] == 200
    drain.begin(world.settings.run_folder, by="龚运维", at=time.time(), limit_seconds=60)
    status, body = fetch("/readyz")
    assert (status, json.loads(body)["problems"]) == (503, ["draining"])
    assert fetch("/elsewhere")[0] == 404


def test_lag_is_the_age_of_the_oldest_record_that_nobody_took(scraped) -> None:
    world, _, fetch = scraped
    world.start_with_build()
    with Caller(world.settings.port, world.trunk_port) as caller:
        caller.invite("4008999999")
    time.sleep(0.5)
    assert 0.5 <= figures(fetch("/metrics")[1])["answerable_spool_lag_seconds", ""] < 30
