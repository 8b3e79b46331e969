"""Which waiting numbers are taken first: those that were just ended, however much waits before them."""

import threading

import pytest
from django.db import connection, transaction

from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.orders.actions import stop
from answerable.routing import publisher, waiting
from answerable.routing.queries import published
from answerable.snapshot.guard import ENDED
from answerable.snapshot.records import decode_number
from answerable.trail.actions import mark_dirty
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber


@pytest.fixture
def working(world):
    return world.order("working").number


def others_wait(count):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_dirtynumber (number) SELECT (4009000000 + step)::text FROM generate_series(1, %s) AS made (step)",
            [count],
        )


def urgent():
    return sorted(DirtyNumber.objects.filter(is_urgent=True).values_list("number", flat=True))


def test_stop_behind_120_000_changes_is_taken_first_and_alone(world, working):
    others_wait(120_000)
    stop(working, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert set(waiting.take(5000)) == {working.pk}
    assert DirtyNumber.objects.count() == 120_000
    assert len(waiting.take(5000)) == 5000


def test_all_rows_of_a_stopped_number_go_with_its_stop(world, working):
    for _ in range(3):
        mark_dirty(working.pk)
    others_wait(publisher.BATCH)
    stop(working, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    mark_dirty(working.pk)
    publisher.publish_batch()
    assert decode_number(bytes(published(working.pk).record))["stop"] == "FRAUD_ORDER"
    assert not DirtyNumber.objects.filter(number=working.pk).exists()
    assert DirtyNumber.objects.count() == publisher.BATCH


def test_numbers_that_were_stopped_long_ago_wait_their_turn(world, working):
    stop(working, "ARREARS", staff=world.staff("sun"), at=world.at)
    publisher.publish_batch()
    others_wait(publisher.BATCH)
    assert publisher.mark_all() == 1
    publisher.publish_batch()
    assert list(DirtyNumber.objects.values_list("number", "is_urgent")) == [(working.pk, False)]


@pytest.mark.parametrize("state", ENDED)
def test_every_end_of_a_number_is_urgent_whoever_writes_it(world, working, state):
    """Held against the guard's list, which the trigger's must be."""
    if state == "suspended":
        stop(working, "ARREARS", staff=world.staff("sun"), at=world.at)
    else:
        Number.objects.filter(pk=working.pk).update(business_state=state, paused_until=world.at)
    assert urgent() == [working.pk]


def test_what_makes_a_number_ring_or_changes_its_terms_is_not_urgent(world, working):
    numbers.pause(working.pk, until=world.at, by=system("test"), at=world.at)
    waiting.take(10)
    numbers.resume(working.pk, by=system("test"), at=world.at)
    Number.objects.filter(pk=working.pk).update(verified_until=world.at)
    Number.objects.filter(pk=world.second).update(business_state="unverified")
    assert (urgent(), waiting.take(10)) == ([], [working.pk])


def test_number_that_is_silent_already_is_urgent_only_when_it_is_stopped(world, working):
    numbers.pause(working.pk, until=world.at, by=system("test"), at=world.at)
    waiting.take(10)
    stop(working, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert urgent() == [working.pk]
    waiting.take(10)
    Number.objects.filter(pk=world.second).update(business_state="released")
    waiting.take(10)
    Number.objects.filter(pk=world.second).update(business_state="aging")
    assert urgent() == []


def test_marking_everything_again_adds_nothing_that_waits_already(world, working):
    assert publisher.mark_all() == 1
    assert publisher.mark_all() == 0
    assert DirtyNumber.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_stop_that_commits_late_is_taken_first_though_its_row_is_older_than_what_was_published(world, at_once):
    working = world.order("working").number
    has_stopped, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            stop(working, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
            has_stopped.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_stopped.wait(10)
    others_wait(publisher.BATCH * 2)
    assert publisher.publish_batch() == publisher.BATCH  # past the stop's rows, which nobody sees yet
    assert published(working.pk) is None
    may_commit.set()
    thread.join()
    publisher.publish_batch()
    assert decode_number(bytes(published(working.pk).record))["stop"] == "FRAUD_ORDER"
    assert DirtyNumber.objects.count() == publisher.BATCH


@pytest.mark.django_db(transaction=True)
def test_rows_that_another_publisher_has_in_hand_are_passed_over(world):
    working = world.order("working").number
    stop(working, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    others_wait(10)
    has_taken, may_go_on, taken = threading.Event(), threading.Event(), []

    def first():
        with transaction.atomic():
            taken.extend(waiting.take(5))
            has_taken.set()
            may_go_on.wait(10)
            transaction.set_rollback(True)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    has_taken.wait(10)
    assert len(waiting.take(5)) == 5  # the stop is in the other's hands: nobody waits for it
    may_go_on.set()
    thread.join()
    assert set(taken) == {working.pk}
    assert set(waiting.take(5)) == {working.pk}  # given back by the one that failed


def test_batches_grow_while_a_long_queue_waits_and_fall_back_to_what_a_fifth_of_a_second_holds(world, monkeypatch):
    others_wait(1500)
    pace = publisher.Pace()
    assert [pace.publish(), pace.most <= 400] == [publisher.BATCH, True]
    pace.most = publisher.MOST
    assert pace.publish() == 1300
    assert pace.most == publisher.MOST  # a batch that was not full says nothing
    monkeypatch.setattr(publisher, "BATCH_SECONDS", 0.0)
    others_wait(publisher.MOST)
    pace.publish()
    assert pace.most == publisher.BATCH
