"""The carrier's register against ours, on both axes; each difference with a clock (MIIT 452 (七)五)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers.models import Number
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Carrier
from answerable.reconciliation import actions, errors
from answerable.reconciliation.models import Difference, RegisterImport, RegisterRow

HEAD = "number,name,credit_code,business_state,network_state"
DAY = dt.timedelta(days=1)


@pytest.fixture
def working(world):
    """Hua's number, in service and paid."""
    return world.order("working")


def line(order, **changes):
    said = {
        "number": order.number_id, "name": order.enterprise.name, "credit_code": order.enterprise.credit_code,
        "business_state": "启用", "network_state": "激活",
    }  # fmt: skip
    return ",".join((said | changes).values())


def put(world, carrier, *lines, force=True, encoding="utf-8", at=None):
    content = "\n".join([HEAD, *lines]).encode(encoding)
    return actions.import_by_command(content, Carrier.objects.get(pk=carrier), force=force, at=at or world.at)


def live():
    return sorted(Difference.objects.exclude(state="put_right").values_list("number", "kind"))


def other(world, order):
    """Return a spare number of the same carrier."""
    return Number.objects.filter(carrier=order.number.carrier, business_state="spare").values_list("pk", flat=True)[0]


def test_registers_that_agree_have_no_difference(world, working):
    put(world, working.number.carrier_id, line(working))
    assert live() == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"name": "别的公司"}, "name"), ({"credit_code": "91110000000000000X"}, "name"),
        ({"business_state": "违规关停"}, "stopped_loaded"), ({"network_state": "卸载"}, "paid_unloaded"),
        ({"business_state": "正常注销", "network_state": "删除"}, "unregistered"),
    ],
)  # fmt: skip
def test_each_difference_is_found_with_its_clock(world, working, changes, kind):
    put(world, working.number.carrier_id, line(working, **changes))
    assert live() == [(working.number_id, kind)]
    assert Difference.objects.get().due_at > world.at


def test_missing_there_and_unknown_here_are_found(world, working):
    spare = other(world, working)
    put(world, working.number.carrier_id, line(working, number=spare))
    assert live() == sorted([(working.number_id, "unregistered"), (spare, "unknown")])


def test_stopped_here_and_loaded_there_is_found(world, working):
    from answerable.orders.actions import stop

    stop(world.number(working.number_id), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    put(world, working.number.carrier_id, line(working))
    assert live() == [(working.number_id, "stopped_loaded")]


def test_next_import_that_agrees_puts_it_right_and_keeps_the_first_clock(world, working):
    carrier = working.number.carrier_id
    put(world, carrier, line(working, network_state="卸载"))
    due = Difference.objects.get().due_at
    put(world, carrier, line(working, network_state="卸载"), at=world.at + DAY)
    assert Difference.objects.get().due_at == due
    put(world, carrier, line(working), at=world.at + 2 * DAY)
    one = Difference.objects.get()
    assert (one.state, one.put_right_at) == ("put_right", world.at + 2 * DAY)


def test_gb18030_and_wide_brackets_read_the_same(world, working):
    name = working.enterprise.name.replace("（", "(").replace("）", ")")
    put(world, working.number.carrier_id, line(working, name=name), encoding="gb18030")
    assert live() == []


@pytest.mark.parametrize(
    "bad",
    ["4001,x,,启用,激活", "4008000000,x,,什么,激活", "²008000000,x,,启用,激活", "1101234567,x,,启用,激活", ",,,,"],
)
def test_bad_line_refuses_the_whole_file(world, working, bad):
    with pytest.raises(errors.RegisterFileWrong):
        put(world, working.number.carrier_id, line(working), bad)
    assert not RegisterRow.objects.exists()


def test_number_twice_refuses_the_file(world, working):
    with pytest.raises(errors.RegisterFileWrong):
        put(world, working.number.carrier_id, line(working), line(working))


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", HEAD.encode(), b"\xff\xff\xff"])
def test_no_such_file_is_refused(world, working, content):
    with pytest.raises(errors.RegisterFileUnreadable):
        actions.import_by_command(content, working.number.carrier, force=True, at=world.at)


def test_shorter_file_needs_force_or_two_people(world, working):
    carrier, spare = working.number.carrier, other(world, working)
    put(world, carrier.pk, line(working), line(working, number=spare))
    with pytest.raises(errors.RegisterFileShorter):
        put(world, carrier.pk, line(working), force=False)
    content = "\n".join([HEAD, line(working)]).encode()
    gong = world.staff("gong")
    waiting = actions.upload(content, carrier, staff=gong, at=world.at)
    assert (waiting.state, RegisterRow.objects.count()) == ("waiting", 2)
    with pytest.raises(errors.ConfirmNeedsAnother):
        actions.confirm(waiting, staff=gong, at=world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterImport.objects.filter(pk=waiting.pk).update(confirmed_by=gong)
    taken = actions.confirm(waiting, staff=world.staff("zheng"), at=world.at)
    assert (taken.state, bytes(taken.content), RegisterRow.objects.count()) == ("taken", b"", 1)


def test_difference_is_explained_by_a_named_person_and_stays_until_it_agrees(world, working):
    put(world, working.number.carrier_id, line(working, network_state="卸载"))
    one = Difference.objects.get()
    with pytest.raises(NotPermitted):
        actions.explain(one, why="工单在途", staff=world.staff("chen"), at=world.at)
    with pytest.raises(errors.ExplanationInvalid):
        actions.explain(one, why=" ", staff=world.staff("gong"), at=world.at)
    actions.explain(one, why="工单在途", staff=world.staff("gong"), at=world.at)
    with pytest.raises(errors.DifferenceOver):
        actions.explain(one, why="再说", staff=world.staff("gong"), at=world.at)
    assert live() == [(working.number_id, "paid_unloaded")]


def test_explanation_holds_for_what_it_explained_alone(world, working):
    carrier = working.number.carrier_id
    put(world, carrier, line(working, name="别的公司"))
    found = Difference.objects.get()
    actions.explain(found, why="更名中", staff=world.staff("zheng"), at=world.at)
    put(world, carrier, line(working, name="别的公司"), at=world.at + DAY)
    found.refresh_from_db()
    assert (found.state, found.why) == ("explained", "更名中")
    put(world, carrier, line(working, name="第三家公司"), at=world.at + 2 * DAY)
    found.refresh_from_db()
    assert (found.state, found.why, "第三家公司" in found.theirs, found.due_at) == (
        "open",
        "",
        True,
        world.at + 17 * DAY,
    )
    put(world, carrier, line(working, name="第四家公司"), at=world.at + 3 * DAY)
    found.refresh_from_db()
    assert ("第四家公司" in found.theirs, found.due_at) == (True, world.at + 17 * DAY)


def test_old_file_is_not_put_over_a_newer_register(world, working):
    carrier, more = working.number.carrier, other(world, working)
    put(world, carrier.pk, line(working), line(working, number=more))
    short = "\n".join([HEAD, line(working)]).encode()
    waiting = actions.upload(short, carrier, staff=world.staff("gong"), at=world.at)
    put(world, carrier.pk, line(working), line(working, number=more), at=world.at + DAY)
    with pytest.raises(errors.DifferenceOver):
        actions.confirm(waiting, staff=world.staff("zheng"), at=world.at + 2 * DAY)
    assert RegisterRow.objects.count() == 2


def test_two_accounts_of_one_human_are_not_two_people(world, working):
    carrier = working.number.carrier
    put(world, carrier.pk, line(working), line(working, number=other(world, working)))
    gong, zheng = world.staff("gong"), world.staff("zheng")
    waiting = actions.upload("\n".join([HEAD, line(working)]).encode(), carrier, staff=gong, at=world.at)
    for one in (gong, zheng):
        type(one).objects.filter(pk=one.pk).update(person=world.hua)
    with pytest.raises(errors.ConfirmNeedsAnother):
        actions.confirm(waiting, staff=world.staff("zheng"), at=world.at)


def test_row_with_a_nul_is_told(world, working):
    with pytest.raises(errors.RegisterFileWrong):
        put(world, working.number.carrier_id, line(working, name="甲\x00"))
