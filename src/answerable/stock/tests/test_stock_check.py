"""The check of the stock (MIIT 452 (六)): data proposes the seven findings, a person decides (PIPL art. 24), the deadline stops."""

import datetime as dt
import itertools

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from answerable.calls.models import Call
from answerable.gate.decide import Call as Invite
from answerable.gate.decide import decide
from answerable.lib.tables import write_rows
from answerable.numbers.models import Number
from answerable.parties.errors import NotPermitted
from answerable.parties.models import BlacklistEntry, Enterprise, RegisterEntry, Staff
from answerable.parties.notices import render
from answerable.routing.compile import compile_numbers
from answerable.stock import errors, queries
from answerable.stock.actions import confirm, dismiss, resume, start, walk
from answerable.stock.models import StockCheck, StockFinding
from answerable.stock.rules import RULES, TERMS, Calls, Seen, propose
from answerable.verification.checks import RegisterRow
from answerable.verification.models import Document, Recheck
from answerable.verification.rechecks import STOCK_FINDINGS

DAY = dt.timedelta(days=1)


@pytest.fixture
def order(world):
    return world.order("working")


@pytest.fixture
def run(world, order):
    """Run a whole check."""

    def run(at=None, **scope):
        check = start(staff=world.staff("zheng"), at=at or world.at, **scope)
        while walk(check.pk, at=at or world.at):
            pass
        check.refresh_from_db()
        return check

    return run


def found(check):
    return {f.kind: [e["rule"] for e in f.evidence] for f in check.findings.all()}


def gone(world, order):
    RegisterEntry.objects.filter(pk=order.enterprise.credit_code).delete()


def cancelled(world, order):
    RegisterEntry.objects.filter(pk=order.enterprise.credit_code).update(status="注销")


def listed(world, order):
    BlacklistEntry.objects.create(kind="firm", value=order.enterprise.credit_code, reason="x", added_at=world.at)


def lacking(world, order):
    Document.objects.filter(dossier=world.dossier(order), slot="commitment").update(replaced_at=world.at)


def renamed(world, order):
    RegisterEntry.objects.filter(pk=order.enterprise.credit_code).update(name="上海新名有限公司")


def other_industry(world, order):
    RegisterEntry.objects.filter(pk=order.enterprise.credit_code).update(industry="物流运输")


def too_many(world, order):
    Enterprise.objects.filter(pk=order.enterprise_id).update(quota=0)


def silent(world, order):
    Number.objects.filter(pk=world.plain).update(state_since=world.at - 200 * DAY)


def short(world, order):
    begun = world.at - DAY
    Call.objects.bulk_create(
        Call(
            host="g", call=str(n), number=world.plain, started_at=begun, answered_at=begun, ended_at=begun + dt.timedelta(seconds=3),
            end_status="answered", received_at=begun,
        )
        for n in range(120)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, {}),
        (gone, {"unregistered": ["no_register_row"]}),
        (cancelled, {"unregistered": ["register_ended"]}),
        (listed, {"false": ["blacklisted"]}),
        (lacking, {"incomplete": ["slots_missing"]}),
        (other_industry, {"use": ["other_industry"]}),
        (renamed, {"licence": ["name_differs"]}),
        (too_many, {"other": ["over_quota"]}),
        (silent, {"abnormal": ["silent"]}),
        (short, {"abnormal": ["short_calls"]}),
    ],
)
def test_data_proposes_each_of_the_seven_findings(world, order, run, change, expected):
    if change:
        change(world, order)
    check = run()
    assert (check.state, check.checked, found(check)) == ("finished", 1, expected)
    assert Recheck.objects.count() == 0  # nothing happens to a number before a person decides


def test_rules_speak_for_the_seven_findings_and_each_has_terms():
    assert {kind for kind, *_ in RULES.values()} == set(STOCK_FINDINGS) == set(TERMS)
    assert len(STOCK_FINDINGS) == 7


def test_expired_licence_and_missing_use_are_proposed():
    row = RegisterRow("1", "甲", "乙", "", "存续")
    seen = Seen(
        day=dt.date(2026, 3, 10), in_service_days=1, holder_name="甲", representative="乙", credit_code="1", register=row,
        licence_until=dt.date(2026, 3, 9), calls=Calls(),
    )  # fmt: skip
    assert {kind: [e["rule"] for e in found] for kind, found in propose(seen).items()} == {
        "licence": ["licence_expired"],
        "use": ["no_use"],
    }


def test_only_numbers_in_service_and_in_scope_are_looked_at(world, run):
    world.order("submitted", world.second)
    assert (run().total, run(carrier="telecom").checked) == (1, 1)
    for scope in ({"carrier": "unicom"}, {"batch": "unicom-0"}, {"branch": "nowhere"}):
        with pytest.raises(errors.NothingToCheck):
            run(**scope)


def test_queries_do_not_grow_with_the_numbers(world, order, run):
    def count():
        with CaptureQueriesContext(connection) as sent:
            run()
        return len(sent)

    one = count()
    for number in (world.second, world.pool["AABB"]):
        world.order("working", number)
    assert count() <= one + 2  # a document of each dossier more is no query more


def test_walk_goes_on_where_a_dead_worker_left(world, order, run, monkeypatch):
    monkeypatch.setattr("answerable.stock.actions.CHUNK", 1)
    world.order("working", world.second)
    check = start(staff=world.staff("zheng"), at=world.at)
    assert walk(check.pk, at=world.at)
    assert [resume(at=world.at + dt.timedelta(minutes=m)) for m in (1, 6)] == [0, 1]
    while walk(check.pk, at=world.at):
        pass
    check.refresh_from_db()
    assert (check.checked, check.state) == (2, "finished")
    assert walk(check.pk, at=world.at) is False


def test_one_check_at_a_time(world, order):
    start(staff=world.staff("zheng"), at=world.at)
    with pytest.raises(errors.CheckRuns):
        start(staff=world.staff("wang"), at=world.at)


def test_compliance_starts_and_the_risk_officer_decides(world, order, run):
    with pytest.raises(NotPermitted):
        start(staff=world.staff("sun"), at=world.at)
    lacking(world, order)
    finding = run().findings.get()
    for deed in (
        lambda s: confirm(finding, staff=s, at=world.at),
        lambda s: dismiss(finding, why="x", staff=s, at=world.at),
    ):
        for username in ("zheng", "lin", "gong"):
            with pytest.raises(NotPermitted):
                deed(world.staff(username))


def test_who_holds_both_roles_does_not_decide_an_own_check(world, order):
    lacking(world, order)
    Staff.objects.filter(username="sun").update(roles=["risk", "compliance"])
    check = start(staff=world.staff("sun"), at=world.at)
    walk(check.pk, at=world.at)
    with pytest.raises(errors.StartedByYou):
        confirm(check.findings.get(), staff=world.staff("sun"), at=world.at)
    with pytest.raises(IntegrityError, match="decides nothing"), transaction.atomic():
        check.findings.update(state="dismissed", why="x", decided_by=world.staff("sun"), decided_at=world.at)


def test_confirmed_finding_asks_the_holder_and_stops_the_number_at_its_deadline(world, order, run):
    lacking(world, order)
    check = run()
    one = confirm(check.findings.get(), staff=world.staff("sun"), at=world.at)
    assert (one.ground, one.about, one.level) == ("stock_check", "incomplete", 2)
    assert "存量核查发现问题：不完整" in render(world.hua.notices.get(code="RECHECK_ASKED"), "zh-hans")
    record, late = compile_numbers([world.plain])[world.plain], one.deadline.timestamp()
    assert decide(record, Invite("trunk", ("13800138000",)), late, late, False).refusal.code == "NOT_VERIFIED"
    now, then = (
        {t.kind: (t.found, t.open, t.stopped) for t in queries.tallies(check, at=at)}["incomplete"]
        for at in (world.at, one.deadline)
    )
    assert (now, then) == ((1, 1, 0), (1, 0, 1))


def test_dismissed_finding_asks_nothing_and_needs_a_reason(world, order, run):
    lacking(world, order)
    finding = run().findings.get()
    with pytest.raises(errors.WhyMissing):
        dismiss(finding, why=" ", staff=world.staff("sun"), at=world.at)
    dismiss(finding, why="已当面核对", staff=world.staff("sun"), at=world.at)
    assert Recheck.objects.count() == 0
    with pytest.raises(errors.DecidedAlready):
        confirm(finding, staff=world.staff("sun"), at=world.at)


def test_what_is_asked_already_is_not_proposed_again(world, order, run):
    lacking(world, order)
    confirm(run().findings.get(), staff=world.staff("sun"), at=world.at)
    assert found(run()) == {}


def test_two_checks_findings_lead_to_one_requirement(world, order, run):
    lacking(world, order)
    first, second = run().findings.get(), run().findings.get()
    asked = [confirm(one, staff=world.staff("sun"), at=world.at) for one in (first, second)]
    assert asked[0] == asked[1]


def test_number_that_changed_hands_is_not_confirmed(world, order, run):
    lacking(world, order)
    finding = run().findings.get()
    Number.objects.filter(pk=world.plain).update(business_state="released", holder=None)
    with pytest.raises(errors.NoLongerInService):
        confirm(finding, staff=world.staff("sun"), at=world.at)


def test_list_names_the_finding_and_runs_no_formula(world, order, run):
    Enterprise.objects.filter(pk=order.enterprise_id).update(name="=1+1")
    text = "".join(write_rows(queries.table(run(), at=world.at)))
    assert "证照不符" in text
    assert "'=1+1" in text


@pytest.mark.parametrize("fields", [{"state": "confirmed"}, {"state": "dismissed"}, {"kind": "rude"}, {"evidence": []}])
def test_database_keeps_a_finding_and_wants_a_person(world, order, run, fields):
    lacking(world, order)
    run()
    with pytest.raises(IntegrityError), transaction.atomic():
        StockFinding.objects.update(**fields)


def test_desk_shows_progress_and_decides(world, order, run, browser):
    lacking(world, order)
    check = run()
    sun, zheng = browser(world.staff("sun")), browser(world.staff("zheng"))
    page, finding = f"/desk/stock/{check.pk}/", check.findings.get()
    shown = sun.get(page).content.decode()
    assert all(text in shown for text in ("已查 1 / 1 个号码", "按现行要求缺少", "确认，限期整改"))
    assert "确认，限期整改" not in zheng.get(page).content.decode()
    assert zheng.post(f"/desk/stock/findings/{finding.pk}/confirm/").status_code == 404
    assert sun.post(f"/desk/stock/findings/{finding.pk}/dismiss/", {"why": ""}).status_code == 422
    assert sun.post(f"/desk/stock/findings/{finding.pk}/confirm/").status_code == 302
    assert "不完整" in b"".join(zheng.get(f"{page}findings.csv").streaming_content).decode()


def test_compliance_starts_at_the_desk(world, order, browser):
    zheng = browser(world.staff("zheng"))
    assert zheng.post("/desk/stock/start/", {"carrier": "unicom"}).status_code == 422
    assert zheng.post("/desk/stock/start/").status_code == 302
    assert StockCheck.objects.get().total == 1
    assert zheng.post("/desk/stock/start/").status_code == 422


def test_every_rule_says_its_evidence(world, order, run):
    for change in (cancelled, listed, lacking, renamed, other_industry, too_many, short):
        change(world, order)
    said = list(itertools.chain(*(queries.evidence(f) for f in run().findings.all())))
    assert len(said) == 7
    assert not any("{" in zh + en for zh, en in said)
