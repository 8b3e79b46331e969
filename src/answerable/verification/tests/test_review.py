"""Two different reviewers, neither the submitter nor the counter: in the action."""

import datetime as dt

import pytest

from answerable.lib import keystore
from answerable.numbers.models import Destination
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Staff
from answerable.verification import errors
from answerable.verification.actions import add_line, claim, decide, submit, unclaim
from answerable.verification.actions.review import CLAIM_LASTS
from answerable.verification.models import Document, Dossier, Review
from answerable.verification.queries import for_review, queue
from answerable.verification.reading.model import Field, Quality, Reading
from answerable.verification.reasons import REASONS


@pytest.fixture
def order(world):
    return world.order("handled")


def take(world, order, username):
    return claim(world.dossier(order), staff=world.staff(username), at=world.at)


def say(world, order, username, decision="approve", reasons=()):
    return decide(
        world.dossier(order),
        staff=world.staff(username),
        decision=decision,
        reasons=list(reasons),
        note="",
        message="",
        at=world.at,
    )


def in_queue(world, username="zhou"):
    return list(queue(staff=world.staff(username)))


def test_second_approval_verifies_the_holder_and_the_line(world, order):
    assert world.review(order, "lin").state == "submitted"
    assert world.state(world.plain) == "under_review"
    approved = world.review(order, "zhou")
    year = world.at + dt.timedelta(days=365)
    assert (approved.state, approved.verified_until, approved.line_proven_until) == ("approved", year, year)
    assert (world.state(world.plain), world.number(world.plain).verified_until) == ("approved", year)
    assert Destination.objects.get(number=world.plain).proven_until == year


def test_same_reviewer_does_not_approve_twice(world, order):
    world.review(order, "lin")
    with pytest.raises(errors.SecondReviewerMustDiffer):
        take(world, order, "lin")
    with pytest.raises(errors.SecondReviewerMustDiffer):
        say(world, order, "lin")
    assert Review.objects.count() == 1


def test_whoever_handled_does_not_review(world, order):
    Staff.objects.filter(username="chen").update(roles=["risk"])
    Staff.objects.filter(username="chen").update(roles=["reviewer"])
    with pytest.raises(errors.HandledByReviewer):
        take(world, order, "chen")
    assert in_queue(world, "chen") == []


def test_applicant_who_works_here_does_not_review_the_own_application(world, order):
    Staff.objects.filter(username="lin").update(person=world.hua)
    with pytest.raises(errors.SubmittedByReviewer):
        take(world, order, "lin")


@pytest.mark.parametrize("username", ["chen", "qian", "sun", "gong"])
def test_nobody_but_a_reviewer_reviews(world, order, username):
    for deed in (lambda: take(world, order, username), lambda: say(world, order, username)):
        with pytest.raises(NotPermitted):
            deed()


def test_without_the_counter_nothing_is_reviewed(world):
    order = world.order("submitted")
    with pytest.raises(errors.NotHandled):
        take(world, order, "lin")
    with pytest.raises(errors.NotHandled):
        say(world, order, "lin")
    assert in_queue(world) == []


@pytest.mark.parametrize("stage", ["paid", "approved", "working"])
def test_what_does_not_wait_is_not_reviewed(world, stage):
    order = world.order(stage)
    with pytest.raises(errors.NotInQueue):
        take(world, order, "he")


def test_draft_is_not_shown_to_a_reviewer(world):
    assert for_review(world.dossier(world.order("paid")).pk) is None


def test_claim_keeps_others_out_for_twenty_minutes(world, order):
    take(world, order, "lin")
    with pytest.raises(errors.ClaimedByOther):
        take(world, order, "zhou")
    with pytest.raises(errors.ClaimedByOther):
        say(world, order, "zhou")
    assert claim(world.dossier(order), staff=world.staff("zhou"), at=world.at + CLAIM_LASTS).claimed_by == world.staff(
        "zhou"
    )


def test_decision_needs_a_claim_in_force(world, order):
    with pytest.raises(errors.ClaimedByOther):
        say(world, order, "lin")
    take(world, order, "lin")
    with pytest.raises(errors.ClaimedByOther):
        decide(
            world.dossier(order),
            staff=world.staff("lin"),
            decision="approve",
            reasons=[],
            note="",
            message="",
            at=world.at + CLAIM_LASTS,
        )
    assert not Review.objects.exists()


def test_claim_can_be_given_back_by_its_owner_only(world, order):
    take(world, order, "lin")
    unclaim(world.dossier(order), staff=world.staff("zhou"), at=world.at)
    assert Dossier.objects.get().claimed_by == world.staff("lin")
    unclaim(world.dossier(order), staff=world.staff("lin"), at=world.at)
    assert Dossier.objects.get().claimed_by is None


@pytest.mark.parametrize(
    ("decision", "reasons", "problem"),
    [
        ("ask", [], errors.ReasonsNeeded), ("decline", [], errors.ReasonsNeeded), ("decline", ["Z99"], errors.ReasonUnknown),
        ("maybe", ["B01"], errors.ReasonUnknown), ("", [], errors.ReasonUnknown), ("approve", ["nonsense"], errors.ReasonUnknown),
    ],
)  # fmt: skip
def test_decision_without_a_known_reason_is_refused(world, order, decision, reasons, problem):
    take(world, order, "lin")
    with pytest.raises(problem):
        say(world, order, "lin", decision, reasons)
    assert (Review.objects.count(), Dossier.objects.get().state) == (0, "submitted")


def test_asked_for_more_the_applicant_submits_again_in_the_next_round(world, order):
    world.review(order, "lin", "approve")
    world.review(order, "zhou", "ask", ("B01",))
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.round, in_queue(world)) == ("more_information_needed", 1, [])
    assert order.person.notices.filter(code="MORE_INFORMATION").count() == 1
    again = submit(dossier, person=world.hua, at=world.at)
    assert (again.state, again.round, world.state(world.plain)) == ("submitted", 2, "under_review")
    world.review(order, "lin")
    assert Dossier.objects.get().state == "submitted"
    assert world.review(order, "zhou").state == "approved"


def test_declined_dossier_is_closed(world, order):
    assert world.review(order, "lin", "decline", ("E05",)).state == "declined"
    with pytest.raises(errors.NotInQueue):
        take(world, order, "zhou")
    with pytest.raises(errors.DossierClosed):
        submit(Dossier.objects.get(), person=world.hua, at=world.at)


@pytest.mark.parametrize("decision", ["defer", "unsuccessful"])
def test_deferred_dossier_stays_in_the_queue_and_the_same_reviewers_decide_later(world, order, decision):
    world.review(order, "zhou")
    world.review(order, "lin", decision)
    assert in_queue(world, "lin") == in_queue(world, "zhou") == [Dossier.objects.get()]
    world.review(order, "lin")
    assert Dossier.objects.get().state in {"deferred", "unsuccessful"}
    assert world.review(order, "zhou").state == "approved"


def test_review_keeps_what_the_reviewer_was_shown(world, order):
    world.review(order, "lin")
    shown = Review.objects.get().shown
    slots = {d["slot"] for d in shown["documents"]}
    assert {"licence", "rep_id_portrait", "destination_proof", "site_photo", "acceptance_form"} <= slots
    assert all(set(d) == {"id", "slot", "sha256"} for d in shown["documents"])
    assert {f["outcome"] for f in shown["findings"]} <= {"pass", "flag", "cannot_tell"}


def test_verdict_ends_with_the_first_document_to_expire(world, order):
    document = Document.objects.get(slot="licence")
    term = {"term": Field("2026年6月30日", "2026-06-30", 1.0, None)}
    reading = Reading("business_licence", term, (), (), (), Quality(1.0, 100, 1.0, 1.0, is_colour=True))
    document.reading = keystore.seal_json(
        reading.to_dict(), keystore.document_key(document.pk), f"reading:{document.pk}"
    )
    document.save()
    world.review(order, "lin")
    approved = world.review(order, "zhou")
    assert approved.verified_until == dt.datetime(2026, 7, 1, tzinfo=world.at.tzinfo)


def test_destinations_dossier_proves_its_own_line_only(world):
    order = world.order("working")
    holder = world.number(world.plain)
    dossier = add_line(holder, "02161234568", person=world.hua, at=world.at)
    unproven = add_line(holder, "02161234569", person=world.hua, at=world.at)
    world.paper(order, "destination_proof", dossier)
    world.call_back(dossier)
    submit(dossier, person=world.hua, at=world.at)
    for reviewer in ("lin", "zhou"):
        decided = world.decide(dossier, reviewer)
    assert (decided.state, decided.verified_until) == ("approved", None)
    lines = dict(Destination.objects.filter(number=world.plain).values_list("line", "proven_until"))
    assert lines["02161234568"] == world.at + dt.timedelta(days=365)
    assert (lines["02161234569"], unproven.state) == (None, "draft")
    assert world.number(world.plain).verified_until == holder.verified_until


def test_destinations_dossier_needs_its_proof(world):
    world.order("working")
    dossier = add_line(world.number(world.plain), "02161234568", person=world.hua, at=world.at)
    with pytest.raises(errors.NotReady):
        submit(dossier, person=world.hua, at=world.at)


def test_queue_is_oldest_first_and_costs_one_query(world, django_assert_num_queries):
    orders = [
        world.order("handled", number, person=person, firm=firm)
        for number, person, firm in ((world.plain, world.hua, "hua"), (world.second, world.zhao, "zhao"))
    ]
    Dossier.objects.filter(pk=world.dossier(orders[0]).pk).update(submitted_at=world.at + dt.timedelta(hours=1))
    lin = world.staff("lin")
    with django_assert_num_queries(1):
        found = [(d.enterprise.name, d.claimed_by) for d in queue(staff=lin)]
    assert found == [(world.firm("zhao").name, None), (world.firm("hua").name, None)]


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_claims(world, at_once):
    order = world.order("handled")
    results = at_once(lambda: take(world, order, "lin"), lambda: take(world, order, "zhou"))
    assert sorted(type(r).__name__ for r in results) == ["ClaimedByOther", "Dossier"]


@pytest.mark.django_db(transaction=True)
def test_one_reviewer_who_decides_twice_at_once_decides_once(world, at_once):
    order = world.order("handled")
    take(world, order, "lin")
    results = at_once(*[lambda: say(world, order, "lin")] * 2)
    assert sorted(type(r).__name__ for r in results) == ["Dossier", "SecondReviewerMustDiffer"]
    assert (Review.objects.count(), Dossier.objects.get().state) == (1, "submitted")


def test_each_of_eighty_reasons_and_more_says_a_way_out():
    assert len(REASONS) >= 80
    assert all(reason.fix_zh and reason.fix_en for reason in REASONS.values())
