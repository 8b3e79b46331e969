"""A trace is asked once, on a basis that is written down, and answered within twenty-four hours."""

import csv
import datetime as dt
import importlib
import io
import json

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from answerable.complaints.actions import add_shift, report
from answerable.complaints.callers import spellings
from answerable.complaints.models import Report
from answerable.exports.rows import LISTS, Holding
from answerable.lib import keystore
from answerable.lib.lines import fold
from answerable.parties.errors import NotPermitted
from answerable.parties.sms import gateway
from answerable.tracing import actions, errors
from answerable.tracing.models import TraceBundle, TraceCase
from answerable.tracing.scope import BASES, PARTS, parts_of
from answerable.tracing.store import path_of
from answerable.tracing.tests.conftest import CHEATED
from answerable.trail.actors import system
from answerable.trail.models import Fact

HOUR = dt.timedelta(hours=1)
build_module = importlib.import_module("answerable.tracing.actions.build")


def refused(deed):
    """Do something in a savepoint that the database refuses."""
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        deed()


def test_risk_officer_opens_a_trace_and_the_first_bundle_answers_it(world, ask):
    case = ask()
    assert (case.state, case.answered_at, case.due_at) == ("answered", world.at, world.at + 24 * HOUR)
    assert (case.holder.credit_code, case.ground) == (world.credit_code("hua"), "risk")
    bundle = case.bundles.get()
    assert (bundle.state, bundle.until) == ("ready", world.at + dt.timedelta(days=180))


def test_nobody_else_opens_one(ask):
    for who in ("chen", "lin", "qian", "gong", "zheng"):
        with pytest.raises(NotPermitted):
            ask(staff=who)


def test_without_a_legal_basis_nobody_gets_the_calls(ask, call, handed, opened):
    call()
    files = opened(handed(ask("none")))
    trace = json.loads(files["trace.json"])
    assert "calls.csv" not in files
    assert CHEATED.encode() not in b"".join(files.values())
    assert (trace["parts"], trace["calls"], trace["documents"]) == (["holder", "permits"], None, None)
    assert trace["holder"]["credit_code"]
    assert {one["part"] for one in trace["withheld"]} == set(PARTS) - {"holder", "permits"}


def test_database_refuses_calls_without_a_basis(ask):
    case = ask("none", build=False)
    refused(lambda: TraceCase.objects.filter(pk=case.pk).update(parts=["holder", "calls"]))
    copy = TraceCase.objects.get(pk=case.pk)
    copy.pk, copy.parts = "Z000000AAAAAA", ["calls"]
    refused(lambda: copy.save(force_insert=True))


@pytest.mark.parametrize("basis", list(BASES))
def test_a_basis_never_reaches_beyond_its_parts(basis):
    assert set(parts_of(basis)) == BASES[basis].parts
    assert parts_of(basis, ["calls"]) == (("holder", "permits", "calls") if basis != "none" else ("holder", "permits"))


def test_complaint_tells_the_reporters_own_calls_alone(world, ask, call, handed, opened):
    call()
    call(caller="+86" + CHEATED)
    call(caller="13800000000")
    made = report(
        world.plain, report_class="fraud", text="x", money_paid=False, contact=CHEATED, called_on=None, at=world.at
    )
    with pytest.raises(errors.ReportNeeded):
        ask("complaint", report=made.pk)
    Report.objects.filter(pk=made.pk).update(mobile_confirmed_at=world.at)
    case = ask("complaint", report=made.pk.lower())
    assert (case.ground, case.report_id) == ("report", made.pk)
    files = opened(handed(case))
    rows = list(csv.DictReader(io.StringIO(files["calls.csv"].decode("utf-8-sig"))))
    assert len(rows) == 2
    assert json.loads(files["trace.json"])["calls"]["only_the_reporter"] is True


def test_complaint_about_another_number_is_none(world, ask):
    world.order("working", world.second)
    made = report(
        world.second, report_class="fraud", text="", money_paid=False, contact=CHEATED, called_on=None, at=world.at
    )
    with pytest.raises(errors.ReportNeeded):
        ask("complaint", report=made.pk)


def test_window_that_is_none_is_refused(world, ask):
    for moment, since, until in ((1, 0, 0), (-1, 0, -2), (-1, -2, -3), (-1, -800, 0)):
        with pytest.raises(errors.WindowInvalid):
            ask(moment=world.at + moment * HOUR, since=world.at + since * HOUR, until=world.at + until * HOUR)


def test_window_is_a_day_on_either_side_and_never_of_what_is_to_come(world, ask):
    case = ask(build=False)
    assert (case.since, case.until) == (case.moment - 24 * HOUR, world.at)


def test_what_is_missing_is_told(ask):
    for why in ("x", "x" * 201):
        with pytest.raises(errors.WhyMissing):
            ask(why=why)
    with pytest.raises(errors.ReportNeeded):
        ask(report="J1")


def test_basis_of_an_authority_is_not_for_the_risk_officer(ask):
    for basis in ("authority", "", "x"):
        with pytest.raises(errors.BasisUnknown):
            ask(basis)


def test_number_that_is_not_ours_is_told(world):
    for typed in ("4009999999", "110", "", "4002000000"):
        asked = actions.open.Question(typed, world.at - HOUR)
        with pytest.raises(errors.NumberUnknown):
            actions.open_case(asked, basis="none", why="为什么追查", staff=world.staff("sun"), at=world.at)


def test_what_was_asked_never_changes(ask):
    case = ask()
    for changed in ({"basis": "authority", "ground": "authority"}, {"why": "另一个缘由"}, {"parts": ["holder"]}):
        refused(lambda changed=changed: TraceCase.objects.filter(pk=case.pk).update(**changed))
    refused(lambda: TraceBundle.objects.filter(case=case).update(sha256="0" * 64))
    refused(case.delete)


def test_each_handing_out_is_a_fact_and_names_no_number_in_the_index(world, ask, handed):
    case = ask()
    handed(case)
    handed(case)
    facts = Fact.objects.filter(subject_kind="trace", subject_id=case.pk).order_by("id")
    assert [fact.what for fact in facts] == ["trace.opened", "trace.built", "trace.handed_out", "trace.handed_out"]
    assert {fact.number for fact in facts} == {""}
    assert facts[0].after["basis"] == "anti_fraud"
    assert CHEATED not in str([fact.after for fact in facts])


def test_sample_caller_and_bundle_lie_sealed(ask, call):
    call()
    case = ask(caller=CHEATED)
    assert CHEATED.encode() not in bytes(case.caller)
    assert CHEATED.encode() not in path_of(case.bundles.get().pk).read_bytes()


def test_one_bundle_at_a_time(world, ask):
    case = ask(build=False)
    with pytest.raises(errors.BundleUnderWay):
        actions.ask_again(case, staff=world.staff("sun"), at=world.at)


def test_bundle_of_the_same_question_is_made_again(world, ask, handed):
    case = ask()
    again = actions.ask_again(case, staff=world.staff("sun"), at=world.at + HOUR)
    assert actions.build(again.pk, at=world.at + HOUR).state == "ready"
    assert case.bundles.count() == 2
    assert actions.build(again.pk, at=world.at + HOUR) is None


def test_failure_is_ours_and_leaves_no_file(ask, monkeypatch, world):
    case = ask(build=False)
    bundle = case.bundles.get()
    path_of(bundle.pk).parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr("answerable.tracing.package.PAPERS", path_of(bundle.pk).parent)
    with pytest.raises(Exception, match="No template"):
        actions.build(bundle.pk, at=world.at)
    bundle.refresh_from_db()
    case.refresh_from_db()
    assert (bundle.state, case.state, path_of(bundle.pk).exists()) == ("failed", "open", False)


def test_bundle_that_was_given_up_meanwhile_is_not_ready(ask, world, monkeypatch):
    case = ask(build=False)
    bundle, pack = case.bundles.get(), build_module.pack

    def slowly(*args, **more):
        actions.sweep(at=world.at + 2 * HOUR)
        return pack(*args, **more)

    monkeypatch.setattr(build_module, "pack", slowly)
    with pytest.raises(errors.CaseConflict):
        actions.build(bundle.pk, at=world.at)
    bundle.refresh_from_db()
    case.refresh_from_db()
    assert (bundle.state, case.state, path_of(bundle.pk).exists()) == ("failed", "open", False)


@pytest.mark.parametrize(
    ("told", "written"),
    [("010-88887777", "+861088887777"), ("8613955554444", "13955554444"), ("13955554444", "013955554444")],
)
def test_sample_caller_is_found_in_every_spelling(told, written):
    assert written in spellings(fold(told))


def test_bundle_is_deleted_when_its_period_is_over(world, ask, handed):
    case = ask()
    bundle = case.bundles.get()
    assert actions.sweep(at=bundle.until - HOUR) == 0
    assert actions.sweep(at=bundle.until) == 2  # the bundle, and what the case says of persons
    assert not path_of(bundle.pk).exists()
    with pytest.raises(errors.BundleGone):
        handed(case)


def test_what_a_case_says_of_persons_is_erased_at_the_end_of_the_period(world, ask):
    case = ask(caller=CHEATED)
    end = case.bundles.get().until
    assert actions.sweep(at=end) == 2
    case.refresh_from_db()
    assert case.erased_at == end
    assert not keystore.has(keystore.trace_key(case.pk))
    with pytest.raises(errors.BundleGone):
        actions.ask_again(case, staff=world.staff("sun"), at=end)


def test_copy_of_what_is_held_says_nothing_of_a_trace(world, ask, handed):
    case = ask(caller=CHEATED)
    handed(case)
    holding = Holding(case.holder, world.hua)
    lists = json.dumps([list(rows(holding)) for rows, *_ in LISTS.values()], default=str)
    assert case.pk not in lists
    assert "trace." not in lists


def test_clock_reminds_once_and_records_once_that_it_ran_out(world, ask):
    case = ask(build=False)
    worker = system("worker")
    assert [actions.follow(by=worker, at=world.at + hours * HOUR) for hours in (19, 20, 21, 24, 25)] == [0, 1, 0, 1, 0]
    case.refresh_from_db()
    assert (case.reminded_at, case.overdue_at) == (world.at + 20 * HOUR, world.at + 24 * HOUR)
    facts = Fact.objects.filter(subject_id=case.pk, what__in=["trace.reminded", "trace.overdue"])
    assert facts.count() == 2


def test_officer_on_duty_is_told_of_own_traces_and_of_no_authoritys(
    world, ask, take_request, django_capture_on_commit_callbacks
):
    add_shift(
        "sun", since=world.at, until=world.at + 23 * HOUR, phone="13900000009", staff=world.staff("zheng"), at=world.at
    )  # fmt: skip
    own, requested = ask(build=False), take_request()
    with django_capture_on_commit_callbacks(execute=True):
        actions.follow(by=system("worker"), at=world.at + 21 * HOUR)
    told = dict(Fact.objects.filter(what__in=["trace.reminded", "trace.overdue"]).values_list("subject_id", "after"))
    assert told == {own.pk: {"told": ["sun"]}, requested.pk: {"told": []}}
    assert own.pk in (gateway().newest("13900000009") or "")


def test_answered_trace_has_no_clock(world, ask):
    ask()
    assert actions.follow(by=system("worker"), at=world.at + 30 * HOUR) == 0
