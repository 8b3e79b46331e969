"""The pages of re-verification: what the holder is shown and does, what risk and compliance officers do at the desk."""

import datetime as dt
import re

import pytest

from answerable.parties.sms import gateway
from answerable.verification.actions import ask
from answerable.verification.models import Recheck


@pytest.fixture
def one(world):
    world.order("working")
    return ask(
        world.number(world.plain), ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=world.at
    )


@pytest.fixture
def late(world):
    """A requirement whose deadline has passed."""
    world.order("working")
    at = world.at - dt.timedelta(days=40)
    return ask(
        world.number(world.plain),
        ground="expiring",
        level=2,
        by=world.staff("sun"),
        at=at,
        deadline=at + dt.timedelta(days=30),
    )


def test_holder_sees_what_to_do_and_does_it(world, one, browser, django_capture_on_commit_callbacks):
    client, page = browser(world.hua), f"/console/rechecks/{one.pk}/"
    assert "在控制台点击确认" in client.get("/console/").content.decode()
    assert "现在应办" in client.get(f"/console/numbers/{world.plain}/").content.decode()
    assert "139****0001" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{page}code/")
    found = re.search(r"\d{6}", gateway().newest(world.hua.mobile) or "")
    wrong = client.post(f"{page}confirm/", {"code": "000000" if found[0] != "000000" else "111111"})
    assert (wrong.status_code, Recheck.objects.get().state) == (422, "open")
    assert client.post(f"{page}confirm/", {"code": found[0]}).status_code == 302
    assert Recheck.objects.get().state == "fulfilled"


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", ("证照过期未更新", "最新的营业执照")), ("en", ("Documents expired", "The newest licence"))],
)
def test_paused_holder_is_told_reason_channel_and_documents(world, late, browser, language, told):
    """Anti-Telecom-Fraud Law art. 32."""
    client = browser(world.hua)
    client.cookies["django_language"] = language
    for path in (f"/console/numbers/{world.plain}/", f"/console/rechecks/{late.pk}/"):
        page = client.get(path).content.decode()
        assert all(text in page for text in (*told, "400-800-0400"))


def test_holder_begins_the_papers(world, late, browser):
    answer = browser(world.hua).post(f"/console/rechecks/{late.pk}/papers/")
    assert re.fullmatch(r"/console/dossiers/\d+/", answer.headers["Location"])


def test_stranger_finds_nothing(world, one, browser):
    client = browser(world.zhao)
    assert client.get(f"/console/rechecks/{one.pk}/").status_code == 404
    assert client.post(f"/console/rechecks/{one.pk}/papers/").status_code == 404


def test_risk_officer_asks_raises_and_another_person_withdraws(world, browser):
    world.order("working")
    sun, zheng = browser(world.staff("sun")), browser(world.staff("zheng"))
    sun.post(
        f"/desk/risk/numbers/{world.plain}/recheck/", {"level": "1", "reason": "COMPLAINT", "note": "来电自称他人"}
    )
    made = Recheck.objects.get()
    page = f"/desk/rechecks/{made.pk}/"
    assert "来电自称他人" in sun.get(page).content.decode()
    assert sun.post(f"{page}withdraw/", {"why": "误开"}).status_code == 422
    assert sun.post(f"{page}raise/", {"level": "3", "why": "需要当面"}).status_code == 302
    assert zheng.post(f"{page}raise/", {"level": "3", "why": "x"}).status_code == 404
    assert zheng.post(f"{page}withdraw/", {"why": "误开"}).status_code == 302
    made.refresh_from_db()
    assert (made.level, made.state) == (3, "withdrawn")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"level": "1"},
        {"level": "1", "reason": "BECAUSE"},
        {"level": "9", "reason": "COMPLAINT"},
        {"level": "²", "reason": "COMPLAINT"},
        {"level": "1", "reason": "COMPLAINT", "deadline": "yesterday"},
        {"level": "1", "reason": "COMPLAINT", "deadline": "2020-01-01"},
    ],
)
def test_nonsense_asks_nothing(world, browser, form):
    world.order("working")
    browser(world.staff("sun")).post(f"/desk/risk/numbers/{world.plain}/recheck/", form)
    assert Recheck.objects.count() == 0


def test_desk_never_shows_a_whole_mobile(world, one, browser):
    one.refresh_from_db()
    for path in ("/desk/rechecks/", f"/desk/rechecks/{one.pk}/", f"/desk/risk/numbers/{world.plain}/"):
        assert world.hua.mobile not in browser(world.staff("sun")).get(path).content.decode()
