"""What would silence too many numbers is held where it begins; stops and two people pass, and so does daily business."""

import argparse
import datetime as dt
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from answerable.cli import published as command
from answerable.numbers.models import Destination, Number
from answerable.orders.actions import stop
from answerable.parties.errors import NotPermitted
from answerable.permits.models import Permit, PermitRequest
from answerable.routing import errors, losses, publisher
from answerable.routing.actions import compile_held_again, pass_losses
from answerable.routing.models import HeldNumber, Published, Tally
from answerable.routing.queries import held, open_numbers, published, with_reasons
from answerable.snapshot.losses import FEW
from answerable.snapshot.permits import rings, sign, state
from answerable.snapshot.records import decode_number, encode
from answerable.trail.actions import mark_dirty
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.trail.queries import latest

OTHERS = 3 * FEW


def publish_all():
    while publisher.publish_batch():
        pass


def permit(world, order):
    """Give a number the permit by which the publisher lets it ring; the gates, which look at its signature, are not here."""
    until = int((world.at + dt.timedelta(days=365)).timestamp())
    statement = state(
        order.number_id, holder=order.enterprise.credit_code, lines=[(world.line, until)], valid_until=until, leaf="0" * 64,
        serial=1, key="0" * 16, at=int(world.at.timestamp()),
    )  # fmt: skip
    request = PermitRequest.objects.create(
        number=order.number_id, ground="approval", core={}, state="signed", asked_at=world.at, closed_at=world.at
    )
    text = sign(statement, Ed25519PrivateKey.generate())
    Permit.objects.create(number=order.number_id, serial=1, request=request, text=text, issued_at=world.at)


@pytest.fixture
def ringing(world):
    """Have one number in service, and published records of others that no table knows, as many as a small operator has."""
    order = world.order("working")
    permit(world, order)
    mark_dirty(order.number_id)
    publish_all()
    record = record_of(order.number_id)
    assert rings(record)
    others = [f"40080{serial:05d}" for serial in range(50_000, 50_000 + OTHERS)]
    publisher.publish({f"n:{number}": encode({**record, "number": number}) for number in others})
    Tally.objects.all().delete()
    return [order.number_id, *others]


def lose(numbers):
    """Ask for numbers whose rows are gone: as after an import that forgot them, or a restore of some tables."""
    for number in numbers:
        mark_dirty(number)


def record_of(number):
    row = published(number)
    return decode_number(bytes(row.record)) if row and row.record else None


def people(world):
    return {"first": world.staff("gong"), "second": world.staff("zheng")}


def test_mass_loss_is_held_and_what_is_published_stays(world, ringing):
    before = Published.objects.get(pk=f"n:{ringing[1]}")
    lose(ringing[1:])
    publish_all()
    assert list(held().values_list("number", flat=True)) == sorted(ringing[1:])
    after = Published.objects.get(pk=f"n:{ringing[1]}")
    assert (after.epoch, bytes(after.record)) == (before.epoch, bytes(before.record))
    assert open_numbers() == OTHERS + 1
    assert latest()[0].what == "publication.held"


def test_single_losses_pass_and_are_counted(world, ringing):
    for number in ringing[1:4]:
        lose([number])
        publish_all()
    assert [record_of(number) for number in ringing[1:4]] == [None] * 3
    assert (held().count(), open_numbers()) == (0, OTHERS - 2)
    assert sum(count for _, count in Tally.objects.get().losses) == 3


def test_single_losses_that_add_up_within_the_hour_are_held_from_the_first_too_many(world, ringing):
    for number in ringing[1 : FEW + 6]:
        lose([number])
        publish_all()
    assert (held().count(), open_numbers()) == (5, OTHERS + 1 - FEW)
    losses_of_yesterday = [[minute - 3700, count] for minute, count in Tally.objects.get().losses]
    Tally.objects.update(losses=losses_of_yesterday)
    lose(ringing[FEW + 6 : FEW + 8])
    publish_all()
    assert (held().count(), open_numbers()) == (5, OTHERS - 1 - FEW)


def test_stop_passes_beside_a_held_mass_loss_and_is_not_counted(world, ringing):
    lose(ringing[1:])
    stop(world.number(ringing[0]), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    publish_all()
    assert record_of(ringing[0])["stop"] == "FRAUD_ORDER"
    assert (held().count(), open_numbers(), Tally.objects.get().losses) == (OTHERS, OTHERS, [])


def test_stop_of_a_number_that_is_held_passes_and_frees_it(world, ringing):
    Destination.objects.filter(number=ringing[0]).update(removed_at=world.at)
    lose(ringing)
    publish_all()
    assert held().filter(pk=ringing[0]).exists()
    stop(world.number(ringing[0]), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    publish_all()
    assert record_of(ringing[0])["stop"] == "FRAUD_ORDER"
    assert not held().filter(pk=ringing[0]).exists()


def test_held_number_that_would_ring_again_is_freed_once_it_is_compiled_anew(world, ringing):
    bound = Destination.objects.filter(number=ringing[0])
    bound.update(removed_at=world.at)
    lose(ringing)
    publish_all()
    assert held().count() == OTHERS + 1
    bound.update(removed_at=None)
    compile_held_again(by=system("test"), at=world.at)
    publish_all()
    assert list(held().values_list("number", flat=True)) == sorted(ringing[1:])
    assert rings(record_of(ringing[0]))


def test_two_people_let_everything_through_in_one_fact(world, ringing, settings):
    lose(ringing[1:])
    publish_all()
    at = dt.datetime.now(dt.UTC)
    before = Fact.objects.count()
    assert pass_losses(**people(world), reason="  旧库导入，已核对 ", at=at) == sorted(ringing[1:])
    assert Fact.objects.count() == before + 1
    fact = latest()[0]
    assert (fact.what, fact.who_id) == ("publication.passed", "gong")
    assert (fact.after["with"], fact.after["numbers"], fact.after["reason"]) == ("zheng", OTHERS, "旧库导入，已核对")
    publish_all()
    assert (held().count(), open_numbers(), Tally.objects.get().losses) == (0, 1, [])
    assert [record_of(number) for number in ringing[1:]] == [None] * OTHERS


def test_what_two_people_said_holds_for_those_numbers_and_an_hour(world, ringing):
    lose(ringing[1 : FEW + 5])
    publish_all()
    pass_losses(**people(world), reason="已核对名单", at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
    publish_all()
    assert held().count() == FEW + 4
    pass_losses(**people(world), reason="已核对名单", at=dt.datetime.now(dt.UTC))
    lose(ringing[FEW + 5 :])
    publisher.publish_batch()
    assert list(held().values_list("number", flat=True)) == sorted(ringing[FEW + 5 :])


def test_letting_through_needs_two_people_with_the_permission_a_reason_and_something_held(world, ringing):
    one, two = world.staff("gong"), world.staff("zheng")
    with pytest.raises(errors.NothingHeld):
        pass_losses(first=one, second=two, reason="已核对名单", at=world.at)
    lose(ringing[1:])
    publish_all()
    for first, second, reason, refused in (
        (one, one, "已核对名单", errors.TwoPeopleNeeded),
        (one, two, " 短 ", errors.WhyMissing),
        (one, two, "长" * 301, errors.WhyMissing),
        (one, world.staff("sun"), "已核对名单", NotPermitted),
        (world.staff("lin"), two, "已核对名单", NotPermitted),
    ):
        with pytest.raises(refused):
            pass_losses(first=first, second=second, reason=reason, at=world.at)
    assert not held().filter(passed_at__isnull=False).exists()


def test_database_itself_asks_for_two_people(world):
    for fields in ({"passed_by": "gong", "passed_with": "gong"}, {"passed_by": "gong"}):
        staff = {name: world.staff(username) for name, username in fields.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            HeldNumber.objects.create(number=world.plain, held_at=world.at, passed_at=world.at, **staff)


def test_restored_tables_of_before_hold_back_what_they_forgot(world, ringing):
    """An older backup of the numbers, beside what is published today: everything is marked, and nothing falls silent."""
    Number.objects.filter(pk=ringing[0]).update(business_state="unverified")
    assert publisher.mark_all() == OTHERS + 1
    publish_all()
    assert (held().count(), open_numbers()) == (OTHERS + 1, OTHERS + 1)
    Number.objects.filter(pk=ringing[0]).update(business_state="working")


def test_backup_restored_whole_is_compared_with_its_own_publications(world, ringing):
    Published.objects.exclude(pk=f"n:{ringing[0]}").delete()  # published after the backup
    publisher.mark_all()
    publish_all()
    assert (held().count(), open_numbers()) == (0, 1)


def test_records_of_an_earlier_version_are_compared_too(world, ringing):
    for row in Published.objects.filter(key__startswith="n:"):
        body = bytes(row.record)[8:].replace(b'"v":2', b'"v":1')
        Published.objects.filter(pk=row.pk).update(record=body)
    assert publisher.mark_if_trunk_moved() == OTHERS + 1
    publish_all()
    assert held().count() == OTHERS
    assert open_numbers() == OTHERS + 1


@pytest.mark.parametrize(
    "data", [b"", b"\x80", b"[]", b'{"v":1}', b'{"business_state":3,"verified_until":"x"}', b"null"]
)
def test_damaged_records_ring_nowhere(data):
    assert losses.standing_record(data) is None or not rings(losses.standing_record(data))


def test_tally_is_counted_once_and_kept_by_each_batch(world, ringing):
    assert losses.tally_of_published().open == OTHERS + 1
    Published.objects.filter(pk=f"n:{ringing[1]}").delete()
    assert losses.tally_of_published().open == OTHERS + 1  # not counted again
    mark_dirty(world.second)
    publish_all()
    assert open_numbers() == OTHERS + 1


def test_held_numbers_say_why_they_would_fall_silent(world, ringing, django_assert_num_queries):
    bound = Destination.objects.filter(number=ringing[0])
    bound.update(removed_at=world.at)
    lose(ringing)
    publish_all()

    def why(number):
        return next(one.why for one in with_reasons(list(held())) if one.row.pk == number)

    with django_assert_num_queries(4):
        assert {one.why for one in with_reasons(list(held())[1:])} == {"GONE"}
    assert why(ringing[0]) == "NO_LINE"
    bound.update(removed_at=None)
    assert why(ringing[0]) == "NONE"
    for fields, said in (
        ({"verified_until": world.at - dt.timedelta(days=900)}, "OVER"),
        ({"business_state": "unverified"}, "STATE"),
    ):
        Number.objects.filter(pk=ringing[0]).update(**fields)
        assert why(ringing[0]) == said
    Permit.objects.update(used_up_at=world.at)
    Number.objects.filter(pk=ringing[0]).update(business_state="working")
    assert why(ringing[0]) == "NOT_VERIFIED"


def asked(*words):
    """Run `answerable published …` as it is run in an installation that is up."""
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.VERBS[(arguments := parser.parse_args(words)).verb](arguments)


def test_command_lists_what_is_held_and_lets_it_through(world, ringing, capsys):
    assert asked("held") == 0
    lose(ringing[1:])
    publish_all()
    assert asked("held") == 1
    said = capsys.readouterr()
    assert said.out.split() == sorted(ringing[1:])
    assert f"{OTHERS} held back; {OTHERS + 1} ring" in said.err
    assert asked("again") == 0
    publish_all()
    assert held().count() == OTHERS
    with pytest.raises(command.Unknown, match="nobody"):
        asked("force", "--by", "gong", "--and", "nobody", "--reason", "已核对名单")
    assert asked("force", "--by", "gong", "--and", "zheng", "--reason", "已核对名单") == 0
    publish_all()
    assert (held().count(), open_numbers()) == (0, 1)
    listed = "".join(f"{number}\n" for number in sorted(ringing[1:]))
    passed = next(fact for fact in latest() if fact.what == "publication.passed")
    assert passed.after["sha256"] == hashlib.sha256(listed.encode()).hexdigest()
