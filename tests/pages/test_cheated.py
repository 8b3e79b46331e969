"""From a cheated caller's report to the end of the appeal, in the browser: each of the six people on a page of their own.

吴 Wu looks the number up on a phone and reports it; 孙 Sun, on duty, traces and stops it; 华 Hua's legal representative
appeals; 冯 Feng upholds. There is no signer here, so the permit for ringing again waits, and the page says so.
"""

import datetime as dt
import re
import time

import pytest
from django.utils import timezone
from django.utils.timezone import localtime

from answerable.calls.models import Call
from answerable.cli.world import hotline, people
from answerable.cli.world.reference import credit_code
from answerable.complaints.actions import add_shift
from answerable.complaints.models import Report
from answerable.conftest import draw
from answerable.numbers.models import Measure, Number
from answerable.orders.actions import begin_test_call, end_test_call
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import TestCall
from answerable.parties.models import Person, RegisterEntry, Staff
from answerable.parties.sms import gateway
from answerable.tracing.actions import build
from answerable.tracing.models import TraceBundle
from answerable.tracing.verify import verify
from answerable.transparency import evidence_key, integrate
from answerable.transparency.client import LogClient
from answerable.transparency.entries import read_entry
from answerable.verification.models import Document
from answerable.verification.specimens.papers import legal_person
from tests.cast import sign_in, staff
from tests.pages.conftest import PHONE
from tests.pages.stage import count_as_read, spare
from tests.pages.test_every_page import CHINESE, TOO_WIDE, data

pytestmark = pytest.mark.pages

CHEATED, ANOTHER, DUTY_PHONE = "13955554444", "13955553333", "13955552222"
STORY = "对方自称客服，要我转账解冻。"
WORDS = (STORY, "受害人称被要求转账", "投诉人拨错了号码，录音可证。", "录音证实拨错，处置撤销。")
SHOWN_WITHIN_SECONDS = 20
"""A stranger's answer is kept for ten."""


@pytest.fixture
def log(settings, tmp_path):
    """Keep a public log of this test's own; show what was said, and return it."""
    settings.LOG, settings.LOG_GUARD = tmp_path / "log", tmp_path / "guard"

    def show():
        while integrate.take():
            pass
        ours = integrate.here()
        client = LogClient(ours.store.read, ours.key.verifier)
        integrate.show(ours)
        return [read_entry(leaf) for leaf in client.entries(client.latest().checkpoint)]

    return show


@pytest.fixture
def number(log, world):
    """Hua's number, in service since two days ago by every step of the way; the victim called it an hour ago."""
    at, number = timezone.now() - dt.timedelta(days=2), spare()
    person = Person.objects.create(mobile=people.MOBILES["hua"], name="华小样", created_at=at)
    entry = RegisterEntry.objects.get(pk=credit_code("hua"))
    order = hotline.apply_for(number, person, entry, line="02161234567", at=at, read=_count_as_read)
    hotline.handle(order, at=at)
    hotline.review(order, at=at)
    hotline.begin_opening(order, at=at)
    call = TestCall.objects.get(order=order)
    begin_test_call(call, at=at)
    end_test_call(call, Outcome("answered", "SIP/2.0 200 OK", "", 80), at=at)
    called_at = timezone.now() - dt.timedelta(hours=1)
    Call.objects.create(
        host="gate-1", call="call-1", number=number, caller=CHEATED, owner=entry.pk, line="02161234567", started_at=called_at,
        answered_at=called_at, ended_at=called_at + dt.timedelta(minutes=9), end_status="answered", sip_status=200, received_at=called_at,
    )  # fmt: skip
    log()
    return number


def _count_as_read(pk):
    """Leave what the worker leaves after reading; the licence and the card as they are printed."""
    paper, entry = Document.objects.get(pk=pk), RegisterEntry.objects.get(pk=credit_code("hua"))
    who = legal_person(entry.legal_representative)
    printed = {
        "licence": {"code": entry.pk, "name": entry.name, "person": entry.legal_representative, "address": entry.address},
        "rep_id_portrait": {"name": who["name"], "id_number": who["id_number"]},
    }  # fmt: skip
    count_as_read(paper, **printed.get(paper.slot, {}))


def look(page):
    """Look at a page as a person does: nothing wider than the screen, and in English no Chinese but names and words."""
    assert page.evaluate(TOO_WIDE) == [], page.url
    if page.locator("html").get_attribute("lang") == "en":
        said = page.locator("body").inner_text()
        for one in sorted((*data(), *WORDS), key=len, reverse=True):
            said = said.replace(one, "")
        assert CHINESE.findall(said) == [], page.url


def look_up(page, number, words):
    """Ask who answers until the page says `words`: what a stranger was told a moment ago may be told once more."""
    until = time.monotonic() + SHOWN_WITHIN_SECONDS
    page.goto(f"/who/{number}/")
    while not page.get_by_text(words).is_visible() and time.monotonic() < until:
        time.sleep(0.5)
        page.reload()
    assert page.get_by_text(words).is_visible()
    look(page)


def report(page, number, *, mobile, paid):
    """Report a fraud from the number's answer, each page by its fields, whatever the language; return the reference."""
    page.goto("/who/")
    page.locator("#number").fill(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/who/{number}/")
    look(page)
    page.locator(f"a[href='/report/{number}/']").click()
    look(page)
    page.locator("[name=report_class][value=fraud]").check()
    page.locator("[name=money_paid]").set_checked(paid)
    page.locator("main button.wide").click()
    page.wait_for_url("**/details/")
    look(page)
    if paid:
        page.locator("#paid_at").fill(f"{localtime() - dt.timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.locator("#text").fill(STORY)
    page.locator("#contact").fill(mobile)
    page.locator("main button.wide").click()
    return page.locator("#reference").inner_text()


def confirm_mobile(page, mobile):
    """Have the code sent, and enter it from the message."""
    page.locator("#mobile form[action$='/code/'] button").click()
    page.locator("#code").fill(re.search(r"\d{6}", gateway().newest(mobile))[0])
    page.locator("#mobile form[action$='/confirm/'] button").click()
    page.locator("#mobile .badge-ok").wait_for()
    look(page)


def test_cheated_caller_is_heard_and_an_error_is_put_right(visit, number, log, tmp_path):
    zheng, now = Staff.objects.get(username="zheng"), timezone.now()
    add_shift("sun", since=now, until=now + dt.timedelta(hours=8), phone=DUTY_PHONE, staff=zheng, at=now)
    wu, other = visit(width=PHONE), visit(width=PHONE, language="en")
    unhurried = report(other, number, mobile=ANOTHER, paid=False)
    confirm_mobile(other, ANOTHER)
    reference = report(wu, number, mobile=CHEATED, paid=True)
    assert wu.get_by_text("已交值班专员").is_visible()
    confirm_mobile(wu, CHEATED)
    assert reference in gateway().newest(DUTY_PHONE)
    assert Report.objects.get(pk=unhurried).urgent_due_at is None

    sun = visit(staff("sun"))
    open_urgent(sun, reference)
    trace(sun, reference, tmp_path)
    stop(sun, reference)
    look_up(wu, number, "有单位负责，现已停机，不接通来电")
    look_up(other, number, "stopped")

    holder = sign_in(people.MOBILES["hua"])
    appeal(visit(holder, width=PHONE), number)
    measure = Measure.objects.get(number=number, level="suspend")
    english = visit(holder, width=PHONE, language="en")
    read_in_english(english, measure)
    uphold(visit(staff("feng")), measure)
    read_in_english(english, measure)
    look_up(wu, number, "有单位负责")
    assert not wu.get_by_text("现已停机").is_visible()
    said = [one for one in log() if one["number"] == number and one["kind"] in {"stop", "lift", "stop_opened"}]
    assert [one["kind"] for one in said] == ["stop", "lift", "stop_opened"]
    assert said[2]["outcome"] == "stopped_in_error"
    assert Number.objects.get(pk=number).business_state == "working"


def open_urgent(page, reference):
    """The officer on duty finds the report in the urgent lane, with its proven caller."""
    page.goto("/desk/complaints/?lane=urgent")
    assert page.locator("table.rows tbody tr").count() == 1
    page.locator("table.rows").get_by_role("link", name=reference).click()
    page.wait_for_url(f"**/reports/{reference}/")
    assert page.locator(".alarm").get_by_text("孙风控").first.is_visible()
    assert page.get_by_text("已核实来电").is_visible()
    look(page)


def trace(page, reference, folder):
    """Open the trace from the report, have the bundle made, download it, and have it hold offline."""
    page.get_by_role("link", name="提出追查").click()
    assert page.get_by_label("所依据的举报编号").input_value() == reference
    called_at = Call.objects.get().started_at
    assert page.get_by_label("时刻（谁在这时负责）").input_value() == f"{localtime(called_at):%Y-%m-%dT%H:%M}"
    page.get_by_label("样本主叫").fill(CHEATED)
    page.get_by_label("案情").fill(WORDS[1])
    page.locator("[name=basis][value=complaint]").check()
    look(page)
    page.get_by_role("button", name="提出追查").click()
    page.wait_for_url("**/desk/traces/Z*/")
    build(TraceBundle.objects.get().pk, at=timezone.now())  # the worker's part
    page.get_by_role("button", name="下载").wait_for()  # the page looks by itself
    assert page.locator(".page-head .badge").inner_text() == "已办结"
    look(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    file = folder / "bundle.zip"
    download.value.save_as(file)
    keys = {"key": str(evidence_key.evidence_key().verifier), "log_key": str(integrate.signing_key().verifier)}
    verdict = verify(file, **keys)
    assert verdict.is_key_given
    assert verdict.is_log_key_given
    holder = verdict.trace.holder
    assert (holder.credit_code, holder.via_log) == (credit_code("hua"), "agrees")


def stop(page, reference):
    """Stop the number from the report."""
    page.goto(f"/desk/risk/reports/{reference}/")
    page.get_by_label("原因", exact=True).select_option("FRAUD_ORDER")
    page.get_by_role("button", name="立即停机").click()
    assert "已停机" in page.get_by_role("status").inner_text()
    assert page.get_by_text("号码已停机", exact=True).is_visible()
    look(page)


def appeal(page, number):
    """The holder reads reason, remedy and documents, appeals in words, and adds a picture."""
    page.goto(f"/console/numbers/{number}/")
    told = page.get_by_role("alert").inner_text()
    assert all(words in told for words in ("涉诈紧急停机", "申诉渠道", "所需材料"))
    look(page)
    page.get_by_role("alert").get_by_role("link", name="查看与申诉").click()
    page.wait_for_url("**/console/measures/*/")
    assert page.get_by_text("所需材料").is_visible()
    page.get_by_label("理由").fill(WORDS[2])
    page.get_by_role("button", name="提交申诉").click()
    page.get_by_label("添加申诉材料").set_input_files(
        {"name": "record.jpg", "mimeType": "image/jpeg", "buffer": draw(size=(300, 400))}
    )
    page.get_by_role("button", name="上传").click()
    assert page.get_by_role("heading", name="申诉材料").is_visible()
    look(page)


def read_in_english(page, measure):
    """Read the number and the measure in the other language."""
    for path in (f"/console/numbers/{measure.number_id}/", f"/console/measures/{measure.pk}/"):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "en"
        look(page)


def uphold(page, measure):
    """Who did not stop it reads the appeal with its picture, and upholds; the permit waits for two codes."""
    page.goto("/desk/appeals/")
    page.get_by_role("link", name=re.compile(measure.number_id[-4:])).click()
    assert page.get_by_text(WORDS[2]).is_visible()
    with page.expect_popup() as shown:
        page.get_by_role("link", name="查看").click()
    assert shown.value.locator("img").evaluate("(image) => image.naturalWidth") > 0
    look(page)
    page.get_by_label("答复持有单位").fill(WORDS[3])
    page.get_by_role("button", name="申诉成立，撤销处置").click()
    page.wait_for_url("**/desk/appeals/")
    said = " ".join(page.get_by_role("status").all_inner_texts())
    assert "已办结" in said
    assert "许可还待签发" in said
    look(page)
