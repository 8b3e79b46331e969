"""Complaints on the pages: whoever was cheated, the officer on duty, whoever leads; and the holder, who learns nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from answerable.complaints.actions import add_evidence, answer, report
from answerable.complaints.models import DutyShift, Evidence, Partner, Report
from answerable.parties.sms import gateway

WU = "13900000004"


def wu_tells(world):
    return report(
        world.plain, report_class="fraud", kind="loan", text="骗我转账的人姓王", money_paid=True, contact=WU, called_on=None, at=world.at
    )  # fmt: skip


@pytest.fixture
def told(world):
    world.order("working")
    return wu_tells(world)


def text(answer):
    return answer.content.decode()


def test_bank_comes_first_on_each_page_of_whoever_was_cheated(world):
    client = Client()
    first = text(client.get(f"/report/{world.plain}/"))
    client.post(f"/report/{world.plain}/", {"report_class": "fraud", "money_paid": "yes"})
    second = text(client.get(f"/report/{world.plain}/details/"))
    for page in (first, second):
        assert page.index('href="tel:96110"') < page.index('<form method="post">')
        assert 'href="tel:110"' in page
    assert 'name="kind"' in second
    client.post(f"/report/{world.plain}/", {"report_class": "price"})
    assert not re.search('name="(kind|paid_at)"', text(client.get(f"/report/{world.plain}/details/")))


def test_payment_ahead_of_now_is_told_at_its_field(world):
    client = Client()
    client.post(f"/report/{world.plain}/", {"report_class": "fraud", "money_paid": "yes"})
    for typed in ("2090-01-01T10:00", "noon"):
        answered = client.post(f"/report/{world.plain}/details/", {"paid_at": typed})
        assert (answered.status_code, answered.context["code"]) == (422, "PAID_AT_INVALID")


def test_reporter_confirms_adds_and_escalates_without_an_account(world, told, jpeg, django_capture_on_commit_callbacks):
    client, path = Client(), f"/reported/{told.pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{path}code/").status_code == 302
    assert client.post(f"{path}confirm/", {"code": "wrong"}).status_code == 422
    code = re.search(r"验证码 (\d{6})", gateway().newest(WU))[1]
    assert client.post(f"{path}confirm/", {"code": code}).status_code == 302
    assert client.post(f"{path}evidence/", {"file": SimpleUploadedFile("a.jpg", jpeg)}).status_code == 302
    assert client.post(f"{path}evidence/", {"file": SimpleUploadedFile("a.jpg", b"no")}).status_code == 422
    assert client.post(f"{path}escalate/", {"why": "没有退款"}).status_code == 422
    assert client.get(f"{path}escalation.pdf").status_code == 404
    answer(Report.objects.get(), "查无此事", staff=world.staff("sun"), at=world.at)
    assert client.post(f"{path}escalate/", {"why": "没有退款"}).status_code == 302
    assert client.get(f"{path}escalation.pdf").content.startswith(b"%PDF-")
    assert client.get(f"{path}escalation.json").json()["why"] == "没有退款"
    page = text(client.get(path))
    assert ("查无此事" in page, "5 个工作日" in page, WU in page) == (True, True, False)


def test_officer_decides_everything_in_one_place(world, told, browser):
    sun, path = browser(world.staff("sun")), f"/desk/risk/reports/{told.pk}/"
    page = text(sun.get(path))
    assert ("139****0004" in page, WU in page, "紧急举报" in page, "手机未验证" in page) == (True, False, True, True)
    assert sun.post(f"{path}dismiss/", {"why": ""}).status_code == 422
    assert sun.post(f"{path}stop/", {"reason": "FRAUD_ORDER"}).status_code == 302
    assert world.state(world.plain) == "suspended"
    assert sun.post(path, {"answer": "已停机"}).status_code == 302
    assert Report.objects.get().state == "answered"


def test_lead_sees_and_assigns_and_answers_nothing(world, told, browser):
    zheng, path = browser(world.staff("zheng")), f"/desk/risk/reports/{told.pk}/"
    assert zheng.post(f"{path}assign/", {"staff": "lin"}).status_code == 422
    assert zheng.post(f"{path}assign/", {"staff": "sun"}).status_code == 302
    assert zheng.post(f"{path}stop/", {"reason": "FRAUD_ORDER"}).status_code == 404
    assert zheng.post(path, {"answer": "x"}).status_code == 422
    assert (Report.objects.get().officer.username, Report.objects.get().state) == ("sun", "received")


def test_roster_and_keys_are_edited_at_the_desk(world, browser):
    zheng = browser(world.staff("zheng"))
    shift = {"staff": "sun", "since": "2090-01-01T08:00", "until": "2090-01-01T20:00", "phone": "13900000009"}
    assert zheng.post("/desk/complaints/duty/add/", shift | {"until": "2090-01-01T07:00"}).status_code == 422
    assert zheng.post("/desk/complaints/duty/add/", shift).status_code == 302
    assert "13900000009" not in text(zheng.get("/desk/complaints/duty/"))
    zheng.post(f"/desk/complaints/duty/{DutyShift.objects.get().pk}/remove/")
    assert "还没有排班" in text(zheng.get("/desk/complaints/duty/"))
    made = text(zheng.post("/desk/complaints/partners/", {"code": "p1", "name": "样本"}))
    assert re.search("ak_[\\w-]{40}", made)
    assert "ak_" not in text(zheng.get("/desk/complaints/partners/"))
    zheng.post("/desk/complaints/partners/p1/end/")
    assert Partner.objects.get().ended_at


def test_12321_file_is_taken_and_answered_at_the_desk(world, browser):
    sun = browser(world.staff("sun"))
    table = (
        f"reference,number,class,kind,paid_at,called_on,mobile,text\nN1,{world.plain},price,,,,,\nN2,110,price,,,,,\n"
    )
    page = text(sun.post("/desk/complaints/handover/", {"file": SimpleUploadedFile("a.csv", table.encode("gb18030"))}))
    assert ("第 3 行" in page, "收下 1 份" in page) == (True, True)
    link = re.search(r"/desk/complaints/handover/\d+/answer.csv", page)[0]
    assert "N1" in b"".join(sun.get(link).streaming_content).decode()
    assert sun.post("/desk/complaints/handover/", {"file": SimpleUploadedFile("a.csv", b"x")}).status_code == 422


def test_queue_filters_and_says_what_to_do_when_empty(world, told, browser):
    sun = browser(world.staff("sun"))
    assert told.pk in text(sun.get("/desk/complaints/", {"lane": "urgent"}))
    assert "换一个筛选条件" in text(sun.get("/desk/complaints/", {"report_class": "price"}))


def test_shares_stand_beside_the_trades(world, told, browser):
    for report_class in ("price", "price", "attitude", "other"):
        report(
            world.plain, report_class=report_class, text="", money_paid=False, contact="", called_on=None, at=world.at
        )
    zheng = browser(world.staff("zheng"))
    page = text(zheng.get("/desk/complaints/figures/"))
    assert ("26.25%" in page, "50.00%" in page, "40.00%" in page) == (True, True, True)
    file = b"".join(zheng.get("/desk/complaints/figures/figures.csv").streaming_content).decode()
    assert "class,,,price,2,40.00,50.00,26.25" in file
    assert "carrier,,telecom,price,2,,," in file


def test_holder_learns_nothing_of_who_complained(world, routes, ids, browser):
    """Every page of the holder's, after a report with words, a mobile and a file, an answer, and a line asked for again."""
    told = wu_tells(world)
    add_evidence(told, world.jpeg, at=world.at)
    sun = browser(world.staff("sun"))
    sun.post(f"/desk/risk/reports/{told.pk}/proof/", {"line": world.line})
    sun.post(f"/desk/risk/reports/{told.pk}/stop/", {"reason": "COMPLAINT"})
    sun.post(f"/desk/risk/reports/{told.pk}/", {"answer": "处理了，谢谢告知"})
    secrets = (told.pk, "姓王", WU, "139****0004", told.mobile_hash, str(Evidence.objects.first().pk), "谢谢告知")
    hua = browser(world.hua)
    pages = [r for r in routes if r.door == "person"]
    assert len(pages) > 25
    for route in pages:
        answered = hua.get(route.path(ids))
        page = b"".join(answered).decode(errors="ignore")
        assert [one for one in secrets if one in page] == [], route.name
