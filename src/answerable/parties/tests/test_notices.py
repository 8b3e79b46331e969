"""What people are told: in the centre at once, by SMS after the commit, in their language."""

import string

import pytest

from answerable.parties.actions import read_notices
from answerable.parties.models import Notice
from answerable.parties.notices import TEXTS, notify, render
from answerable.parties.queries import notices_of
from answerable.parties.sms import gateway


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_notice_goes_out_by_sms_after_the_commit(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        notify(world.hua, "CANCELLED", at=world.at, order="A260310ABCDEF")
        assert gateway().newest(world.hua.mobile) is None
    assert gateway().newest(world.hua.mobile) == "订单 A260310ABCDEF 已取消。"


def test_sms_speaks_the_persons_language(world, django_capture_on_commit_callbacks):
    world.hua.language = "en"
    with django_capture_on_commit_callbacks(execute=True):
        notify(world.hua, "CANCELLED", at=world.at, order="A260310ABCDEF")
    assert gateway().newest(world.hua.mobile) == "Order A260310ABCDEF is cancelled."


def test_notice_stays_in_the_centre_when_no_sms_can_be_sent(
    world, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.OUTBOX = tmp_path / "file"
    settings.OUTBOX.write_text("a file where the folder should be")
    with django_capture_on_commit_callbacks(execute=True):
        notify(world.hua, "CANCELLED", at=world.at, order="A260310ABCDEF")
    assert notices_of(world.hua).count() == 1


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_notice_can_be_said_in_both_languages(code):
    zh, en = TEXTS[code]
    notice = Notice(code=code, params=dict.fromkeys(fields(zh) | fields(en), "x"))
    assert render(notice, "zh-hans") != render(notice, "en")


def test_notices_are_newest_first_and_read_once(world):
    for order in ("A1", "A2"):
        notify(world.hua, "CANCELLED", at=world.at, order=order)
    notify(world.zhao, "CANCELLED", at=world.at, order="A3")
    read_notices(world.hua, at=world.at)
    assert [(n.params["order"], n.read_at) for n in notices_of(world.hua)] == [("A2", world.at), ("A1", world.at)]
    assert notices_of(world.zhao).get().read_at is None
