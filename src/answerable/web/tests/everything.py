"""One of everything that has an address: made noun by noun around Hua's working number, each by its name in the addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from answerable.billing.models import Refund
from answerable.calls.models import RecordDifference
from answerable.complaints.actions import add_evidence, add_partner, add_shift, report, take_over
from answerable.complaints.appeals import appeal
from answerable.complaints.disavowals import disavow_by_letter
from answerable.complaints.models import Escalation, Report
from answerable.exits.plans import announce_plan, propose_plan
from answerable.exports.models import Export
from answerable.lib.keystore import report_key, seal_bytes, seal_json
from answerable.orders.actions import reserve, return_transfer, warn
from answerable.orders.models import HolderTransfer, Order
from answerable.orders.tests.world import World
from answerable.parties.agency import add_member
from answerable.parties.notices import notify
from answerable.parties.tests.test_agents import sign_up
from answerable.parties.tests.test_penalties import propose as propose_fine
from answerable.parties.video import propose_video
from answerable.permits.actions import ask_for_dossier
from answerable.reconciliation.models import Difference, RegisterImport
from answerable.reports.actions import make_due
from answerable.stock.models import StockCheck, StockFinding
from answerable.tracing.actions import Officer, confirm_request, open_case, take_request
from answerable.tracing.actions.open import Question
from answerable.tracing.actions.request import Letter
from answerable.trail.actors import system
from answerable.transparency.actions import publish
from answerable.transparency.integrate import here, show, take
from answerable.verification.actions import ask, place_hold, propose, store
from answerable.verification.models import RequirementSet

Ids = dict[str, Any]


def made(world: World, order: Order) -> Ids:
    """Make it all, in an order in which each can be; return what fills the addresses."""
    ids = _holder(world, order) | _applications(world) | _requirements(world, order)
    told = report(
        world.plain, report_class="fraud", text="要我转账", money_paid=True, contact="", called_on=None, at=world.at
    )
    ids |= _complaints(world, told) | _risk(world, order) | _agency(world) | _register(world, order)
    ids |= _disavowal(world) | _traces(world) | _leaving(world, order) | _permit(world, order)
    return ids | {
        "page": 0,
        "position": 1,
        "slot": "licence",
        "name": "commitment",
        "step": "confirm",
        "index": 0,
        "path": "checkpoint",
    }


def _holder(world: World, order: Order) -> Ids:
    dossier = world.dossier(order)
    notify(world.hua, "PAID", order=order.pk, until="2026-01-01", link=f"/console/orders/{order.pk}/", at=world.at)
    photo = store(
        world.jpeg, enterprise=order.enterprise, slot="site_photo", dossier=dossier, by=system("test"), at=world.at
    )
    publish("lift", number=world.plain, at=world.at)
    take()
    show(here())
    return {
        "number": world.plain, "order_no": order.pk, "dossier_id": dossier.pk, "document_id": photo.pk,
        "destination_id": order.number.destinations.get().pk, "enterprise_id": order.enterprise_id,
    }  # fmt: skip


def _applications(world: World) -> Ids:
    """A second application at the counter, and a transfer of money that is sent back."""
    appointment = world.book(world.order("submitted", world.third))
    other = world.order("awaiting_payment", world.unicom, person=world.zhao, firm="zhao")
    wrong = world.transfer(other, bank_reference="BANK-WRONG", amount_fen=1)
    waiting = world.transfer(other)
    return_transfer(wrong, reason="WRONG_AMOUNT", staff=world.staff("qian"), at=world.at)
    return {"code": appointment.code, "transfer_id": waiting.pk, "refund_id": Refund.objects.get().pk}


def _requirements(world: World, order: Order) -> Ids:
    before = world.dossier(order).requirement_set
    slots = [row for row in before.slots if row["slot"] != "handler_photo"]
    draft = RequirementSet(**before.key, slots=slots, effective_from=timezone.localdate(world.at))
    return {
        "set_id": propose(draft, why="新规", staff=world.staff("wang"), at=world.at).pk,
        "basis_id": propose_video("文号", timezone.localdate(world.at), staff=world.staff("wang"), at=world.at).pk,
    }  # fmt: skip


def _complaints(world: World, told: Report) -> Ids:
    leads, hour, key = world.staff("zheng"), dt.timedelta(hours=1), report_key(told.pk)
    shift = add_shift(
        "sun", since=world.at - hour, until=world.at + hour, phone="13900000009", staff=leads, at=world.at
    )
    Escalation.objects.create(
        report=told, made_at=world.at, pdf=seal_bytes(b"%PDF-", key, f"escalation.pdf:{told.pk}"),
        data=seal_json({}, key, f"escalation.json:{told.pk}"), sha256="0" * 64, take_due_at=world.at, answer_due_at=world.at,
        is_calendar_loaded=False,
    )  # fmt: skip
    table = f"reference,number,class,kind,paid_at,called_on,mobile,text\nX1,{world.plain},price,,,,,\n".encode()
    return {
        "reference": told.pk, "shift_id": shift.pk, "evidence_id": add_evidence(told, world.jpeg, at=world.at).pk,
        "handover_id": take_over(table, staff=world.staff("sun"), at=world.at).handover.pk,
        "partner_code": add_partner("sample", "样本", staff=leads, at=world.at)[0].pk,
    }  # fmt: skip


def _risk(world: World, order: Order) -> Ids:
    """What risk officers ask, take and find, and what compliance orders kept."""
    number, sun, zheng = world.number(world.plain), world.staff("sun"), world.staff("zheng")
    asked = ask(number, ground="risk", reason="COMPLAINT", level=1, by=sun, at=world.at)
    measure = warn(number, "COMPLAINT", staff=sun, at=world.at)
    check = StockCheck.objects.create(started_by=zheng, started_at=world.at, moved_at=world.at, total=1)
    finding = StockFinding.objects.create(
        stock_check=check, number=order.number, enterprise=order.enterprise, kind="abnormal", found_at=world.at,
        evidence=[{"rule": "silent", "days": 180}],
    )  # fmt: skip
    hold = place_hold(
        order.enterprise, number="", agency="机关（样本）", document_no="1", until=world.at.date() + dt.timedelta(days=2), at=world.at,
        staff=zheng,
    )  # fmt: skip
    return {
        "recheck_id": asked.pk, "measure_id": measure.pk, "stock_check_id": check.pk, "finding_id": finding.pk, "hold_id": hold.pk,
        "appeal_id": appeal(measure, "并无此事", person=world.hua, at=world.at).pk,
    }  # fmt: skip


def _agency(world: World) -> Ids:
    agent, zheng = sign_up(world, firm="hua"), world.staff("zheng")
    member = add_member(agent, "13900000009", staff=zheng, at=world.at)
    add_member(agent, world.hua.mobile, staff=zheng, at=world.at)
    reservation = reserve(
        world.second, person=world.hua, credit_code=world.credit_code("trader"), package=world.package(), use="own",
        industry="retail", offer_fen=0, at=world.at,
    )  # fmt: skip
    return {
        "agent_id": agent.pk, "member_id": member.pk, "reservation_id": reservation.pk,
        "penalty_id": propose_fine(world, agent).pk,
    }  # fmt: skip


def _register(world: World, order: Order) -> Ids:
    """A carrier's register that waits for a second person, a difference, and the regulator's weekly report."""
    carrier = order.number.carrier
    waiting = RegisterImport.objects.create(
        carrier=carrier, sha256="0" * 64, rows=1, rows_before=9, state="waiting", at=world.at
    )
    difference = Difference.objects.create(
        carrier=carrier, number=order.number_id, kind="name", ours="甲", theirs="乙", found_at=world.at,
        due_at=world.at + dt.timedelta(days=15),
    )  # fmt: skip
    told = RecordDifference.objects.create(
        call="c1@192.0.2.1", number=order.number_id, kind="gate_only", gate="answered", gate_seconds=4, started_at=world.at,
        found_at=world.at,
    )  # fmt: skip
    weekly = make_due(at=world.at)
    assert weekly is not None
    return {"record_difference_id": told.pk} | {
        "import_id": waiting.pk,
        "difference_id": difference.pk,
        "report_id": weekly.pk,
        "form": "csv",
    }


def _disavowal(world: World) -> Ids:
    staff = world.staff("zheng")
    disowned = disavow_by_letter(
        world.plain, world.credit_code("trader"), "冒用本店名义", b"%PDF-1.7", staff=staff, at=world.at
    )
    return {"disavowal_id": disowned.pk}


def _traces(world: World) -> Ids:
    """A trace of the operator's own, and one that an authority asked for."""
    about = Question(world.plain, world.at - dt.timedelta(minutes=1))
    case = open_case(about, basis="anti_fraud", why="受害人报案", staff=world.staff("sun"), at=world.at)
    letter = Letter(
        agency_kind="police", agency="样本市公安局", document_no="样公调证字1号", scope=("calls",), scan=world.jpeg,
        officers=(Officer("样本甲", "010001"), Officer("样本乙", "010002")), deadline=world.at + dt.timedelta(hours=12),
        hold_until=world.at.date() + dt.timedelta(days=90),
    )  # fmt: skip
    requested = take_request(about, letter, why="诈骗案侦查", staff=world.staff("zheng"), at=world.at)
    confirm_request(requested, staff=world.staff("wang"), at=world.at)
    return {
        "trace_no": case.pk, "bundle_id": case.bundles.get().pk, "request_no": requested.pk,
        "request_bundle": requested.bundles.get().pk,
    }  # fmt: skip


def _leaving(world: World, order: Order) -> Ids:
    """A transfer to another holder, a copy of what is held, and the operator's exit."""
    HolderTransfer.objects.create(
        number=order.number, giver=order.enterprise, started_by=world.hua, receiver_code=world.credit_code("zhao"), code="ABCDEFGH",
        started_at=world.at, until=world.at + dt.timedelta(days=14), consent_pdf=b"%PDF-",
    )  # fmt: skip
    copy = Export.objects.create(enterprise=order.enterprise, person=world.hua, purpose="查阅", asked_at=world.at)
    last_day = world.at.date() + dt.timedelta(days=92)
    plan = propose_plan(
        "operator",
        successor="承接样本有限公司",
        why="停止经营",
        last_day=last_day,
        staff=world.staff("zheng"),
        at=world.at,
    )
    announce_plan(plan, staff=world.staff("wang"), at=world.at)
    return {"export_id": copy.pk, "plan_id": plan.pk}


def _permit(world: World, order: Order) -> Ids:
    request = ask_for_dossier(world.dossier(order), by=system("test"), at=world.at)
    assert request is not None
    return {"permit_request_id": request.pk}
