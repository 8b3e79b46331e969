"""A code confirms the mobile; the number's call record says whether it called."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.actions import confirm_mobile, send_code
from answerable.complaints.callers import numbers_reported
from answerable.complaints.models import Report
from answerable.complaints.tests.conftest import WU
from answerable.parties.errors import CodeWrong


@pytest.fixture
def confirm(world, texts, django_capture_on_commit_callbacks):
    """Ask for the code, read it and enter it."""

    def confirm(made):
        with django_capture_on_commit_callbacks(execute=True):
            send_code(made, at=world.at, address="192.0.2.1")
        code = re.search(r"验证码 (\d{6})", texts(WU)[-1])[1]
        return confirm_mobile(made, code, at=world.at)

    return confirm


@pytest.mark.parametrize("spelled", [WU, "0" + WU, "+86" + WU])
def test_caller_in_the_record_is_proven_with_count_and_times(world, tell, call, confirm, spelled):
    call(spelled, ago=dt.timedelta(days=3))
    call(spelled)
    made = confirm(tell())
    assert (made.is_proven_caller, made.calls_matched) == (True, 2)
    assert (made.first_call_at, made.last_call_at) == (
        world.at - dt.timedelta(days=3),
        world.at - dt.timedelta(hours=1),
    )


def test_other_numbers_other_callers_and_old_calls_prove_nothing(world, tell, call, confirm):
    call(number=world.second)
    call("13900000005")
    call(ago=dt.timedelta(days=151))
    made = confirm(tell())
    assert (made.is_proven_caller, made.mobile_confirmed_at) == (False, world.at)


def test_wrong_code_confirms_nothing(world, tell):
    made = tell()
    send_code(made, at=world.at, address=None)
    with pytest.raises(CodeWrong):
        confirm_mobile(made, "000000x", at=world.at)
    assert Report.objects.get().mobile_confirmed_at is None


def test_without_a_mobile_or_twice_there_is_nothing_to_confirm(world, tell, confirm):
    with pytest.raises(errors.MobileMissing):
        send_code(tell(contact=""), at=world.at, address=None)
    with pytest.raises(errors.MobileConfirmed):
        send_code(confirm(tell()), at=world.at, address=None)


def test_code_of_one_report_opens_no_other(world, tell, texts, django_capture_on_commit_callbacks):
    one, other = tell(), tell()
    with django_capture_on_commit_callbacks(execute=True):
        send_code(one, at=world.at, address=None)
    code = re.search(r"验证码 (\d{6})", texts(WU)[-1])[1]
    with pytest.raises(CodeWrong):
        confirm_mobile(other, code, at=world.at)


def test_unconfirmed_report_cannot_be_a_proven_callers(tell):
    tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(calls_matched=1)


def test_different_numbers_of_one_mobile_within_thirty_days_are_counted(world, tell):
    tell(number=world.third, at=world.at - dt.timedelta(days=31))
    tell(number=world.second, at=world.at - dt.timedelta(days=1))
    tell()
    assert numbers_reported(tell()) == 2
    assert numbers_reported(tell(contact="")) == 0


def test_mobile_lies_nowhere_readable(tell):
    tell()
    assert WU not in str(list(Report.objects.values()))
    assert WU.encode() not in bytes(Report.objects.get().contact)


def test_receipt_goes_out_at_once_and_to_one_mobile_three_times_a_day(tell, texts, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = [tell() for _ in range(5)]
    assert [one.pk in text for one, text in zip(made, texts(WU), strict=False)] == [True] * 3
    assert len(texts(WU)) == 3
