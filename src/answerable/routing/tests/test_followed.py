"""From the action to every gate's file: real actions, the real publisher, the followers' own steps on three hosts."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection, connections, transaction

from answerable.orders.actions import stop
from answerable.routing import publisher
from answerable.routing.actions import set_plan
from answerable.routing.choices import Choices
from answerable.snapshot import follow, keys
from answerable.snapshot.admission import Admission
from answerable.snapshot.records import decode_number
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


class Host:
    """One gate host: its folder, its connection, its own copy of what is published."""

    def __init__(self, folder, trunk):
        chosen = connections["default"].settings_dict
        self.sql = psycopg.connect(
            host=chosen["HOST"], port=chosen["PORT"] or 5432, user=chosen["USER"], password=chosen["PASSWORD"], dbname=chosen["NAME"],
            autocommit=True,
        )  # fmt: skip
        folder.mkdir()
        self.folder, self.admission = folder, Admission(folder, trunk)
        self.writer = follow.rebuild(self.sql, folder, self.admission)

    def follow(self):
        assert follow.step(self.sql, self.writer, self.folder, self.admission)

    def record(self, number):
        data = self.writer.get(keys.number(number))
        return decode_number(data) if data else None

    def close(self):
        self.writer.close()
        self.admission.close()
        self.sql.close()


@pytest.fixture
def hosts(world, tmp_path, settings):
    world.order("working")
    publisher.mark_all()
    publish_all()
    made = [Host(tmp_path / name, settings.LANDLINE_TRUNK) for name in ("a", "b", "c")]
    yield made
    for host in made:
        host.close()


def publish_all():
    while publisher.publish_batch():
        pass


def plan(number, minute, at):
    set_plan(number, Choices(hours=[[0, minute, 600]]), by=system("test"), at=at)


def hours(hosts, number):
    return [host.record(number)["hours"] for host in hosts]


def test_action_held_open_while_a_later_one_commits_is_missed_by_no_host(world, hosts):
    has_acted, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            plan(world.plain, 1, world.at)
            has_acted.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_acted.wait(10)
    plan(world.second, 2, world.at)  # begins later and commits first
    early = hosts[:2]
    publish_all()
    for host in early:
        host.follow()
    before = hosts[0].writer.get(keys.EPOCH)
    assert hours(early, world.plain) == [None, None]
    may_commit.set()
    thread.join()
    publish_all()
    for host in hosts:  # the third sees both at once
        host.follow()
    assert hours(hosts, world.plain) == [[[0, 1, 600]]] * 3
    assert DirtyNumber.objects.count() == 0
    assert len({host.writer.get(keys.EPOCH) for host in hosts}) == 1
    assert int(hosts[0].writer.get(keys.EPOCH)) > int(before)


def test_hosts_that_follow_at_their_own_pace_end_with_the_same_bytes(world, hosts):
    for minute in range(1, 8):
        plan(world.plain, minute, world.at)
        publish_all()
        hosts[minute % 3].follow()
    stop(world.number(world.plain), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    publish_all()
    for host in hosts:
        host.follow()
    kept = {host.writer.get(keys.number(world.plain)) for host in hosts}
    assert len(kept) == 1
    assert decode_number(kept.pop())["stop"] == "FRAUD_ORDER"
