"""The pages look at the clock; so the world of their tests begins now. Every address there is, with Hua's own ids in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from answerable.billing.models import Refund
from answerable.complaints.actions import add_evidence, add_partner, add_shift, report, take_over
from answerable.complaints.appeals import appeal
from answerable.complaints.disavowals import disavow_by_letter
from answerable.complaints.models import Escalation
from answerable.exits.plans import announce_plan, propose_plan
from answerable.exports.models import Export
from answerable.lib.keystore import report_key, seal_bytes, seal_json
from answerable.orders.actions import reserve, return_transfer, warn
from answerable.orders.models import HolderTransfer
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


@pytest.fixture(scope="session")
def at() -> dt.datetime:
    return timezone.now()


@dataclass(frozen=True)
class Route:
    """One address: its name (site:home), its pattern, and the view behind it."""

    name: str
    pattern: str
    view: Any

    @property
    def door(self) -> str:
        return str(getattr(self.view, "door", "none"))

    @property
    def fields(self) -> set[str]:
        return set(re.findall(r"<(?:\w+:)?(\w+)>", self.pattern))

    def path(self, ids: dict[str, Any]) -> str:
        """Fill the address in."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), self.pattern)


def walk(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[Route]:
    """Walk the resolver."""
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, pattern, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield Route(namespace + (entry.name or pattern), pattern, entry.callback)


@pytest.fixture(scope="session")
def routes() -> list[Route]:
    """Every address there is."""
    return list(walk(get_resolver().url_patterns))


def _draft(rules: RequirementSet, day: dt.date) -> RequirementSet:
    slots = [row for row in rules.slots if row["slot"] != "handler_photo"]
    return RequirementSet(**rules.key, slots=slots, effective_from=day)


@pytest.fixture
def ids(world) -> dict[str, Any]:
    """Bring Hua a working number and a second application at the counter, and return all their ids."""
    order = world.order("working")
    dossier = world.dossier(order)
    notify(world.hua, "PAID", order=order.pk, until="2026-01-01", link=f"/console/orders/{order.pk}/", at=world.at)
    photo = store(
        world.jpeg, enterprise=order.enterprise, slot="site_photo", dossier=dossier, by=system("test"), at=world.at
    )
    appointment = world.book(world.order("submitted", world.third))
    other = world.order("awaiting_payment", world.unicom, person=world.zhao, firm="zhao")
    wrong = world.transfer(other, bank_reference="BANK-WRONG", amount_fen=1)
    waiting = world.transfer(other)
    return_transfer(wrong, reason="WRONG_AMOUNT", staff=world.staff("qian"), at=world.at)
    told = report(
        world.plain, report_class="fraud", text="要我转账", money_paid=True, contact="", called_on=None, at=world.at
    )
    leads = world.staff("zheng")
    shift = add_shift(
        "sun", since=world.at - dt.timedelta(hours=1), until=world.at + dt.timedelta(hours=1), phone="13900000009", staff=leads, at=world.at
    )  # fmt: skip
    key = report_key(told.pk)
    Escalation.objects.create(
        report=told, made_at=world.at, why="不满意", pdf=seal_bytes(b"%PDF-", key, f"escalation.pdf:{told.pk}"),
        data=seal_json({}, key, f"escalation.json:{told.pk}"), sha256="0" * 64, take_due_at=world.at, answer_due_at=world.at,
        is_calendar_loaded=False,
    )  # fmt: skip
    table = f"reference,number,class,kind,paid_at,called_on,mobile,text\nX1,{world.plain},price,,,,,\n".encode()
    rules = propose(
        _draft(dossier.requirement_set, world.at.date()), why="新规", staff=world.staff("wang"), at=world.at
    )
    HolderTransfer.objects.create(
        number=order.number, giver=order.enterprise, started_by=world.hua, receiver_code=world.credit_code("zhao"), code="ABCDEFGH",
        started_at=world.at, until=world.at + dt.timedelta(days=14), consent_pdf=b"%PDF-",
    )  # fmt: skip
    publish("lift", number=world.plain, at=world.at)
    take()
    show(here())
    asked = ask(
        world.number(world.plain), ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=world.at
    )
    measure = warn(world.number(world.plain), "COMPLAINT", staff=world.staff("sun"), at=world.at)
    objected = appeal(measure, "并无此事", person=world.hua, at=world.at)
    check = StockCheck.objects.create(started_by=world.staff("zheng"), started_at=world.at, moved_at=world.at, total=1)
    finding = StockFinding.objects.create(
        stock_check=check, number=order.number, enterprise=order.enterprise, kind="abnormal", found_at=world.at,
        evidence=[{"rule": "silent", "days": 180}],
    )  # fmt: skip
    hold = place_hold(
        order.enterprise, number="", agency="机关（样本）", document_no="1", until=world.at.date() + dt.timedelta(days=2), at=world.at,
        staff=world.staff("zheng"),
    )  # fmt: skip
    agent = sign_up(world, firm="hua")
    member = add_member(agent, "13900000009", staff=world.staff("zheng"), at=world.at)
    add_member(agent, world.hua.mobile, staff=world.staff("zheng"), at=world.at)
    reservation = reserve(
        world.second, person=world.hua, credit_code=world.credit_code("trader"), package=world.package(), use="own",
        industry="retail", offer_fen=0, at=world.at,
    )  # fmt: skip
    penalty = propose_fine(world, agent)
    waiting_file = RegisterImport.objects.create(
        carrier=order.number.carrier, sha256="0" * 64, rows=1, rows_before=9, state="waiting", at=world.at
    )
    difference = Difference.objects.create(
        carrier=order.number.carrier, number=order.number_id, kind="name", ours="甲", theirs="乙", found_at=world.at,
        due_at=world.at + dt.timedelta(days=15),
    )  # fmt: skip
    disowned = disavow_by_letter(
        world.plain, world.credit_code("trader"), "冒用本店名义", b"%PDF-1.7", staff=world.staff("zheng"), at=world.at
    )
    leads_to = Question(world.plain, world.at - dt.timedelta(minutes=1))
    case = open_case(leads_to, basis="anti_fraud", why="受害人报案", staff=world.staff("sun"), at=world.at)
    letter = Letter(
        agency_kind="police", agency="样本市公安局", document_no="样公调证字1号", scope=("calls",), scan=world.jpeg,
        officers=(Officer("样本甲", "010001"), Officer("样本乙", "010002")), deadline=world.at + dt.timedelta(hours=12),
        hold_until=world.at.date() + dt.timedelta(days=90),
    )  # fmt: skip
    requested = take_request(leads_to, letter, why="诈骗案侦查", staff=leads, at=world.at)
    confirm_request(requested, staff=world.staff("wang"), at=world.at)
    copy = Export.objects.create(enterprise=order.enterprise, person=world.hua, purpose="查阅", asked_at=world.at)
    leaving = propose_plan(
        "operator", successor="承接样本有限公司", why="停止经营", last_day=world.at.date() + dt.timedelta(days=92), staff=leads, at=world.at
    )  # fmt: skip
    announce_plan(leaving, staff=world.staff("wang"), at=world.at)
    permit = ask_for_dossier(dossier, by=system("test"), at=world.at)
    assert permit is not None
    return {
        "evidence_id": add_evidence(told, world.jpeg, at=world.at).pk, "shift_id": shift.pk,
        "handover_id": take_over(table, staff=world.staff("sun"), at=world.at).handover.pk,
        "partner_code": add_partner("sample", "样本", staff=leads, at=world.at)[0].pk,
        "permit_request_id": permit.pk,
        "export_id": copy.pk, "disavowal_id": disowned.pk, "measure_id": measure.pk, "appeal_id": objected.pk,
        "trace_no": case.pk, "bundle_id": case.bundles.get().pk, "request_no": requested.pk,
        "request_bundle": requested.bundles.get().pk,
        "reservation_id": reservation.pk, "agent_id": agent.pk, "member_id": member.pk, "penalty_id": penalty.pk,
        "plan_id": leaving.pk,
        "report_id": make_due(at=world.at).pk, "form": "csv",
        "import_id": waiting_file.pk, "difference_id": difference.pk,
        "stock_check_id": check.pk, "finding_id": finding.pk, "recheck_id": asked.pk,
        "enterprise_id": order.enterprise_id, "hold_id": hold.pk, "step": "confirm",
        "set_id": rules.pk,
        "number": world.plain, "order_no": order.pk, "dossier_id": dossier.pk, "page": 0, "position": 1, "slot": "licence",
        "name": "commitment", "document_id": photo.pk,
        "destination_id": order.number.destinations.get().pk, "code": appointment.code, "transfer_id": waiting.pk,
        "refund_id": Refund.objects.get().pk, "reference": told.pk,
        "index": 0, "path": "checkpoint",
        "basis_id": propose_video("文号", world.at.date(), staff=world.staff("wang"), at=world.at).pk,
    }  # fmt: skip


class Page(HTMLParser):
    """What a page holds that a strict policy forbids, and what a person types into it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.typed: dict[str, str] = {}
        self.described: set[str] = set()  # may stay empty, and the page says what that means
        self.post_forms = self.tokens = self.rows = 0
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        is_bare = tag == "style" or (tag == "script" and not has.get("src"))
        if is_bare or "style" in has or any(name.startswith("on") for name in has):
            self.inline.append(self.get_starttag_text() or tag)
        if any((has.get(name) or "").strip().lower().startswith("javascript:") for name in ("href", "src", "action")):
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "html":
            self.language = has.get("lang") or ""
        self.post_forms += tag == "form" and (has.get("method") or "").lower() == "post"
        self.tokens += has.get("name") == "csrfmiddlewaretoken"
        if tag == "textarea" or (
            tag == "input" and has.get("type", "text") in {"text", "tel", "search", "number", "email", "date"}
        ):
            self.typed[has.get("name") or ""] = has.get("value") or ""
            if "required" not in has and has.get("aria-describedby"):
                self.described.add(has.get("name") or "")

    handle_startendtag = handle_starttag


@pytest.fixture(scope="session")
def read() -> type[Page]:
    return Page
