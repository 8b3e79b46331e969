"""The public look-up keeps its answers a moment: never past a validity, never one visitor's page for another."""

import datetime as dt
import re

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from answerable.numbers.actions import stop
from answerable.web.site import answers

AT = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


@pytest.fixture
def ask(world):
    """Ask for an answer as a stranger, or with a client that is given."""

    def ask(number=world.plain, client=None, **said):
        return (client or Client()).get(f"/who/{number}/", **said)

    return ask


@pytest.fixture
def clock(monkeypatch):
    """Let time pass for the pages."""

    def passes(**time):
        later = timezone.now() + dt.timedelta(**time)
        monkeypatch.setattr(timezone, "now", lambda: later)

    return passes


def queries(deed):
    with CaptureQueriesContext(connection) as made:
        deed()
    return len(made)


def same(page):
    """Strangers are answered with the very same bytes."""
    return page.content.decode()


@pytest.mark.parametrize("said", [{}, {"data": {"format": "json"}}, {"headers": {"Accept-Language": "en"}}])
def test_stranger_who_asks_what_another_asked_costs_no_query(world, ask, said):
    world.order("working")
    ask(world.third)  # who runs this installation is known from now on
    assert [queries(lambda: ask(**said)) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("number", ["4008001357", "4008002579", "4008999999", "4002000400"])
@pytest.mark.parametrize("said", [{}, {"data": {"format": "json"}}, {"headers": {"Accept-Language": "en"}}])
def test_kept_answer_is_the_answer(world, ask, number, said):
    world.order("working")
    first, kept = ask(number, **said), ask(number, **said)
    assert (kept.status_code, same(kept), kept.headers["Content-Type"]) == (
        200,
        same(first),
        first.headers["Content-Type"],
    )


def test_each_language_and_format_has_its_own_answer(world, ask):
    world.order("working")
    chinese, english = (ask(headers={"Accept-Language": code}) for code in ("zh-CN", "en"))
    assert ("有单位负责" in chinese.content.decode(), "有单位负责" in english.content.decode()) == (True, False)
    assert ask(headers={"Accept": "application/json"}).json()["kind"] == "answered"


def test_stop_shows_within_ten_seconds(world, ask, clock):
    world.order("working")
    ask(data={"format": "json"})
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    clock(seconds=10)
    assert ask(data={"format": "json"}).json()["is_stopped"] is True


def test_browser_keeps_an_answer_no_longer_than_we_do(ask, clock):
    assert ask().headers["Cache-Control"] == "public, max-age=10"
    clock(seconds=4)
    assert ask().headers["Cache-Control"] == "public, max-age=5"  # in whole seconds, never more


@pytest.mark.parametrize(("seconds", "kept"), [(2, 2), (10, 10), (3600, 10), (None, 10)])
def test_answer_is_kept_ten_seconds_and_never_past_the_validity_it_rests_on(seconds, kept):
    caches["answers"].clear()
    until = AT + dt.timedelta(seconds=seconds) if seconds else None
    response = answers.may_be_kept(HttpResponse("x"), until=until, at=AT)
    answers.keep("a", response, until=response.kept_until)
    end = AT + dt.timedelta(seconds=kept)
    just_before = end - dt.timedelta(microseconds=1)
    assert (answers.kept("a", at=just_before) is not None, answers.kept("a", at=end)) == (True, None)


def test_lapsed_verification_is_never_answered_from_what_was_kept(world, ask, clock):
    world.order("working")
    number = world.number(world.plain)
    number.verified_until = timezone.now() + dt.timedelta(seconds=5)
    number.save()
    assert ask(data={"format": "json"}).json()["kind"] == "answered"
    clock(seconds=5)
    assert ask(data={"format": "json"}).json()["kind"] == "nobody"


def test_signed_in_person_sees_their_own_page_and_leaves_it_to_nobody(world, ask, browser):
    stranger = same(ask())
    person, staff = ask(client=browser(world.hua)), ask(client=browser(world.staff("lin")))
    assert ("控制台" in person.content.decode(), "工作台" in staff.content.decode()) == (True, True)
    assert same(ask()) == stranger
    assert "登录" in stranger


def test_person_who_asks_first_leaves_nothing_to_a_stranger(world, ask, browser):
    ask(client=browser(world.hua))
    assert "控制台" not in ask().content.decode()


def test_message_is_shown_to_whom_it_was_said_alone(ask):
    told = Client()
    store = CookieStorage(RequestFactory().get("/"))
    store.add(20, "只说给您")
    response = HttpResponse()
    store.update(response)
    told.cookies["messages"] = response.cookies["messages"].value
    assert "只说给您" in ask(client=told).content.decode()
    assert "只说给您" not in ask().content.decode()


def test_what_is_kept_has_nobodys_token_and_sets_no_cookie(ask):
    for page in (ask(), ask()):
        assert (page.cookies.output(), "csrf" in page.content.decode().lower()) == ("", False)


def test_kept_page_has_the_headers_of_every_page(ask, client):
    first, kept, other = ask(), ask(), client.get("/prices/")
    guarded = (
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
    )
    for header in (*guarded, "Content-Language"):
        assert kept.headers[header] == first.headers[header] == other.headers[header]
    assert kept.headers["Vary"] == "Accept, Accept-Language, Cookie"


def test_link_on_a_kept_page_changes_the_language_and_leads_back(ask):
    stranger = Client()
    (link,) = re.findall(r'href="(/language\?[^"]+)"', [ask(client=stranger) for _ in range(2)][1].content.decode())
    gone = stranger.get(link.replace("&amp;", "&"))
    assert (gone.headers["Location"], stranger.cookies["django_language"].value) == ("/who/4008001357/", "en")
    assert "有单位负责" not in ask(client=stranger).content.decode()
    assert 'lang="en"' in ask(client=stranger).content.decode()[:60]


def test_link_writes_nothing_about_a_person(world, browser):
    browser(world.hua).get("/language?language=en&next=/")
    world.hua.refresh_from_db()
    assert world.hua.language == "zh-hans"


def test_host_that_is_none_of_ours_gets_nothing_that_is_kept(ask):
    ask()
    assert ask(headers={"Host": "evil.example"}).status_code == 400


def test_address_in_another_spelling_leads_back_to_itself(ask):
    ask()
    for address in ("/who/400-800-1357/", "/who/4008001357/?from=here"):
        assert f'name="next" value="{address}"' in Client().get(address).content.decode()
