"""An authority gets what its document asks for, after two compliance officers, and a legal hold follows."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from answerable.parties.errors import NotPermitted
from answerable.parties.models import Staff
from answerable.tracing import actions, errors
from answerable.tracing.actions.request import Officer
from answerable.tracing.models import AuthorityRequest, TraceBundle
from answerable.tracing.tests.conftest import CHEATED
from answerable.tracing.verify import verify
from answerable.trail.models import Fact
from answerable.verification.models import LegalHold
from answerable.verification.retention import holds_in_force


@pytest.fixture
def confirmed(world, take_request):
    """Take and confirm a request, and have its bundle made."""

    def confirmed(**changes):
        case = take_request(**changes)
        actions.confirm_request(case, staff=world.staff("wang"), at=world.at)
        actions.build(case.bundles.get().pk, at=world.at)
        case.refresh_from_db()
        return case

    return confirmed


def test_nothing_is_made_before_the_second_person(world, take_request):
    case = take_request()
    assert (case.state, case.bundles.count()) == ("waiting", 0)
    with pytest.raises(errors.SecondPersonNeeded):
        actions.confirm_request(case, staff=world.staff("zheng"), at=world.at)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        TraceBundle.objects.create(case=case, asked_by=world.staff("wang"), asked_at=world.at)
    with pytest.raises(errors.CaseConflict):
        actions.ask_again(case, staff=world.staff("wang"), at=world.at)


def test_same_human_with_two_accounts_is_one_person(world, take_request):
    Staff.objects.filter(username__in=["zheng", "wang"]).update(person=world.zhao)
    case = take_request()
    with pytest.raises(errors.SecondPersonNeeded):
        actions.confirm_request(case, staff=world.staff("wang"), at=world.at)


def test_second_person_puts_the_hold_in_force_and_the_bundle_names_people(world, call, confirmed, handed, opened):
    call(caller="13800001111")
    case = confirmed()
    hold = LegalHold.objects.get()
    assert (hold.document_no, hold.number, hold.confirmed_by.username) == (
        "样公调证字〔2026〕1号",
        case.number_id,
        "wang",
    )
    assert list(holds_in_force(world.at)) == [hold]
    file = handed(case, staff="wang")
    verify(file)
    files = opened(file)
    trace = json.loads(files["trace.json"])
    request = trace["question"]["request"]
    assert [one["card_no"] for one in request["officers"]] == ["010001", "010002"]
    assert (request["taken_by"], request["confirmed_by"]) == ("郑合规（zheng）", "王合规（wang）")
    (person,) = trace["people"]
    assert (person["name"], person["mobile"], person["id_number"]) == (
        world.firm("hua").legal_representative,
        world.hua.mobile,
        world.id_number(),
    )
    assert [one["by"] for one in trace["documents"][0]["reviews"]] == ["林审核（lin）", "周审核（zhou）"]
    assert b"13800001111" in files["calls.csv"]


def test_only_what_the_document_asks_for_is_handed_out(confirmed, handed, opened):
    files = opened(handed(confirmed(scope=("calls",)), staff="zheng"))
    trace = json.loads(files["trace.json"])
    assert trace["parts"] == ["holder", "permits", "calls"]
    assert (trace["people"], trace["documents"], trace["money"], trace["lines"]) == (None, None, None, None)
    assert {one["zh"].split("：")[1] for one in trace["withheld"]} == {"不在调取范围内"}
    assert trace["log"]["openings"] == []


def test_handing_out_answers_the_case(world, confirmed, handed):
    case = confirmed()
    assert case.state == "open"
    handed(case, staff="zheng")
    case.refresh_from_db()
    assert (case.state, case.answered_at) == ("answered", world.at)


def test_nobody_but_compliance_takes_confirms_or_gets_it(world, take_request, confirmed, handed):
    waits, case = take_request(document_no="2"), confirmed()
    for who in ("sun", "gong", "lin"):
        with pytest.raises(NotPermitted):
            handed(case, staff=who)
        with pytest.raises(NotPermitted):
            actions.show_scan(case.request, staff=world.staff(who), at=world.at)
        with pytest.raises(NotPermitted):
            actions.confirm_request(waits, staff=world.staff(who), at=world.at)


def test_deadline_of_the_document_counts_where_it_is_nearer(world, take_request):
    assert take_request().due_at == world.at + dt.timedelta(hours=12)


def test_document_that_lacks_something_is_not_taken(take_request):
    same = (Officer("甲", "010001"), Officer("乙", "010001"))
    nameless = (Officer("甲", "010001"), Officer("", "010002"))
    for changes, wrong in (
        ({"agency_kind": "lawyer"}, errors.AgencyInvalid), ({"agency": " "}, errors.AgencyInvalid),
        ({"document_no": ""}, errors.AgencyInvalid), ({"officers": same[:1]}, errors.OfficersInvalid),
        ({"officers": same}, errors.OfficersInvalid), ({"officers": nameless}, errors.OfficersInvalid),
        ({"scope": ()}, errors.ScopeEmpty), ({"scope": ("everything",)}, errors.ScopeEmpty), ({"scan": b"x"}, errors.ScanRefused),
    ):  # fmt: skip
        with pytest.raises(wrong):
            take_request(**changes)
    assert not AuthorityRequest.objects.exists()
    assert not LegalHold.objects.exists()


def test_deadline_and_hold_that_have_passed_are_refused(world, take_request):
    for changes in ({"deadline": world.at}, {"hold_until": world.at.date() - dt.timedelta(days=1)}):
        with pytest.raises(errors.DeadlineInvalid):
            take_request(**changes)


def test_refusal_says_why_and_nothing_follows(world, take_request):
    case = take_request()
    with pytest.raises(errors.RefusalUnexplained):
        actions.refuse_request(case, "不", staff=world.staff("wang"), at=world.at)
    actions.refuse_request(case, "文书无公章", staff=world.staff("wang"), at=world.at)
    case.refresh_from_db()
    assert (case.state, case.request.refusal) == ("refused", "文书无公章")
    with pytest.raises(errors.CaseConflict):
        actions.confirm_request(case, staff=world.staff("wang"), at=world.at)


def test_decided_request_never_changes(confirmed):
    case = confirmed()
    for changed in ({"agency": "另一机关"}, {"refusal": ""}):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            AuthorityRequest.objects.filter(pk=case.pk).update(**changed)


def test_second_number_of_the_same_document_shares_its_hold(world, take_request):
    first, second = take_request(), take_request()
    assert first.request.hold == second.request.hold
    actions.confirm_request(first, staff=world.staff("wang"), at=world.at)
    actions.confirm_request(second, staff=world.staff("wang"), at=world.at)
    assert holds_in_force(world.at).count() == 1


def test_moment_at_which_nobody_answered_has_no_hold(world, confirmed, handed):
    case = confirmed(moment=world.at - dt.timedelta(days=20))
    assert (case.holder, case.request.hold) == (None, None)
    assert verify(handed(case, staff="zheng")).trace.question.request.legal_hold_until is None


def test_officers_and_scan_lie_sealed_and_each_look_is_a_fact(world, take_request, letter):
    case = take_request()
    request = case.request
    assert "样本甲".encode() not in bytes(request.officers)
    assert letter().scan not in bytes(request.scan)
    assert actions.show_scan(request, staff=world.staff("wang"), at=world.at) == letter().scan
    facts = Fact.objects.filter(subject_id=case.pk)
    assert [fact.what for fact in facts.order_by("id")] == [
        "trace.opened",
        "trace.request_taken",
        "trace.request_shown",
    ]
    assert "样本甲" not in str([fact.after for fact in facts])
    assert CHEATED not in str([fact.after for fact in facts])
