"""Choosing a number: the list follows the form without a reload."""

import re

import pytest
from playwright.sync_api import expect

from answerable.numbers.models import Number

pytestmark = pytest.mark.pages
SHOWN = "#results .number"


def shown(page):
    return [text.replace("-", "") for text in page.locator(SHOWN).all_inner_texts()]


def test_search_by_pattern_changes_the_list_without_a_reload(visit):
    page = visit()
    page.goto("/numbers/")
    page.evaluate("window.stayed = true")
    page.get_by_label("规律").select_option("AABB")
    page.wait_for_url("**pattern=AABB**")
    expect(page.locator("#results a.card").filter(has_not_text="两对")).to_have_count(0)
    expected = list(
        Number.objects.filter(business_state="spare", patterns__contains=["AABB"]).values_list("pk", flat=True)
    )
    assert page.locator(".results-count").inner_text() == f"{len(expected)} 个可选号码"
    assert set(shown(page)) <= set(expected)
    assert page.evaluate("window.stayed")


def test_search_while_typing_and_without_four(visit):
    page = visit()
    page.goto("/numbers/")
    page.evaluate("window.stayed = true")
    page.get_by_label("尾号").press_sequentially("8")
    page.wait_for_url("**ends_with=8**")
    page.get_by_label("不要数字 4（400 之后）").check()
    page.wait_for_url("**no_4=1**")
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert all(re.fullmatch(r"400[^4]{6}8", number) for number in shown(page))
    assert page.evaluate("window.stayed")


def test_search_that_finds_nothing_says_what_to_do(visit):
    page = visit()
    page.goto("/numbers/")
    page.get_by_label("包含数字").fill("123456789")
    page.get_by_role("heading", name="没有符合条件的号码").wait_for()
    page.get_by_role("link", name="清除条件").click()
    page.wait_for_url(re.compile(r"/numbers/$"))
    assert page.locator(SHOWN).count() > 0


def test_press_on_a_result_is_not_lost_when_the_field_is_left(visit):
    """Leaving a text field is a change; a list exchanged between press and release would swallow the click."""
    page = visit()
    page.goto("/numbers/")
    page.get_by_label("包含数字").fill("123456789")
    link = page.get_by_role("link", name="清除条件")
    link.hover()
    page.mouse.down()
    page.wait_for_load_state("networkidle")
    page.mouse.up()
    page.wait_for_url(re.compile(r"/numbers/$"))


def test_number_shows_its_full_price_for_each_package(visit):
    page = visit()
    page.goto("/numbers/")
    page.locator("#results a.card").first.click()
    page.wait_for_url(re.compile(r"/numbers/400\d{7}/"))
    assert page.locator(".price").count() == 3
    assert page.get_by_role("link", name="申请这个号码").is_visible()


def test_search_works_without_scripts(chromium, server):
    context = chromium.new_context(base_url=server, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/numbers/")
    page.get_by_label("规律").select_option("AABB")
    page.get_by_role("button", name="搜索").click()
    assert "pattern=AABB" in page.url
    context.close()
