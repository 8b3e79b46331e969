"""Before something in service ends its holder is told 30, 7 and 1 days ahead, each once, with the way to renew."""

import datetime as dt

import pytest

from answerable.numbers.models import Destination, Number
from answerable.orders.actions import release, remind
from answerable.parties.actions import act_for
from answerable.parties.models import Membership, Notice
from answerable.parties.notices import render
from answerable.parties.sms import gateway
from answerable.verification.actions import ask, ask_before_verification_ends, withdraw

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
KINDS = {
    "verified_until": ("VERIFICATION_ENDING", ""),
    "paid_until": ("PAID_TERM_ENDING", "renew/"),
    "proven_until": ("LINE_PROOF_ENDING", "lines/"),
}


def set_end(world, field, until):
    rows = (
        Destination.objects.filter(number=world.plain)
        if field == "proven_until"
        else Number.objects.filter(pk=world.plain)
    )
    rows.update(**{field: until})


@pytest.fixture
def end(world):
    """Hua's number works, and nothing of it ends for a year."""
    world.order("working")
    for field in KINDS:
        set_end(world, field, world.at + 365 * DAY)
    return world.at + 100 * DAY


def told(world):
    return list(world.hua.notices.filter(code__endswith="_ENDING").order_by("id").values_list("code", "link"))


@pytest.mark.parametrize("field", KINDS)
def test_holder_is_told_thirty_seven_and_one_days_ahead_each_once(world, end, field):
    set_end(world, field, end)
    found = []
    for days in (31, 30, 29, 8, 7, 6, 2, 1, 0.5, 0, -1):
        found += [(days, remind(at=end - days * DAY)), (days, remind(at=end - days * DAY))]
    assert [days for days, count in found if count] == [30, 7, 1]
    assert sum(count for _, count in found) == 3
    code, page = KINDS[field]
    assert told(world) == [(code, f"/console/numbers/{world.plain}/{page}")] * 3


def test_sweep_that_missed_its_days_sends_the_nearest_notice_only(world, end):
    set_end(world, "verified_until", end)
    assert [remind(at=end - days * DAY) for days in (40, 5, 4, 0.9)] == [0, 1, 0, 1]


def test_end_that_was_put_off_is_told_of_again_at_its_new_day(world, end):
    set_end(world, "paid_until", end)
    assert remind(at=end - 30 * DAY) == 1
    set_end(world, "paid_until", end + 365 * DAY)
    assert [remind(at=end - 7 * DAY), remind(at=end + 335 * DAY)] == [0, 1]


def test_everybody_proven_for_the_holder_is_told_and_nobody_else(world, end):
    set_end(world, "verified_until", end)
    act_for(world.zhao, world.firm("hua"), role="handler", at=world.at)
    assert remind(at=end - 30 * DAY) == 1
    Membership.objects.update(proven_at=world.at)
    assert remind(at=end - 30 * DAY) == 1
    assert world.zhao.notices.get(code="VERIFICATION_ENDING").params["number"] == world.plain


def test_notice_goes_out_by_sms_and_names_line_and_day(world, end, django_capture_on_commit_callbacks):
    set_end(world, "proven_until", end)
    with django_capture_on_commit_callbacks(execute=True):
        remind(at=end - 7 * DAY)
        remind(at=end - 7 * DAY)
    lines = gateway().file.read_text().splitlines()
    assert len(lines) == 1
    assert world.line in lines[0]
    assert "更新证明" in lines[0]


@pytest.mark.parametrize("hour", [0, 3, 8, 21, 23])
def test_nobody_is_woken_at_night(world, end, hour):
    set_end(world, "verified_until", end)
    night = (end - 5 * DAY).replace(hour=hour)
    assert remind(at=night) == 0
    assert not Notice.objects.filter(code="VERIFICATION_ENDING").exists()


def test_what_is_given_up_ends_in_silence(world, end):
    set_end(world, "proven_until", end)
    release(world.number(world.plain), person=world.hua, at=world.at)
    assert remind(at=end - 7 * DAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(world, end, at_once):
    set_end(world, "verified_until", end)
    results = at_once(*[lambda: remind(at=end - 30 * DAY)] * 2)
    assert sorted(results) == [0, 1]
    assert Notice.objects.filter(code="VERIFICATION_ENDING").count() == 1


@pytest.fixture
def asked(world, end):
    """The risk officer asks something of Hua's number until the end of the fixture's day."""
    return ask(
        world.number(world.plain),
        ground="risk",
        reason="COMPLAINT",
        level=1,
        by=world.staff("sun"),
        at=end - 60 * DAY,
        deadline=end,
    )


def test_holder_is_told_of_a_reverification_thirty_seven_and_one_days_ahead_and_of_the_pause(world, end, asked):
    """Anti-Telecom-Fraud Law art. 32: a pause tells reason, channel and documents."""
    sent = [days for days in (31, 30, 29, 7, 6, 1, 0.5, 0, -1, -2) if remind(at=end - days * DAY)]
    assert sent == [30, 7, 1, 0]
    told = list(world.hua.notices.filter(code__startswith="RECHECK_").order_by("id"))
    assert [n.code for n in told] == ["RECHECK_ASKED", *["RECHECK_ENDING"] * 3, "RECHECK_PAUSED"]
    assert "重新核验未通过" in render(told[-1], "zh-hans")
    assert not any("—" in render(n, language) for n in told for language in ("zh-hans", "en"))


def test_fulfilled_reverification_is_told_of_no_more(world, end, asked):
    withdraw(asked, why="误开", staff=world.staff("zheng"), at=world.at)
    assert remind(at=end - DAY) == 0


def test_verification_and_the_papers_asked_for_it_are_one_notice(world, end):
    set_end(world, "verified_until", end)
    ask_before_verification_ends(at=end - 40 * DAY)
    assert remind(at=end - 30 * DAY) == 1
