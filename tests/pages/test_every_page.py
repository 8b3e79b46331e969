"""Every page, for everybody who may open it: quiet, labelled, titled, in one language, and never wider than a phone."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from answerable.calls.actions import close_difference
from answerable.calls.models import Call, RecordDifference, StrangerCount
from answerable.cli.world import people
from answerable.cli.world.reference import credit_code
from answerable.complaints.actions import report
from answerable.complaints.disavowals import disavow_by_letter
from answerable.conftest import draw
from answerable.exits.plans import announce_plan, propose_plan
from answerable.numbers.models import AllocationBatch, Number, Tenure
from answerable.orders.actions import stop
from answerable.parties.agency import Terms, sign_up_agent
from answerable.parties.models import Authorisation, BlacklistEntry, Counter, Operator, Person, RegisterEntry, Staff
from answerable.reports.actions import make_due
from answerable.stock.actions import start, walk
from answerable.tracing.actions import Officer, build, open_case, take_request
from answerable.tracing.actions.open import Question
from answerable.tracing.actions.request import Letter
from answerable.verification import queries
from answerable.verification.actions import ask
from answerable.verification.models import Dossier
from tests.cast import sign_in, staff
from tests.pages.conftest import PHONE
from tests.pages.stage import applicant, spare

pytestmark = pytest.mark.pages

UNLABELLED = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((one) => !one.labels.length && !one.getAttribute("aria-label")).map((one) => one.name || one.id)"""
NAMELESS = """[...document.querySelectorAll("button, a[href]")]
    .filter((one) => !one.textContent.trim() && !one.getAttribute("aria-label") && !one.querySelector("img[alt]:not([alt=''])"))
    .map((one) => one.outerHTML.slice(0, 80))"""
TWICE = (
    """[...document.querySelectorAll("[id]")].map((one) => one.id).filter((id, at, all) => all.indexOf(id) !== at)"""
)
TOO_WIDE = """[...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table-scroll, .nav, .page-scroll, .visually-hidden, .skip"))
    .map((one) => one.tagName + "." + one.className).slice(0, 5)"""
UNSEEN = """() => { const one = document.activeElement;
    if (!one || one === document.body) return "";
    const shows = (it) => it && getComputedStyle(it).outlineStyle !== "none" && parseFloat(getComputedStyle(it).outlineWidth) >= 2;
    return shows(one) || shows(one.closest(".pick")) ? "" : one.outerHTML.slice(0, 90); }"""
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
TABS = 14
TRACE_WORDS = ("受害人报案称被骗", "样本市公安局", "样公调证字〔2026〕8号")
CASE = "subject_type=company&role=handler&use=own&industry=retail&carrier=telecom"


def town():
    """Bring applications to every stage, with calls, reports and transfers; list each page with who opens it."""
    working = applicant("working", number=spare(0))
    hua = working.client
    zhao = {"firm": "zhao", "mobile": people.MOBILES["zhao"]}
    booked = applicant("booked", number=spare(40), line="075586001234", **zhao)
    handled = applicant(
        "handled", number=spare(80), firm="school", mobile=people.MOBILES["operator"], line="057186001234"
    )
    waiting = applicant("awaiting_payment", number=spare(120), session=hua)
    locked = applicant("locked", number=spare(160), session=booked.client, **zhao)
    held = applicant("held", number=spare(200), session=hua)
    chen, lin, qian, sun, gong, zheng = (staff(name) for name in ("chen", "lin", "qian", "sun", "gong", "zheng"))
    for reference, person in ((waiting.order_no, ""), ("", ""), (waiting.order_no, "1")):
        form = {
            "bank_reference": f"B-{reference}-{person}", "amount": "1.00", "payer_name": waiting.entry.name, "payer_account": "1",
            "reference": reference, "received_at": "",
        }  # fmt: skip
        qian.post("/desk/cashier/receive/", form | ({"payer_is_person": "1"} if person else {}))
    made = report(
        working.number, report_class="fraud", text="x", money_paid=True, contact="", called_on=None, at=timezone.now()
    )
    _calls(working.number)
    asked, check = _checked(working.number)
    disowned = _disowned(working.number, hua, zheng)
    own, requested = _traced(working.number)
    plans = [_leaving(working.number, kind) for kind in ("agent", "operator")]
    stop(
        Number.objects.get(pk=working.number), "FRAUD_ORDER", staff=Staff.objects.get(username="sun"), at=timezone.now()
    )
    lin.post(f"/desk/review/{handled.dossier.pk}/claim/")
    weekly = make_due(at=timezone.now()).pk
    number, code = working.number, booked.dossier.appointments.get(cancelled_at=None).code
    console = [f"/console/numbers/{number}/{tab}" for tab in ("", "calls/", "lines/", "plan/", "renew/")]
    outlets = ["/outlets/", "/outlets/?name=BJ-01", "/outlets/?name=nobody"]
    orders = [f"/console/orders/{one.order_no}/" for one in (working, waiting, held)]
    return (
        (None, ["/", "/numbers/", "/numbers/?contains=123456789", f"/numbers/{spare()}/", f"/numbers/{number}/", "/prices/", "/operator/", "/who/"]),
        (None, ["/materials/", f"/materials/?{CASE}", "/why-returned/", f"/who/{number}/?on={timezone.localdate()}", f"/who/{spare()}/?on=2026-01-01", *outlets]),
        (None, [f"/who/{n}/" for n in (number, spare(), "4009999999", "4002000000")]),
        (None, [f"/report/{number}/", f"/reported/{made.pk}/", "/reports/", "/sign-in/", "/desk/sign-in/"]),
        (hua, ["/console/", "/console/notices/", *console, *orders, f"/console/dossiers/{working.dossier.pk}/", f"/apply/{spare()}/", f"/console/rechecks/{asked.pk}/", "/console/papers/", "/console/disavow/", f"/console/disavowals/{disowned.pk}/", *(f"/console/exits/{plan.pk}/" for plan in plans)]),
        (booked.client, ["/console/", f"/console/dossiers/{booked.dossier.pk}/", f"/console/dossiers/{locked.dossier.pk}/", f"/console/orders/{locked.order_no}/"]),
        (chen, ["/desk/", "/desk/counter/", f"/desk/counter/{code}/"]),
        (lin, ["/desk/", "/desk/review/", f"/desk/review/{handled.dossier.pk}/"]),
        (qian, ["/desk/", "/desk/cashier/"]),
        (sun, ["/desk/", "/desk/risk/", f"/desk/risk/numbers/{number}/", f"/desk/risk/reports/{made.pk}/", "/desk/rechecks/", f"/desk/rechecks/{asked.pk}/", "/desk/disavowals/", f"/desk/disavowals/{disowned.pk}/"]),
        (gong, ["/desk/", "/desk/operations/", "/desk/operations/strangers/", "/desk/held/", "/desk/records/", "/desk/trail/", "/desk/figures/"]),
        (zheng, ["/desk/", "/desk/video/", "/desk/stock/", "/desk/exits/", *(f"/desk/exits/{plan.pk}/" for plan in plans)]),
        (sun, ["/desk/complaints/", "/desk/complaints/handover/"]),
        (zheng, ["/desk/complaints/duty/", "/desk/complaints/partners/", "/desk/complaints/figures/", "/desk/figures/sources/"]),
        (sun, [f"/desk/stock/{check.pk}/", "/desk/traces/", f"/desk/traces/{own.pk}/"]),
        (zheng, ["/desk/weekly/", f"/desk/weekly/{weekly}/"]),
        (zheng, ["/desk/privacy/", f"/desk/privacy/{handled.dossier.enterprise_id}/", *(f"/desk/requests/{end}" for end in ("", "take/", f"{requested.pk}/"))]),
    )  # fmt: skip


def _checked(number):
    """Have the working number verified again, and the stock checked, which finds a licence of another name."""
    one, at = Number.objects.get(pk=number), timezone.now()
    RegisterEntry.objects.filter(pk=one.holder.credit_code).update(legal_representative="样本新人")
    check = start(staff=Staff.objects.get(username="zheng"), at=at)
    while walk(check.pk, at=at):
        pass
    return ask(one, ground="risk", reason="COMPLAINT", level=1, by=Staff.objects.get(username="sun"), at=at), check


def _disowned(number, hua, zheng):
    """Have another organisation's letter about the number entered, contested by its holder, and upheld."""
    said = {"staff": Staff.objects.get(username="sun"), "at": timezone.now()}
    made = disavow_by_letter(number, credit_code("school"), "x", b"%PDF-1.7", **said)
    hua.post(f"/console/disavowals/{made.pk}/contest/", {"text": "x"})
    zheng.post(f"/desk/disavowals/{made.pk}/", {"decision": "uphold", "answer": "x"})
    disavow_by_letter(number, credit_code("zhao"), "x", b"%PDF-1.7", **said)
    return made


def _leaving(number, kind):
    """Announce the end of the agent through whom the number was sold, or of the operator."""
    at, zheng = timezone.now(), Staff.objects.get(username="zheng")
    day, agent = at.date() + dt.timedelta(days=100), None
    if kind == "agent":
        terms = Terms(
            licence_no="B2-1", licence_scope="x", licence_until=day, agreement_no="XY-1", agreement_signed_on=at.date(), agreement_until=day,
            agreement=b"%PDF-1.7", real_name_duty=True, sanctions=True, responsible=(("A", "310115198001010075"),),
        )  # fmt: skip
        agent = sign_up_agent(credit_code("school"), terms, staff=zheng, at=at)
        held = Tenure.objects.get(number=number, until=None)
        held.delete()
        Tenure.objects.create(number_id=number, holder=held.holder, since=held.since, agent=agent)
    plan = propose_plan(kind, agent=agent, how="agreed", successor="Sample", why="x", last_day=day, staff=zheng, at=at)
    return announce_plan(plan, staff=Staff.objects.get(username="wang"), at=at)


def _traced(number):
    """Have the number traced by the risk officer, and asked for by an authority, whose document waits for a second person."""
    at, zheng = timezone.now(), Staff.objects.get(username="zheng")
    asked = Question(number, at, caller="13800138000")
    case = open_case(
        asked, basis="anti_fraud", why=TRACE_WORDS[0], staff=Staff.objects.get(username="sun"), at=at, wait=True
    )
    build(case.bundles.get().pk, at=at)
    letter = Letter(
        agency_kind="police", agency=TRACE_WORDS[1], document_no=TRACE_WORDS[2], scope=("calls", "people"), scan=draw(size=(300, 400)),
        officers=(Officer("A", "010001"), Officer("B", "010002")), deadline=at + dt.timedelta(hours=12),
        hold_until=at.date() + dt.timedelta(days=90),
    )  # fmt: skip
    return case, take_request(asked, letter, why=TRACE_WORDS[0], staff=zheng, at=at)


def _calls(number):
    at = timezone.now()
    for serial, (end, refusal, status) in enumerate(
        (("answered", "", 200), ("refused", "STOPPED", 403), ("missed", "", 480))
    ):
        Call.objects.create(
            host="gate-1", call=f"call-{serial}", number=number, caller="13800138000", source="demo-carrier",
            owner=RegisterEntry.objects.get(pk=credit_code("hua")).pk, line="" if refusal else "02161234567", started_at=at,
            ended_at=at, end_status=end, refusal=refusal, sip_status=status, received_at=at, stages=[{"kind": "invite"}],
        )  # fmt: skip
    StrangerCount.objects.create(host="gate-1", address="2001:db8::7", minute=at, dialled="008613800138000", count=1234)
    for serial, kind in enumerate(RecordDifference.Kind.values):
        told = {"gate": "answered", "gate_seconds": 12.3, "media": "answered", "media_seconds": 9.1, "found_at": at}
        RecordDifference.objects.create(
            call=f"{serial}-5f2c1e77@192.0.2.1", number=number, kind=kind, started_at=at, **told
        )
    one = RecordDifference.objects.latest("pk")
    close_difference(one, why="x", staff=Staff.objects.get(username="gong"), at=at)


def data():
    """List what stays as it is in English: names, addresses and papers are data."""
    said = ["简体中文", *RegisterEntry.objects.values_list("name", flat=True)]
    said += [
        *RegisterEntry.objects.values_list("legal_representative", flat=True),
        *RegisterEntry.objects.values_list("address", flat=True),
    ]
    said += [*AllocationBatch.objects.values_list("branch", flat=True), *Staff.objects.values_list("name", flat=True)]
    said += [*Person.objects.values_list("name", flat=True), *BlacklistEntry.objects.values_list("reason", flat=True)]
    operator = Operator.objects.get()
    said += [
        *Counter.objects.values_list("name_zh", flat=True),
        *(queries.claims(one).get("use_text", "") for one in Dossier.objects.all()),
    ]
    said += TRACE_WORDS
    recorded = ("存续", "查看", "审核")  # the register's state; why a picture was shown
    return sorted(
        {*said, *recorded, *Authorisation.objects.values_list("document", flat=True), operator.bank_account} - {""},
        key=len,
        reverse=True,
    )


def test_every_page(visit):
    wrong, titles = [], {}

    def check(page, path, width, language):
        # Pictures change nothing about words; the second time it is enough that styles and scripts are there.
        enough = "load" if language == "zh-CN" else "domcontentloaded"
        response, where = page.goto(path, wait_until=enough), f"{path} {language} {width}"
        if response.status != 200:
            wrong.append(f"{where}: {response.status}")
            return
        if width == PHONE:
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wrong.append(f"{where}: {over} px too wide: {page.evaluate(TOO_WIDE)}")
        for what, script in (("no label", UNLABELLED), ("no name", NAMELESS), ("id twice", TWICE)):
            if found := page.evaluate(script):
                wrong.append(f"{where}: {what}: {found}")
        if page.locator("h1").count() != 1:
            wrong.append(f"{where}: {page.locator('h1').count()} main headings")
        titles.setdefault((language, page.title()), set()).add(path)
        if language == "en":
            wrong.extend(f"{where}: {left}" for left in chinese_left(page))

    def chinese_left(page):
        text = page.locator("body").inner_text() + page.title()
        for known in known_data:
            text = text.replace(known, "")
        return CHINESE.findall(text)

    pages = town()
    known_data = data()
    page = None
    for who, paths in pages:
        for width, language in ((PHONE, "zh-CN"), (PHONE, "en")):
            if page is not None:  # each keeps threads of the server, and they the database's connections
                page.context.close()
            page = visit(who, width=width, language=language)
            for path in paths:
                check(page, path, width, language)
    assert wrong == [], "\n".join(wrong)
    assert [title for (_, title), paths in titles.items() if not title.split(" · ")[0]] == []


def test_focus_is_seen_and_the_main_action_is_reached_by_tab(visit):
    one = applicant("held")
    free = spare()
    goals = (
        (None, "/", "#number"), (None, f"/numbers/{free}/", f"a[href='/apply/{free}/']"), (None, "/who/", "main button"),
        (None, "/sign-in/", "main button"), (one.client, f"/console/orders/{one.order_no}/", "#file-1"),
    )  # fmt: skip
    for who, path, goal in goals:
        page = visit(who)
        page.goto(path)
        reached = False
        for _ in range(TABS):
            reached = reached or page.evaluate("(goal) => document.activeElement.matches(goal)", goal)
            page.keyboard.press("Tab")
            assert page.evaluate(UNSEEN) == "", path
        assert reached, f"{path}: {goal}"


def test_skip_link_leads_past_the_menu(visit):
    page = visit()
    page.goto("/numbers/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(
    ("path", "role"),
    [("/numbers/?pattern=AABB&page=2", "button"), ("/who/4002000000/", "link"), ("/reports/", "button")],
)
def test_language_changes_and_the_page_stays(visit, path, role):
    page = visit()
    page.goto(path)
    before = page.url
    page.get_by_role(role, name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert page.url == before
    page.get_by_role(role, name="简体中文").click()
    page.locator("html[lang=zh-Hans]").wait_for()
    assert page.url == before


def test_language_changes_on_a_page_that_refused_a_form(visit):
    one = applicant("held")
    page = visit(one.client)
    page.goto(f"/console/orders/{one.order_no}/")
    page.locator("form[action$='/sign/'] button").evaluate("(button) => { button.disabled = false; button.click(); }")
    page.get_by_role("alert").wait_for()
    page.complaints.clear()  # the browser notes the 422
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert page.url.endswith(f"/console/orders/{one.order_no}/")


def test_language_a_person_chose_is_kept_for_messages(visit):
    hua = sign_in(people.MOBILES["hua"])
    page = visit(hua)
    page.goto("/console/")
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for()
    assert Person.objects.get(mobile=people.MOBILES["hua"]).language == "en"
