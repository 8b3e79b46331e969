"""A number in service passes from its holder to another organisation, which is verified as any new holder is."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.calls.models import Call
from answerable.calls.queries import calls_of
from answerable.lib.identifiers import make_credit_code
from answerable.numbers.errors import StateConflict
from answerable.numbers.models import Destination, Number, Tenure
from answerable.numbers.queries import number_of, who_answers
from answerable.orders import errors
from answerable.orders.actions import (
    accept_transfer,
    begin_transfer,
    cancel,
    cancel_transfer,
    limit,
    receive_receipt,
    release,
    renew,
    stop,
    sweep,
    upload_consent,
    warn,
)
from answerable.orders.models import HolderTransfer, Order
from answerable.parties.actions import actor_of
from answerable.parties.errors import NotInRegister
from answerable.parties.models import Enterprise, Notice
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.transparency.entries import read_entry
from answerable.transparency.history import derive
from answerable.transparency.models import Pending
from answerable.verification.actions import ask, renew_proof
from answerable.verification.actions.counter import originals
from answerable.verification.errors import OriginalsMissing
from answerable.verification.evaluation import bars as evaluation_bars
from answerable.verification.evaluation import evaluate
from answerable.verification.models import Document, Dossier, Recheck
from answerable.verification.queries import document_of, documents, dossier_of

NEW_LINE = "02162345678"


@pytest.fixture
def held(world):
    return world.order("working")


def begin(world, **changes):
    asked = {"credit_code": world.credit_code("zhao"), "person": world.hua, "at": world.at} | changes
    return begin_transfer(world.number(world.plain), **asked)


def consented(world, **changes):
    transfer = begin(world, **changes)
    upload_consent(transfer, world.jpeg, person=world.hua, at=world.at)
    transfer.refresh_from_db()
    return transfer


def accept(world, transfer, **changes):
    asked = {
        "person": world.zhao,
        "role": "legal_representative",
        "use": "own",
        "industry": "manufacturing",
        "at": world.at,
    }
    return accept_transfer(transfer.code, **(asked | changes))


def submitted(world, transfer):
    order = accept(world, transfer)
    world.sign(order)
    world.submit(order, NEW_LINE)
    return order


def approved(world, transfer):
    order = submitted(world, transfer)
    world.handle(order)
    world.review(order, "lin")
    world.review(order, "zhou")
    return order


def refusal(world, **changes):
    with pytest.raises(errors.TransferNotPossible) as refused:
        begin(world, **changes)
    return refused.value.text("en")


def test_stranger_begins_no_transfer(world, held):
    with pytest.raises(errors.OrderUnknown):
        begin(world, person=world.zhao)
    assert not HolderTransfer.objects.exists()


def test_holder_is_no_receiver(world, held):
    assert "present holder" in refusal(world, credit_code=world.credit_code("hua"))


def test_receiver_must_be_in_the_register(world, held):
    with pytest.raises(NotInRegister):
        begin(world, credit_code=make_credit_code("91310115", "MA1DEM99"))


def test_number_stopped_for_cause_is_not_passed_on(world, held):
    """Whoever must answer for a stop does not escape it (MIIT 452 (七))."""
    stop(world.number(world.plain), "COMPLAINT", staff=world.staff("sun"), at=world.at)
    assert "lifted first" in refusal(world)


def test_recheck_past_due_bars_a_transfer(world, held):
    ask(world.number(world.plain), ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=world.at)
    assert "past due" in refusal(world, at=world.at + dt.timedelta(days=16))


def test_open_renewal_bars_a_transfer_and_a_transfer_a_renewal(world, held):
    order = renew(world.number(world.plain), person=world.hua, package=world.package(), at=world.at)
    assert "renewal" in refusal(world)
    cancel(order, by=actor_of(world.hua), at=world.at)
    begin(world)
    with pytest.raises(errors.RenewalNotPossible):
        renew(world.number(world.plain), person=world.hua, package=world.package(), at=world.at)


def test_receiver_on_the_black_list_is_refused_and_the_giver_is_not_told_why(world, held):
    with pytest.raises(errors.TransferReceiverBarred) as refused:
        begin(world, credit_code=world.credit_code("listed"))
    assert "list" not in refused.value.text("en")


def test_number_passes_on_once_at_a_time(world, held):
    begin(world)
    assert "under way" in refusal(world)
    first = HolderTransfer.objects.get()
    with pytest.raises(IntegrityError, match="one_open_transfer_a_number"), transaction.atomic():
        HolderTransfer.objects.create(
            number=first.number, giver=first.giver, started_by=first.started_by, receiver_code="X" * 18, code="ABCDEFGH",
            started_at=world.at, until=world.at, consent_pdf=b"-",
        )  # fmt: skip


def test_code_without_consent_is_not_accepted(world, held):
    with pytest.raises(errors.ConsentMissing):
        accept(world, begin(world))


def test_wrong_or_late_code_is_not_accepted(world, held):
    transfer = consented(world)
    with pytest.raises(errors.TransferCodeUnknown):
        accept_transfer("AAAAAAAA", person=world.zhao, role="handler", use="own", industry="manufacturing", at=world.at)
    with pytest.raises(errors.TransferCodeUnknown):
        accept(world, transfer, at=transfer.until)


def test_receiver_is_as_eligible_as_for_a_new_number(world, held):
    transfer = consented(world)
    with pytest.raises(errors.NotEligible):
        accept(world, transfer, industry="loans")
    other = world.order("held", world.second, person=world.zhao, firm="zhao")
    Enterprise.objects.filter(pk=other.enterprise_id).update(quota=1)
    with pytest.raises(errors.NotEligible) as refused:
        accept(world, transfer)
    assert "limit of 1" in refused.value.text("en")


def test_counter_must_see_the_consents_original(world, held):
    order = submitted(world, consented(world))
    dossier = world.dossier(order)
    assert "transfer_consent" in originals(dossier)
    rest = [code for code in originals(dossier) if code != "transfer_consent"]
    with pytest.raises(OriginalsMissing):
        world.handle(order, originals_seen=rest)


def test_present_holder_answers_and_its_line_rings_until_the_approval(world, held):
    order = submitted(world, consented(world))
    world.handle(order)
    world.review(order, "lin")
    number = world.number(world.plain)
    assert (number.holder, number.business_state) == (held.enterprise, "working")
    assert [d.line for d in Destination.objects.filter(number=number, removed_at=None)] == [world.line]


def test_approval_passes_everything_on_at_once(world, held):
    ask(world.number(world.plain), ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=world.at)
    paid_until = world.number(world.plain).paid_until
    before = Pending.objects.count()
    order = approved(world, consented(world))
    number = world.number(world.plain)
    assert (number.holder, number.business_state, number.paid_until) == (order.enterprise, "working", paid_until)
    assert (number.verified_until, number.recheck_until) == (world.dossier(order).verified_until, None)
    assert list(Tenure.objects.filter(number=number).order_by("id").values_list("holder", "until")) == [
        (held.enterprise_id, world.at),
        (order.enterprise_id, None),
    ]
    bound = Destination.objects.get(number=number, removed_at=None)
    assert (bound.line, bound.proven_until is not None) == (NEW_LINE, True)
    assert set(Dossier.objects.filter(enterprise=held.enterprise).values_list("state", flat=True)) == {"revoked"}
    assert not Dossier.objects.filter(enterprise=held.enterprise, keep_until=None).exists()
    assert Recheck.objects.get().state == "ended"
    record = str(compile_numbers([world.plain])[world.plain])
    assert (NEW_LINE in record, world.line in record) == (True, False)
    said = [read_entry(bytes(p.leaf)) for p in Pending.objects.order_by("pk")[before:]]
    kinds = [entry["kind"] for entry in said]
    assert kinds == ["lock", "handling", "line_removed", "transfer", "approval", "line_proven"]
    passed = said[3]
    assert (passed["from"]["name"], passed["holder"]["name"]) == (held.enterprise.name, order.enterprise.name)
    opened = {"kind": "opening", "number": world.plain, "at": "2020-01-01T00:00:00.000+00:00", "holder": passed["from"]}
    histories, _ = derive(enumerate([opened, *said]))
    assert histories[world.plain].holder == passed["holder"]


def test_afterwards_the_order_is_complete_and_the_register_is_told(world, held):
    order = approved(world, consented(world))
    world.follow(order)
    order.refresh_from_db()
    assert (order.state, HolderTransfer.objects.get().state) == ("completed", "completed")
    receive_receipt(world.receipt(order), by=system("worker"), at=world.at)
    assert world.state(world.plain) == "working"
    assert not Document.objects.filter(enterprise=held.enterprise, keep_until=None).exists()
    assert Notice.objects.filter(person=world.hua, code="TRANSFERRED").count() == 1
    assert renew(world.number(world.plain), person=world.zhao, package=world.package(), at=world.at).state == "held"


def test_lookup_names_the_holder_before_and_after(world, held):
    transfer = consented(world)
    assert who_answers(world.plain, at=world.at).holder == held.enterprise
    order = approved(world, transfer)
    assert who_answers(world.plain, at=world.at).holder == order.enterprise


def test_neither_side_sees_the_others_papers_or_calls(world, held):
    transfer = consented(world)
    old_dossier, consent = world.dossier(held), transfer.consent
    order = approved(world, transfer)
    new_dossier = world.dossier(order)
    assert (number_of(world.hua, world.plain), dossier_of(world.hua, new_dossier.pk)) == (None, None)
    assert (dossier_of(world.zhao, old_dossier.pk), document_of(world.zhao, consent.pk)) == (None, None)
    assert all(document_of(world.hua, d.pk) is None for d in documents(new_dossier))
    for call, at in (("before", world.at - dt.timedelta(hours=1)), ("after", world.at + dt.timedelta(hours=1))):
        _call(world, call, at)
    assert [call.started_at > world.at for call in calls_of(world.number(world.plain))] == [True]


def _call(world, call, at):
    Call.objects.create(host="gate", call=call, number=world.plain, started_at=at, received_at=at)


def test_unrelated_receiver_is_a_finding_for_the_reviewer_and_no_bar(world, held):
    """No letting or lending (Telecom Regulations art. 28, Anti-Telecom-Fraud Law art. 31): a person judges it."""
    order = submitted(world, consented(world))
    found = evaluate(world.dossier(order), at=world.at)
    assert [f.outcome for f in found if f.check == "transfer_relation"] == ["cannot_tell"]
    assert "transfer_relation" not in {f.check for f in evaluation_bars(found)}


@pytest.mark.parametrize("side", ["giver", "receiver"])
@pytest.mark.parametrize("stage", ["held", "submitted"])
def test_either_side_cancels_before_the_handling(world, held, side, stage):
    transfer = consented(world)
    order = accept(world, transfer) if stage == "held" else submitted(world, transfer)
    if side == "giver":
        cancel_transfer(transfer, by=actor_of(world.hua), at=world.at)
    else:
        cancel(order, by=actor_of(world.zhao), at=world.at)
    order.refresh_from_db()
    number = world.number(world.plain)
    assert (order.state, number.holder, number.business_state) == ("cancelled", held.enterprise, "working")
    assert HolderTransfer.objects.get().state == "cancelled"
    assert world.dossier(held).keep_until is None
    assert begin(world).state == "open"


def test_neither_side_cancels_or_releases_after_the_handling(world, held):
    transfer = consented(world)
    order = submitted(world, transfer)
    world.handle(order)
    for act in (
        lambda: cancel_transfer(transfer, by=actor_of(world.hua), at=world.at),
        lambda: cancel(order, by=actor_of(world.zhao), at=world.at),
        lambda: release(world.number(world.plain), person=world.hua, at=world.at),
    ):
        with pytest.raises(errors.TransferHandled):
            act()


def test_code_that_nobody_enters_lapses(world, held):
    transfer = begin(world)
    assert [sweep(at=transfer.until - dt.timedelta(seconds=1)), sweep(at=transfer.until)] == [0, 1]
    assert HolderTransfer.objects.get().state == "lapsed"
    assert Notice.objects.filter(person=world.hua, code="TRANSFER_ENDED").count() == 1


def test_receivers_order_lapses_and_leaves_the_holder(world, held):
    order = accept(world, consented(world))
    sweep(at=order.hold_until)
    assert (HolderTransfer.objects.get().state, world.number(world.plain).holder) == ("lapsed", held.enterprise)


def test_declined_transfer_leaves_the_holder_as_before(world, held):
    order = submitted(world, consented(world))
    world.handle(order)
    world.review(order, "lin", "decline", ("E05",))
    world.follow(order)
    assert (Order.objects.get(pk=order.pk).state, HolderTransfer.objects.get().state) == ("declined", "declined")
    number = world.number(world.plain)
    assert (number.holder, number.business_state) == (held.enterprise, "working")
    assert world.dossier(held).state == "approved"


def test_stop_that_comes_meanwhile_keeps_the_number_with_whoever_must_answer(world, held):
    order = submitted(world, consented(world))
    world.handle(order)
    world.review(order, "lin")
    stop(world.number(world.plain), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StateConflict):
        world.review(order, "zhou")
    assert world.number(world.plain).holder == held.enterprise
    assert world.dossier(order).state == "submitted"


def test_limit_bars_a_transfer_and_one_that_comes_meanwhile_its_approval(world, held):
    order = submitted(world, consented(world))
    world.handle(order)
    world.review(order, "lin")
    limit(world.number(world.plain), "COMPLAINT", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StateConflict):
        world.review(order, "zhou")
    assert world.number(world.plain).holder == held.enterprise
    with pytest.raises(errors.TransferNotPossible, match="hours of this number are limited"):
        begin(world)


def test_warning_ends_with_its_holder(world, held):
    warning = warn(world.number(world.plain), "COMPLAINT", staff=world.staff("sun"), at=world.at)
    approved(world, consented(world))
    warning.refresh_from_db()
    assert (world.number(world.plain).holder != held.enterprise, warning.ended_how) == (True, "over")


def test_present_holder_may_verify_again_meanwhile(world, held):
    submitted(world, consented(world))
    assert renew_proof(world.number(world.plain), destination=None, person=world.hua, at=world.at).state == "draft"


def test_release_ends_a_transfer_that_nobody_handled(world, held):
    accept(world, consented(world))
    release(world.number(world.plain), person=world.hua, at=world.at)
    assert (HolderTransfer.objects.get().state, world.state(world.plain)) == ("cancelled", "aging")


@pytest.mark.parametrize("stage", ["none", "submitted"])
def test_database_refuses_another_holder_of_a_number_in_service(world, held, stage):
    if stage == "submitted":
        world.handle(submitted(world, consented(world)))
        other = Order.objects.get(kind="transfer").enterprise
    else:
        other = world.order("working", world.second, person=world.zhao, firm="zhao").enterprise
    for state in ("working", "paused_by_holder"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Number.objects.filter(pk=world.plain).update(
                business_state=state, paused_until=world.at, holder=other
            )  # fmt: skip


def test_database_refuses_another_receiver(world, held):
    transfer = consented(world)
    other = world.order("held", world.second)
    with pytest.raises(IntegrityError), transaction.atomic():
        HolderTransfer.objects.filter(pk=transfer.pk).update(order=other)
