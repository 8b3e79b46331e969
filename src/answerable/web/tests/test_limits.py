"""The pace of the look-up: a person never meets it, a program that runs wild does, a kept answer is not counted."""

import httpx
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from answerable.cli.log import _looked_up
from answerable.lib.pace import Pace
from answerable.web.site import limits

NUMBERS = [f"400899{n:04d}" for n in range(40)]


@pytest.fixture
def ask(world):
    """Ask about a number from an address."""
    return lambda number, address="192.0.2.1", **more: Client(REMOTE_ADDR=address).get(f"/who/{number}/", **more)


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(limits, "PACE", Pace(a_second=0.1, at_once=3))


def statuses(ask, numbers, **more):
    return [ask(number, **more).status_code for number in numbers]


def test_person_who_looks_up_forty_numbers_in_a_row_meets_no_limit(ask):
    assert set(statuses(ask, NUMBERS)) == {200}
    assert limits.PACE.at_once / len(NUMBERS) > 10


def test_program_that_asks_too_fast_is_told_when_to_come_back(slow, ask):
    assert statuses(ask, NUMBERS[:5]) == [200, 200, 200, 429, 429]
    page, program = ask(NUMBERS[6]), ask(NUMBERS[6], data={"format": "json"})
    assert (page.status_code, 1 <= int(page.headers["Retry-After"]) <= 10, "110" in page.content.decode()) == (
        429,
        True,
        True,
    )
    assert (program.json()["error"], program.headers["Retry-After"]) == (
        "TOO_FAST",
        str(program.json()["retry_after_seconds"]),
    )


def test_kept_answer_and_another_address_are_not_counted(slow, ask):
    assert statuses(ask, [NUMBERS[0]] * 9) == [200] * 9
    assert statuses(ask, NUMBERS[1:5]) == [200, 200, 429, 429]
    assert ask(NUMBERS[5], address="192.0.2.2").status_code == 200


def test_network_of_ipv6_is_one_asker(slow, ask):
    inside, outside = [f"2001:db8::{n:x}" for n in range(1, 6)], "2001:db8:0:1::1"
    assert [ask(number, address=address).status_code for number, address in zip(NUMBERS, inside, strict=False)] == [
        200, 200, 200, 429, 429,
    ]  # fmt: skip
    assert ask(NUMBERS[9], address=outside).status_code == 200


def test_search_for_shops_is_counted_too(slow, world, client):
    assert [client.get("/outlets/", {"name": "营业厅"}).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_look_up_answers_where_nothing_can_be_counted(settings, tmp_path, ask, caplog):
    settings.LIMITS = tmp_path  # a folder is no file
    assert ask(NUMBERS[0]).status_code == 200
    assert "let through" in caplog.text


@pytest.fixture
def session(world):
    """Ask the real application over HTTP without a socket; the test's connection stays open, as with Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with httpx.Client(
        transport=httpx.WSGITransport(app=get_wsgi_application()), base_url="http://testserver"
    ) as session:
        yield session
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_monitor_waits_as_long_as_it_is_told(session, monkeypatch):
    monkeypatch.setattr(limits, "PACE", Pace(a_second=2, at_once=1))
    said = [_looked_up(session, number)["number"] for number in NUMBERS[:2]]
    assert (said, session.get(f"/who/{NUMBERS[2]}/").status_code) == (NUMBERS[:2], 429)
