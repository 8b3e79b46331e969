"""The publisher misses nothing that commits, however late, and its epochs only rise."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from answerable.numbers.models import Number
from answerable.orders.actions import stop
from answerable.routing import publisher
from answerable.routing.models import Heartbeat, Published, Trunk
from answerable.routing.queries import heartbeat, published
from answerable.snapshot import frame
from answerable.snapshot.records import VERSION, decode_number, decode_trunk
from answerable.trail.actions import mark_dirty
from answerable.trail.models import DirtyNumber


def publish_all():
    while publisher.publish_batch():
        pass


def test_dirty_numbers_are_taken_and_published(world):
    mark_dirty(world.plain)
    mark_dirty(world.plain)
    mark_dirty(world.second)
    assert publisher.publish_batch() == 3
    assert publisher.publish_batch() == 0
    assert not DirtyNumber.objects.exists()
    assert decode_number(bytes(published(world.plain).record))["number"] == world.plain
    assert published(world.plain).epoch == published(world.second).epoch == 1


def test_number_that_is_not_ours_is_removed_at_the_gates(world):
    mark_dirty("4008999999")
    publisher.publish_batch()
    assert published("4008999999").record is None


def test_epochs_strictly_rise(world):
    epochs = [publisher.publish({"n:1": None}) for _ in range(5)]
    assert epochs == [1, 2, 3, 4, 5]
    publisher.beat()
    assert (heartbeat().epoch, publisher.publish({"n:1": None})) == (5, 6)


def test_nothing_dirty_writes_nothing(world):
    assert publisher.publish_batch() == 0
    assert (Published.objects.count(), Heartbeat.objects.count()) == (0, 0)


def test_heartbeat_carries_the_databases_clock(world):
    publisher.beat()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert dt.timedelta(0) <= now - heartbeat().at < dt.timedelta(seconds=5)
    first = heartbeat().at
    publisher.beat()
    assert heartbeat().at > first


def test_only_one_heartbeat_row_can_exist(world):
    publisher.beat()
    publisher.beat()
    assert Heartbeat.objects.count() == 1


def trunks():
    return {
        p.key: decode_trunk(bytes(p.record))["name"] if p.record else None
        for p in Published.objects.filter(key__startswith="trunk:")
    }


def test_trunks_are_published_changed_and_removed(world):
    beijing = Trunk.objects.create(name="bj", address="192.0.2.1", port=5060)
    Trunk.objects.create(name="sh", address="192.0.2.2")
    Trunk.objects.create(name="off", address="192.0.2.3", is_enabled=False)
    publisher.publish_sources()
    assert trunks() == {"trunk:192.0.2.1:5060": "bj", "trunk:192.0.2.2": "sh"}
    beijing.delete()
    Trunk.objects.filter(name="sh").update(name="new")
    publisher.publish_sources()
    assert trunks() == {"trunk:192.0.2.1:5060": None, "trunk:192.0.2.2": "new"}


def test_unchanged_trunks_are_not_published_again(world):
    Trunk.objects.create(name="bj", address="192.0.2.1")
    publisher.publish_sources()
    epoch = heartbeat().epoch
    publisher.publish_sources()
    assert heartbeat().epoch == epoch


def test_trunk_is_named_and_addressed_once(world):
    Trunk.objects.create(name="bj", address="192.0.2.1")
    for changes in ({"name": "bj", "address": "192.0.2.9"}, {"name": "x", "address": "192.0.2.1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Trunk.objects.create(**changes)


def test_all_that_the_gates_should_know_can_be_published_again(world):
    Number.objects.filter(pk=world.plain).update(business_state="unverified")
    publisher.publish({f"n:{world.second}": b"\x80"})
    assert publisher.mark_all() == 2
    assert set(DirtyNumber.objects.values_list("number", flat=True)) == {world.plain, world.second}


def test_restart_behind_another_trunk_publishes_every_line_again(world, settings):
    world.order("working")
    mark_dirty(world.plain)
    publisher.publish_batch()
    DirtyNumber.objects.all().delete()
    assert publisher.mark_if_trunk_moved() == 0
    settings.LANDLINE_TRUNK = "192.0.2.99:5060"
    assert publisher.mark_if_trunk_moved() == 1
    assert publisher.publish_batch() == 1
    record = decode_number(bytes(published(world.plain).record))
    assert record["destinations"][0]["uri"] == f"sip:{world.line}@192.0.2.99:5060"
    assert publisher.mark_if_trunk_moved() == 0


@pytest.mark.parametrize("bytes_of_before", [b"\x80", b'{"v":1}', frame.seal(b"{}", VERSION + 1)])
def test_records_of_another_version_are_published_again_even_where_the_first_is_not_of_them(world, bytes_of_before):
    world.order("working")
    mark_dirty(world.plain)
    publisher.publish_batch()
    assert publisher.mark_if_trunk_moved() == 0
    publisher.publish({f"n:{world.second}": bytes_of_before})
    assert publisher.mark_if_trunk_moved() == 2
    assert set(DirtyNumber.objects.values_list("number", flat=True)) == {world.plain, world.second}
    publish_all()
    assert publisher.mark_if_trunk_moved() == 0


@pytest.mark.django_db(transaction=True)
def test_transaction_that_commits_late_with_an_earlier_row_is_not_missed(world):
    """A slow action takes its row first and commits last, after the publisher has gone past it."""
    has_written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            mark_dirty(world.plain)
            has_written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_written.wait(10)
    mark_dirty(world.second)
    assert publisher.publish_batch() == 1
    assert (published(world.plain), published(world.second).epoch) == (None, 1)
    may_commit.set()
    thread.join()
    assert publisher.publish_batch() == 1
    assert published(world.plain).epoch == 2


@pytest.mark.django_db(transaction=True)
def test_two_publishers_at_once_publish_each_row_once(world, at_once):
    for number in world.pool.values():
        mark_dirty(number)
    counts = at_once(publisher.publish_batch, publisher.publish_batch)
    assert sum(counts) == len(world.pool)
    publish_all()
    assert Published.objects.filter(key__startswith="n:").count() == len(world.pool)


@pytest.mark.django_db(transaction=True)
def test_running_publisher_publishes_numbers_and_trunks_that_commit_while_it_runs(world):
    stop = threading.Event()

    def run():
        publisher.run(stop.is_set)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        began = dt.datetime.now(dt.UTC)
        while heartbeat() is None and dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=10):
            stop.wait(0.02)
        mark_dirty(world.plain)
        began = dt.datetime.now(dt.UTC)
        while published(world.plain) is None and dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=5):
            stop.wait(0.02)
        assert published(world.plain).record
        Trunk.objects.create(name="bj", address="192.0.2.1")
        began = dt.datetime.now(dt.UTC)
        while not trunks() and dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=5):
            stop.wait(0.02)
        assert trunks() == {"trunk:192.0.2.1": "bj"}
    finally:
        stop.set()
        thread.join(10)


def test_stop_is_published_before_everything_that_was_changed_before_it(world):
    order = world.order("working")
    others = [f"40099{serial:05d}" for serial in range(publisher.BATCH * 2)]
    DirtyNumber.objects.bulk_create(DirtyNumber(number=number) for number in others)
    stop(order.number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    publisher.publish_batch()
    assert decode_number(bytes(published(world.plain).record))["stop"] == "FRAUD_ORDER"
    assert set(DirtyNumber.objects.values_list("number", flat=True)) == set(others)
    assert publisher.publish_batch() == publisher.BATCH


def test_publisher_told_to_stop_leaves_what_waits_to_the_next(world):
    DirtyNumber.objects.bulk_create(DirtyNumber(number=world.second) for _ in range(publisher.BATCH * 3))
    told = iter([False, False, True])  # before the work, before one batch, before the next
    publisher._work(lambda: next(told, True))
    assert DirtyNumber.objects.count() == publisher.BATCH * 2
