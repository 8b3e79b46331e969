"""吴 Wu, who was cheated, gets from a number to a reference without an account, on a phone, in at most three screens."""

from time import monotonic

import pytest

from answerable.complaints.models import Report
from answerable.numbers.models import Number
from tests.pages.conftest import PHONE

pytestmark = pytest.mark.pages


def spell(number):
    """Write a number as a worried person might: +86, full-width digits, hyphens, spaces."""
    return f"+86 ４００-{number[3:6]} {number[6:]}"


def test_victim_gets_from_number_to_reference_in_three_screens(visit):
    number = Number.objects.filter(business_state="spare").first().pk
    page, started, screens = visit(width=PHONE), monotonic(), []
    page.goto("/")
    page.get_by_label("400 号码").fill(spell(number))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/who/{number}/")
    assert page.locator("#answer").get_attribute("data-kind") == "nobody"
    assert page.get_by_role("link", name="110").get_attribute("href") == "tel:110"
    page.on("framenavigated", lambda frame: screens.append(frame.url))
    page.get_by_role("link", name="举报这个号码").click()
    page.get_by_text("有人用这个号码行骗").click()
    page.get_by_text("我已经付款或转账").click()
    page.get_by_role("button", name="下一步").click()
    assert page.get_by_text("钱刚转出？先打").is_visible()
    page.get_by_role("button", name="提交举报").click()
    reference = page.locator("#reference").inner_text()
    assert monotonic() - started < 60
    assert len(screens) == 3
    report = Report.objects.get(pk=reference)
    assert (report.number, report.report_class, report.money_paid) == (number, "fraud", True)


def test_victim_follows_the_report_by_its_reference(visit):
    number = Number.objects.filter(business_state="spare").last().pk
    page = visit()
    page.goto(f"/report/{number}/")
    page.get_by_label("服务态度").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("经过").fill("一直没有人接。")
    page.get_by_role("button", name="提交举报").click()
    reference = page.locator("#reference").inner_text()
    page.goto("/reports/")
    page.get_by_label("举报编号").fill(reference.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reported/{reference}/")
    assert page.get_by_text("已收到", exact=True).is_visible()


def test_victim_reports_with_the_keyboard_alone(visit):
    number = Number.objects.filter(business_state="spare").first().pk
    page = visit()
    page.goto("/who/")
    page.locator("#number:focus").wait_for()  # by itself
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/who/{number}/")
    page.get_by_role("link", name="举报这个号码").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/**")
    page.locator("[name=report_class]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/details/")
    page.get_by_label("您的手机号").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reported/**")
    assert page.locator("#reference").is_visible()


def test_number_that_is_none_is_told_beside_the_field(visit):
    page = visit()
    page.goto("/who/")
    page.get_by_label("输入 400 号码").fill("800 123")
    page.keyboard.press("Enter")
    assert "应为 400 开头" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("输入 400 号码").input_value() == "800 123"
    page.complaints.clear()  # the browser notes the 422
