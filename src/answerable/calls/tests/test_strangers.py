"""Counts of strangers are added up once, whatever comes twice."""

import datetime as dt

import pytest
from django.core.paginator import Paginator

from answerable.calls.actions import ingest
from answerable.calls.models import Call, StrangerCount
from answerable.calls.queries import strangers

pytestmark = pytest.mark.django_db


def counted(at, sequence, address, count, process="7-1-100-1", **fields):
    base = {"host": "g1", "boot": "b1", "kind": "strangers", "dialled": "4008123456"}
    return (
        base
        | {"process": process, "sequence": sequence, "at": at.timestamp(), "address": address, "count": count}
        | fields
    )


def test_counts_of_two_processes_add_up_and_a_batch_that_comes_twice_adds_nothing(at):
    batch = [
        counted(at, 1, "192.0.2.1", 3),
        counted(at, 2, "192.0.2.2", 1),
        counted(at, 1, "192.0.2.1", 4, process="8-1-100-1"),
    ]
    ingest(batch, at=at)
    ingest(batch, at=at)
    ingest([counted(at, 1, "192.0.2.1", 5, process="9-1-100-1"), batch[0]], at=at)
    assert dict(StrangerCount.objects.values_list("address", "count")) == {"192.0.2.1": 12, "192.0.2.2": 1}
    assert Call.objects.count() == 0


def test_addresses_are_listed_over_their_minutes_the_most_persistent_first(at):
    minute = dt.timedelta(minutes=1)
    ingest(
        [
            counted(at - minute * 9, 1, "192.0.2.9", 90),
            counted(at - minute, 2, "192.0.2.1", 2),
            counted(at, 3, "192.0.2.1", 2),
            counted(at, 4, "192.0.2.2", 3),
        ],
        at=at,
    )
    found = [(s["address"], s["calls"], s["first"], s["last"]) for s in strangers(since=at - minute * 5)]
    assert found == [("192.0.2.1", 4, at - minute, at), ("192.0.2.2", 3, at, at)]


def test_what_an_address_dialled_in_its_first_minute_is_shown(at):
    minute = dt.timedelta(minutes=1)
    ingest(
        [
            counted(at - minute, 1, "192.0.2.1", 1, dialled="4009"),
            counted(at, 2, "192.0.2.1", 9, dialled="110 1"),
            counted(at, 3, "192.0.2.2", 1, dialled="a b"),
            counted(at, 4, "other", 1, dialled=""),
        ],
        at=at,
    )
    found = {row["address"]: row["dialled"] for row in strangers(since=at - minute)}
    assert found == {"192.0.2.1": "4009", "192.0.2.2": "a b", "other": ""}


def test_database_sums_and_hands_over_one_page(at, django_assert_num_queries):
    minute = dt.timedelta(minutes=1)
    ingest([counted(at - minute * (n % 9), n, f"192.0.2.{n % 90}", n + 1) for n in range(900)], at=at)
    page = Paginator(strangers(since=at - dt.timedelta(days=1)), 20)
    with django_assert_num_queries(2):
        rows = list(page.get_page(5))
    assert (page.count, len(rows), page.num_pages) == (90, 10, 5)
    assert sum(row["calls"] for number in page.page_range for row in page.page(number)) == sum(range(901))


def test_what_a_stranger_dialled_is_stored_whatever_bytes_it_is(at):
    ingest([counted(at, 1, "192.0.2.1", 1, dialled="4\x00\ud800")], at=at)
    assert StrangerCount.objects.get().dialled == "4\ufffd?"
