"""The risk officer opens a trace and takes the bundle away; two compliance officers hand out what an authority asks for."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localtime

from answerable.complaints.models import Report
from answerable.tracing import actions
from answerable.tracing.models import TraceCase
from answerable.trail.models import Fact
from answerable.verification.models import LegalHold

TRACES, REQUESTS, HTMX = "/desk/traces/", "/desk/requests/", {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def number(world):
    """Hua's number, in service since yesterday."""
    now, world.at = world.at, world.at - dt.timedelta(days=1)
    order = world.order("working")
    world.at = now
    return order.number_id


@pytest.fixture
def form(world, number):
    moment = f"{localtime(world.at - dt.timedelta(minutes=5)):%Y-%m-%dT%H:%M}"
    return {
        "number": number,
        "moment": moment,
        "basis": "anti_fraud",
        "why": "受害人报案称被骗",
        "caller": "13955554444",
    }


@pytest.fixture
def letter(world, form, picture):
    """Fill the form of an authority's request; a file is new each time, for it is read once."""

    def letter(**changes):
        now = localtime(world.at)
        right = form | {
            "agency_kind": "police", "agency": "样本市公安局", "document_no": "样公调证字〔2026〕8号", "why": "诈骗案侦查",
            "officer_1": "样本甲", "card_1": "010001", "officer_2": "样本乙", "card_2": "010002", "scope": ["calls", "lines"],
            "deadline": f"{now + dt.timedelta(hours=6):%Y-%m-%dT%H:%M}", "hold_until": f"{now + dt.timedelta(days=90):%Y-%m-%d}",
            "scan": SimpleUploadedFile("scan.jpg", picture(size=(300, 400)), "image/jpeg"),
        }  # fmt: skip
        return right | changes

    return letter


def names(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as bundle:
        return set(bundle.namelist())


def test_risk_officer_opens_follows_and_downloads(world, browser, form):
    client = browser(world.staff("sun"))
    answer = client.post(TRACES, form)
    case = TraceCase.objects.get()
    page = f"{TRACES}{case.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert f'hx-get="{page}"' in client.get(page, **HTMX).content.decode()
    bundle = case.bundles.get()
    assert client.post(f"{TRACES}bundles/{bundle.pk}/").status_code == 422
    actions.build(bundle.pk, at=world.at)
    assert "hx-get" not in client.get(page, **HTMX).content.decode()
    download = client.post(f"{TRACES}bundles/{bundle.pk}/")
    assert download.headers["Content-Disposition"] == f'attachment; filename="{case.pk}-{case.number_id}.zip"'
    assert {"trace.pdf", "calls.csv", "manifest.sig"} <= names(download)
    assert Fact.objects.filter(what="trace.handed_out").count() == 1
    assert client.post(f"{page}again/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"moment": "yesterday"}, ("moment", "已经过去的时刻")),
        ({"moment": ""}, ("moment", "已经过去的时刻")),
        ({"moment": "2099-01-01T00:00"}, ("moment", "已经过去的时刻")),
        ({"basis": ""}, ("basis", "法定依据")),
        ({"basis": "authority"}, ("basis", "法定依据")),
        ({"why": ""}, ("why", "缘由")),
        ({"number": "110"}, ("number", "没有这个 400 号码")),
        ({"basis": "complaint"}, ("report", "举报编号")),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_opened(world, browser, form, changes, told):
    wrong, says = told
    answer = browser(world.staff("sun")).post(TRACES, form | changes)
    assert (answer.status_code, answer.context["wrong"], TraceCase.objects.count()) == (422, wrong, 0)
    page = answer.content.decode()
    assert says in page
    assert (form | changes)["number"] in page


def test_report_leads_to_a_trace_with_its_number_and_reference(world, browser, ids):
    client = browser(world.staff("sun"))
    made = Report.objects.get(pk=ids["reference"])
    moment = f"{localtime(made.last_call_at or made.received_at):%Y-%m-%dT%H:%M}"
    asked = {"number": ids["number"], "report": made.pk, "moment": moment}
    link = f"{TRACES}?number={made.number}&amp;report={made.pk}&amp;moment={moment}#open"
    assert link in client.get(f"/desk/risk/reports/{made.pk}/").content.decode()
    page = client.get(TRACES, asked).content.decode()
    assert f'value="{made.pk}"' in page
    assert f'value="{moment}"' in page


def test_two_officers_take_confirm_and_hand_out(world, browser, letter):
    zheng, wang = browser(world.staff("zheng")), browser(world.staff("wang"))
    answer = zheng.post(f"{REQUESTS}take/", letter())
    case = TraceCase.objects.get()
    page = f"{REQUESTS}{case.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert "须由另一名合规专员对照原件确认" in zheng.get(page).content.decode()
    assert zheng.post(f"{page}confirm/").status_code == 422
    assert b"".join(wang.post(f"{page}scan/")).startswith(b"\xff\xd8")
    assert wang.post(f"{page}confirm/").status_code == 302
    assert LegalHold.objects.get().confirmed_by == world.staff("wang")
    bundle = case.bundles.get()
    actions.build(bundle.pk, at=world.at)
    assert "calls.csv" in names(zheng.post(f"{REQUESTS}bundles/{bundle.pk}/"))
    assert "已办结" in zheng.get(page).content.decode()


def test_request_that_is_wrong_keeps_what_was_typed(world, browser, letter):
    client = browser(world.staff("zheng"))
    for changes, wrong in (
        ({"officer_2": ""}, "officer_1"), ({"scope": []}, "scope"), ({"deadline": "x"}, "deadline"), ({"hold_until": ""}, "deadline"),
        ({"scan": ""}, "scan"), ({"agency_kind": "lawyer"}, "agency"),
    ):  # fmt: skip
        answer = client.post(f"{REQUESTS}take/", letter(**changes))
        assert (answer.status_code, answer.context["wrong"]) == (422, wrong)
        assert "样公调证字〔2026〕8号" in answer.content.decode()
    assert not TraceCase.objects.exists()


def test_request_is_refused_with_a_reason(world, browser, letter):
    browser(world.staff("zheng")).post(f"{REQUESTS}take/", letter())
    client, page = browser(world.staff("wang")), f"{REQUESTS}{TraceCase.objects.get().pk}/"
    assert client.post(f"{page}refuse/", {"refusal": ""}).status_code == 422
    assert client.post(f"{page}refuse/", {"refusal": "没有加盖公章"}).status_code == 302
    assert "没有加盖公章" in client.get(page).content.decode()


def test_neither_sees_the_others_cases(world, browser, letter, form):
    sun, zheng = browser(world.staff("sun")), browser(world.staff("zheng"))
    sun.post(TRACES, form)
    own = TraceCase.objects.get()
    zheng.post(f"{REQUESTS}take/", letter())
    asked = TraceCase.objects.get(ground="authority")
    assert sun.get(f"{TRACES}{asked.pk}/").status_code == 404
    assert asked.pk not in sun.get(TRACES).content.decode()
    assert zheng.get(f"{REQUESTS}{own.pk}/").status_code == 404
    assert own.pk not in zheng.get(REQUESTS).content.decode()


def test_holder_learns_of_no_trace(world, browser, form):
    browser(world.staff("sun")).post(TRACES, form)
    reference, client = TraceCase.objects.get().pk, browser(world.hua)
    for path in ("/console/", f"/console/numbers/{form['number']}/", "/console/notices/", "/console/papers/"):
        assert reference not in client.get(path).content.decode()


def test_key_and_schema_are_published_beside_the_log(world, browser):
    said = browser().get("/log/evidence-key").content.decode()
    assert said.startswith("answerable.invalid/400/evidence+")
    assert "BEGIN PUBLIC KEY" in said
    assert browser().get("/log/trace.schema.json").json()["title"] == "Trace"


def test_desk_counts_what_waits_and_says_what_is_overdue(world, browser, form):
    client = browser(world.staff("sun"))
    client.post(TRACES, form)
    assert ("desk:traces", ("未办结的追查", "Traces to answer"), 1) in client.get("/desk/").context["waits"]
    assert "已逾期" not in client.get(TRACES).content.decode()
