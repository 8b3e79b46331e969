"""Handling by video is off until two compliance officers recorded its legal basis (MIIT 452 (七)二)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.parties import errors
from answerable.parties.models import VideoBasis
from answerable.parties.queries import counters, is_video_allowed
from answerable.parties.video import approve_video, propose_video

FIRST = dt.date(2026, 3, 10)


def propose(world, by="zheng", document="通信管理局〔2026〕1号（样本）", since=FIRST):
    return propose_video(document, since, staff=world.staff(by), at=world.at)


def test_one_compliance_officer_alone_switches_nothing_on(world):
    basis = propose(world)
    assert not is_video_allowed(FIRST)
    with pytest.raises(errors.VideoNeedsAnother):
        approve_video(basis, staff=world.staff("zheng"), at=world.at)
    assert not is_video_allowed(FIRST)


def test_database_asks_for_two_as_well(world):
    basis = propose(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        VideoBasis.objects.filter(pk=basis.pk).update(approved_by=world.staff("zheng"), approved_at=world.at)


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "sun", "gong"])
def test_nobody_else_may_propose_or_approve(world, username):
    with pytest.raises(errors.NotPermitted):
        propose(world, by=username)
    basis = propose(world)
    with pytest.raises(errors.NotPermitted):
        approve_video(basis, staff=world.staff(username), at=world.at)


@pytest.mark.parametrize(("document", "since"), [("", FIRST), ("  ", FIRST), ("x" * 201, FIRST), ("文号", None)])
def test_basis_names_its_document_and_day(world, document, since):
    with pytest.raises(errors.VideoBasisInvalid):
        propose(world, document=document, since=since)


def test_two_switch_it_on_from_its_day(world):
    basis = propose(world)
    approve_video(basis, staff=world.staff("wang"), at=world.at)
    assert (is_video_allowed(FIRST), is_video_allowed(FIRST - dt.timedelta(days=1))) == (True, False)


def test_applicant_is_offered_video_only_when_it_is_on(world):
    from answerable.parties.models import Counter

    Counter.objects.create(code="VIDEO", kind="video", name_zh="视频", name_en="Video", address_zh="-", address_en="-")
    assert [c.pk for c in counters(FIRST)] == ["BJ-01"]
    approve_video(propose(world), staff=world.staff("wang"), at=world.at)
    assert [c.pk for c in counters(FIRST)] == ["BJ-01", "VIDEO"]
