"""The desk in the browser: 陈 Chen, 林 Lin, 钱 Qian and 孙 Sun do their work, the reviewer with the keyboard alone."""

import json
import re

import pytest
from django.utils import timezone

from answerable.billing.models import Transfer
from answerable.cli.world import people
from answerable.numbers.models import Number
from answerable.parties.models import Staff
from answerable.verification.models import DocumentView, Review
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import legal_person
from tests.cast import staff
from tests.pages.stage import applicant, open_number

pytestmark = pytest.mark.pages


def file(name, raw, kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": raw}


def test_staff_signs_in_with_password_and_one_time_code(visit):
    page = visit()
    page.goto("/desk/review/")
    page.wait_for_url("**/desk/sign-in/?next=**")
    page.locator("#username:focus").wait_for()  # by itself
    page.keyboard.type("lin")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_label("动态码").fill("000000")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.complaints.clear()  # the browser notes the 422
    Staff.objects.filter(username="lin").update(totp_last_step=0)
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_label("动态码").fill(people.one_time_code("lin", timezone.now()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/review/")
    assert page.get_by_role("heading", name="队列是空的").is_visible()


def test_counter_staff_handles_an_application(visit):
    one = applicant("booked")
    code = one.dossier.appointments.get(cancelled_at=None).code
    page, who = visit(staff("chen")), legal_person(one.entry.legal_representative)
    page.goto("/desk/counter/")
    page.locator("#code:focus").wait_for()  # by itself
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/counter/{code}/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    card = json.dumps({"name": who["name"], "id_number": who["id_number"], "serial": "READER-1"}).encode()
    page.locator("#id_reader").set_input_files(file("card.json", card, "application/json"))
    page.locator("#site_photo").set_input_files(file("photo.jpg", make("id_portrait", seed=5).jpeg))
    form = make("acceptance_form", {"name": one.entry.name}, seed=5).jpeg
    page.locator("#acceptance_form").set_input_files(file("form.jpg", form))
    assert "form.jpg" in page.locator(".pick").last.inner_text()
    page.get_by_role("button", name="确认受理").click()
    assert "已受理" in page.get_by_role("status").inner_text()
    assert Number.objects.get(pk=one.number).business_state == "handled"


def test_reviewer_decides_with_the_keyboard_alone(visit):
    one = applicant("handled")
    page = visit(staff("lin"))
    page.goto(f"/desk/review/{one.dossier.pk}/")
    page.get_by_role("button", name="领取审核").focus()
    page.keyboard.press("Enter")
    page.locator("#decide").wait_for()
    documents = page.locator(".review-documents > section").count()
    assert documents == 9
    focused = "document.activeElement.id"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "d-licence"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "d-rep_id_portrait"
    page.keyboard.press("k")
    assert page.evaluate(focused) == "d-licence"
    page.keyboard.press("3")
    assert page.get_by_label("不予通过").is_checked()
    page.keyboard.press("1")
    assert page.get_by_role("radio", name="同意").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/review/")
    review = Review.objects.get(dossier=one.dossier)
    assert (review.reviewer.username, review.decision) == ("lin", "approve")


def test_reviewer_writes_numbers_into_the_message_without_deciding(visit):
    one = applicant("handled")
    page = visit(staff("lin"))
    page.goto(f"/desk/review/{one.dossier.pk}/")
    page.get_by_role("button", name="领取审核").click()
    page.get_by_label("给申请人的话").press_sequentially("第 1 页")
    assert page.locator("[name=decision]:checked").count() == 0
    page.get_by_label("要求补充").check()
    page.get_by_label(re.compile("^B01")).check()
    page.get_by_role("button", name="提交意见").click()
    page.wait_for_url("**/desk/review/")
    review = Review.objects.get(dossier=one.dossier)
    assert (review.decision, review.reasons, review.message) == ("ask", ["B01"], "第 1 页")


def test_picture_is_shown_when_the_reviewer_comes_to_it_zoomed_and_turned(visit):
    one = applicant("handled")
    page = visit(staff("lin"))
    page.goto(f"/desk/review/{one.dossier.pk}/")
    licence = page.locator("#d-licence")
    licence.locator("img").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    seen = DocumentView.objects.filter(who_kind="staff").values("document").distinct().count()
    assert 1 <= seen < page.locator(".review-documents img").count()
    before = licence.locator(".page-image").bounding_box()["width"]
    licence.get_by_role("button", name="放大").click()
    assert licence.locator(".page-image").bounding_box()["width"] == pytest.approx(before * 1.5, rel=0.02)
    licence.get_by_role("button", name="旋转").click()
    assert "turn-1" in licence.locator(".page-image").get_attribute("class")


def test_cashier_books_a_transfer_and_sends_a_persons_money_back(visit):
    one = applicant("awaiting_payment")
    page, yuan = visit(staff("qian")), f"{one.order.price_fen / 100:.2f}"
    page.goto("/desk/cashier/")
    assert page.get_by_role("heading", name="没有待核对的转账").is_visible()
    for reference, name, is_person in (("B-1", "华建国", True), ("B-2", one.entry.name, False)):
        page.get_by_label("银行流水号").fill(reference)
        page.get_by_label("金额（元）").fill(yuan)
        page.get_by_label("付款户名").fill(name)
        page.get_by_label("付款账号").fill("0200-1")
        page.get_by_label("附言").fill(one.order_no)
        page.get_by_label("个人账户").set_checked(is_person)
        page.get_by_role("button", name="登记", exact=True).click()
        page.locator(".card", has_text=reference).first.wait_for()
    private = page.locator(f"#transfer-{Transfer.objects.get(bank_reference='B-1').pk}")
    assert private.get_by_label("退回原因").input_value() == "PERSON"
    private.get_by_role("button", name="原路退回").click()
    right = page.locator(f"#transfer-{Transfer.objects.get(bank_reference='B-2').pk}")
    assert right.get_by_text("金额与户名相符").is_visible()
    right.get_by_role("button", name="入账").click()
    assert one.order_no in page.get_by_role("status").first.inner_text()
    assert Number.objects.get(pk=one.number).business_state == "locked"


def test_risk_officer_stops_a_number_and_the_holder_sees_why(visit):
    one = applicant("handled")
    open_number(one)
    page, holder = visit(staff("sun")), visit(one.client)
    page.goto("/desk/risk/")
    page.get_by_label("号码").fill(one.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/risk/numbers/{one.number}/")
    page.get_by_label("原因", exact=True).select_option("FRAUD_ORDER")
    page.get_by_role("button", name="立即停机").click()
    page.get_by_role("button", name="恢复").wait_for()
    holder.goto(f"/console/numbers/{one.number}/")
    told = holder.get_by_role("alert").inner_text()
    assert all(words in told for words in ("涉诈紧急停机", "申诉渠道", "所需材料"))
    page.get_by_role("button", name="恢复").click()
    page.get_by_role("button", name="立即停机").wait_for()
    holder.reload()
    assert holder.get_by_role("alert").count() == 0
