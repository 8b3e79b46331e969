"""华 Hua applies in the browser: by phone, with a picture of every paper and at most sixty typed characters."""

import re

import pytest
from django.utils import timezone

from answerable.cli.world import people
from answerable.cli.world.reference import credit_code
from answerable.lib.workdays import add_workdays
from answerable.parties.sms import gateway
from answerable.verification.actions import begin_callback, end_callback
from answerable.verification.models import CallBack, Document
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import papers
from tests.cast import Applicant, staff
from tests.pages.conftest import PHONE
from tests.pages.stage import applicant, read_as_printed, spare

pytestmark = pytest.mark.pages
TYPED_AT_MOST = 60


def picture(name, jpeg):
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": jpeg}


def sms_code(mobile):
    return re.search(r"\d{6}", gateway().newest(mobile))[0]


def follow(page, number):
    """Let the test look at what the browser has done: its person, as one of the cast."""
    one = Applicant.__new__(Applicant)
    one.number, one.firm, one.mobile, one.role, one.line = (
        number,
        "hua",
        people.MOBILES["hua"],
        "legal_representative",
        "",
    )
    one.order_no = re.search(r"/orders/(\w+)/", page.url)[1]
    return one


def test_applicant_types_at_most_sixty_characters_besides_uploads(visit):
    number, typed = spare(), []

    def write(label, text):
        typed.append(text)
        page.get_by_label(label).fill(text)

    page = visit(width=PHONE)
    page.goto(f"/numbers/{number}/")
    page.get_by_role("link", name="申请这个号码").click()
    write("手机号", people.MOBILES["hua"])
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/code/")
    write("验证码", sms_code(people.MOBILES["hua"]))
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"**/apply/{number}/")
    page.get_by_text("法定代表人（负责人）").click()
    page.get_by_role("button", name="下一步").click()
    write("统一社会信用代码", credit_code("hua"))
    page.get_by_role("button", name="下一步").click()
    assert page.get_by_text("上海样本家电服务有限公司").is_visible()
    page.get_by_label("所属行业").select_option("manufacturing")
    page.get_by_text("标准套餐 ·").click()
    page.get_by_role("button", name="预占号码").click()
    page.wait_for_url("**/console/orders/**")
    one = follow(page, number)
    assert re.fullmatch(r"29:\d\d", page.get_by_role("timer").inner_text())
    sign_in_browser(page, one)
    one.pay(staff("qian"))
    page.reload()
    page.get_by_role("link", name="去提交材料").click()
    bring_papers(page, one)
    write("固定电话", "02161234567")
    page.locator("#first-line button").click()
    prove_line(page, one, write)
    page.locator("#person button").click()
    page.locator("#person").get_by_text("已确认", exact=True).wait_for()
    page.get_by_role("button", name="提交材料").click()
    page.get_by_label("营业厅").select_option("BJ-01")
    page.get_by_label("日期（工作日）").fill(add_workdays(timezone.now(), 1).date().isoformat())
    page.get_by_role("button", name="预约", exact=True).click()
    assert re.fullmatch(r"[A-Z0-9]{6,8}", page.locator("#booking-code").inner_text())
    assert sum(map(len, typed)) <= TYPED_AT_MOST


def sign_in_browser(page, one):
    """Upload each sealed page without leaving the page, then hand the contract in."""
    page.evaluate("window.stayed = true")
    for n in range(1, one.order.contract_pages + 1):
        made = make("contract", {"name": one.entry.name, "number_400": one.number}, seed=n)
        page.locator(f"#file-{n}").set_input_files(picture(f"page-{n}", made.jpeg))
        page.locator(f"#page-{n}").get_by_text("已上传").wait_for()
    assert page.evaluate("window.stayed")
    page.get_by_role("button", name="提交盖章合同").click()
    page.get_by_role("heading", name="由单位对公账户转账").wait_for()


def prove_line(page, one, write):
    """Press for the call-back; the caller's part is played here, and the code that was heard is typed."""
    page.locator("#callback button").click()
    page.locator("#callback").get_by_text("请到这条线路旁接听").wait_for()
    callback = CallBack.objects.get(dossier=one.dossier)
    code = begin_callback(callback, at=timezone.now())
    end_callback(callback, "answered", at=timezone.now())
    page.get_by_label("听到的验证码").wait_for()  # the page asks by itself every two seconds
    write("听到的验证码", code)
    page.get_by_role("button", name="核对验证码").click()
    page.get_by_text("这条线路有人接听").wait_for()


def bring_papers(page, one):
    """Upload each paper through its own file input; the worker's readings arrive by themselves."""
    made = papers(one.entry, role=one.role, line="02161234567", number=one.number, day=timezone.localdate())
    page.get_by_label("我单独同意").check()
    page.get_by_role("button", name="同意并提供照片").click()
    page.locator("#file-handler_photo").wait_for(state="attached")
    page.evaluate("window.stayed = true")
    for slot, jpeg in made.items():
        page.locator(f"#file-{slot}").set_input_files(picture(slot, jpeg))
        page.locator(f"#state-{slot} img").wait_for()
        read_as_printed(one, slot)
    page.locator("#reading:not([hx-get])").wait_for(state="attached")
    assert page.evaluate("window.stayed")
    assert page.locator("#state-licence").get_by_text("一致", exact=True).count() == 4
    page.get_by_role("button", name="核对无误，确认").click()
    page.locator("#state-licence").get_by_text("已确认", exact=True).wait_for()
    assert page.get_by_label("姓名", exact=True).input_value() == one.entry.legal_representative


def test_reading_does_not_disturb_what_is_being_written(visit):
    one = applicant("locked")
    page = visit(one.client)
    page.goto(f"/console/dossiers/{one.dossier.pk}/")
    jpeg = make("business_licence", {"name": one.entry.name}, seed=1).jpeg
    page.locator("#file-licence").set_input_files(picture("licence", jpeg))
    page.locator("#state-licence progress").wait_for()
    page.get_by_label("姓名", exact=True).press_sequentially("华建")
    read_as_printed(one, "licence")
    page.locator("#state-licence").get_by_text("已识别", exact=True).wait_for()
    page.keyboard.type("国")
    assert page.get_by_label("姓名", exact=True).input_value() == "华建国"


def test_picture_is_shown_once_however_long_the_reading_takes(visit):
    one = applicant("locked")
    page, shown = visit(one.client), []
    page.goto(f"/console/dossiers/{one.dossier.pk}/")
    page.on("request", lambda request: shown.append(request.url) if request.url.endswith(".jpg") else None)
    jpeg = make("business_licence", {"name": one.entry.name}, seed=1).jpeg
    page.locator("#file-licence").set_input_files(picture("licence", jpeg))
    page.locator("#state-licence progress").wait_for()
    for _ in range(2):
        with page.expect_response(f"**/console/dossiers/{one.dossier.pk}/"):
            pass
    page.wait_for_timeout(200)
    assert len(shown) == 1


def test_file_that_is_no_picture_is_refused_at_its_slot(visit):
    one = applicant("locked")
    page = visit(one.client)
    page.goto(f"/console/dossiers/{one.dossier.pk}/")
    page.locator("#file-licence").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    page.locator("#state-licence").get_by_role("alert").wait_for()
    assert page.locator("#state-licence").get_by_text("未上传").is_visible()
    assert not Document.objects.filter(dossier=one.dossier).exists()
    page.complaints.clear()  # the browser notes the 422


def test_asked_for_more_is_shown_with_what_to_do(visit):
    one = applicant("handled")
    one.review(staff("lin"), "ask", reasons=["B01"], message="请重拍右下角。")
    page = visit(one.client, width=PHONE)
    page.goto("/console/")
    page.get_by_role("link", name="去处理").first.click()
    told = page.get_by_role("alert").inner_text()
    assert "请重拍右下角。" in told
    assert "B01" in told
    assert page.locator("#file-licence").count() == 1


def test_hold_runs_out_on_the_page(visit):
    one = applicant("held")
    page = visit(one.client)
    page.clock.install(time=timezone.now())
    page.goto(f"/console/orders/{one.order_no}/")
    assert page.get_by_role("timer").inner_text().startswith("29:")
    page.clock.fast_forward("05:00")
    assert page.get_by_role("timer").inner_text().startswith("24:")
