"""Sign in by a six-digit code: five minutes, five tries, once."""

import datetime as dt
import re

import pytest

from answerable.parties import errors
from answerable.parties.actions import send_sms_code, sign_in_person
from answerable.parties.models import Person, SmsCode
from answerable.parties.sms import gateway
from answerable.trail.models import Fact

MOBILE = "13900000009"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def send(world, django_capture_on_commit_callbacks):
    """Send a code and return it as it arrived."""

    def send(at=world.at, mobile=MOBILE, **more):
        with django_capture_on_commit_callbacks(execute=True):
            send_sms_code(mobile, at=at, **more)
        return re.search(r"\d{6}", gateway().newest(mobile))[0]

    return send


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_code_is_six_digits_and_signs_a_new_person_in(world, send):
    code = send()
    assert re.fullmatch(r"\d{6}", code)
    assert sign_in_person(MOBILE, code, at=world.at) == Person.objects.get(mobile=MOBILE)


def test_known_person_signs_in_as_the_same(world, send):
    assert sign_in_person(world.hua.mobile, send(mobile=world.hua.mobile), at=world.at) == world.hua


def test_code_is_not_kept_in_the_clear(world, send):
    code = send()
    assert code not in str(SmsCode.objects.values().get())


def test_fact_of_a_sign_in_holds_no_mobile(world, send):
    sign_in_person(MOBILE, send(), at=world.at)
    assert MOBILE not in str(list(Fact.objects.values()))


@pytest.mark.parametrize(
    "mobile",
    [
        "",
        "110",
        "12345678901",
        "1390000000",
        "139000000090",
        "02161234567",
        "1390000000x",
        "139٠٠٠٠٠٠٠٩",
        "+8613900000009",
    ],
)
def test_what_is_no_mobile_gets_no_code(world, mobile):
    with pytest.raises(errors.MobileInvalid):
        send_sms_code(mobile, at=world.at)
    assert not SmsCode.objects.exists()


def test_code_is_refused_from_the_moment_five_minutes_are_over(world, send):
    code = send()
    with pytest.raises(errors.CodeExpired):
        sign_in_person(MOBILE, code, at=world.at + dt.timedelta(minutes=5))
    assert sign_in_person(MOBILE, code, at=world.at + dt.timedelta(minutes=5) - SECOND)


def test_code_is_used_once(world, send):
    code = send()
    sign_in_person(MOBILE, code, at=world.at)
    with pytest.raises(errors.CodeWrong):
        sign_in_person(MOBILE, code, at=world.at)


def test_next_code_is_sent_after_sixty_seconds(world, send):
    send()
    with pytest.raises(errors.CodeTooSoon) as refused:
        send(world.at + 59 * SECOND)
    assert refused.value.params == {"seconds": 2}
    assert send(world.at + 60 * SECOND)


def test_older_code_is_dead_once_a_newer_one_was_sent(world, send):
    older, newer = send(), send(world.at + 60 * SECOND)
    with pytest.raises(errors.CodeWrong):
        sign_in_person(MOBILE, older if older != newer else wrong(older), at=world.at + 61 * SECOND)
    sign_in_person(MOBILE, newer, at=world.at + 62 * SECOND)
    with pytest.raises(errors.CodeWrong):
        sign_in_person(MOBILE, older, at=world.at + 63 * SECOND)


def test_after_five_wrong_tries_the_right_code_is_refused(world, send):
    code = send()
    for _ in range(5):
        with pytest.raises(errors.CodeWrong):
            sign_in_person(MOBILE, wrong(code), at=world.at)
    with pytest.raises(errors.CodeWrong):
        sign_in_person(MOBILE, code, at=world.at)
    assert not Person.objects.filter(mobile=MOBILE).exists()


def test_wrong_tries_are_not_cleared_by_a_used_or_older_code(world, send):
    send()
    code = send(world.at + 60 * SECOND)
    for _ in range(5):
        with pytest.raises(errors.CodeWrong):
            sign_in_person(MOBILE, wrong(code), at=world.at + 61 * SECOND)
    assert SmsCode.objects.order_by("-sent_at").first().tries == 5


def test_code_of_another_mobile_is_wrong(world, send):
    theirs = send(mobile=world.zhao.mobile)
    mine = send()
    with pytest.raises(errors.CodeWrong):
        sign_in_person(MOBILE, theirs if theirs != mine else wrong(mine), at=world.at)


def test_ten_codes_a_day_go_to_one_mobile(world, send):
    for minute in range(10):
        send(world.at + dt.timedelta(minutes=minute))
    with pytest.raises(errors.CodeCap):
        send(world.at + dt.timedelta(hours=1))
    assert send(world.at + dt.timedelta(days=1))


def test_sixty_codes_a_day_go_out_for_one_address(world, send):
    for serial in range(60):
        send_sms_code(f"138{serial:08d}", at=world.at, address="192.0.2.1")
    with pytest.raises(errors.CodeCap):
        send(address="192.0.2.1")
    assert send(address="192.0.2.2")


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_code_is_sent(world, at_once):
    results = at_once(*[lambda: send_sms_code(MOBILE, at=world.at)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["CodeTooSoon", "SmsCode"]
    assert SmsCode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_code_signs_in_once_even_when_used_twice_at_once(world, at_once, folders):
    send_sms_code(MOBILE, at=world.at)
    code = re.search(r"\d{6}", gateway().newest(MOBILE))[0]
    results = at_once(*[lambda: sign_in_person(MOBILE, code, at=world.at)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["CodeWrong", "Person"]
