"""An order at any stage, written as rows in one go: test_stages.py proves them equal to what the actions leave.

Facts, notices and messages are not written; a test about those walks the way itself (`World.walk`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from answerable.billing.models import Transfer
from answerable.billing.queries import price_of
from answerable.lib import keystore
from answerable.lib.workdays import add_workdays
from answerable.numbers.actions import HOLD_LASTS
from answerable.numbers.models import Destination, Number, Tenure
from answerable.numbers.patterns import grade
from answerable.orders.actions.contract import PAY_WITHIN_WORKDAYS
from answerable.orders.actions.payment import MATERIALS_WITHIN
from answerable.orders.eligibility import INDUSTRIES
from answerable.orders.models import Order, Registration, TestCall
from answerable.orders.terms import add_months, new_order_no
from answerable.orders.tests.reference import carrier_of
from answerable.parties.models import Enterprise, Membership, Person, RegisterEntry
from answerable.verification.actions.counter import originals
from answerable.verification.consent import CURRENT
from answerable.verification.models import CallBack, Document, Dossier, Handling, PhotoConsent, Review
from answerable.verification.queries import requirement_set
from answerable.verification.slots import required

STATES = {
    "held": "held", "awaiting_payment": "awaiting_payment", "paid": "locked", "submitted": "pre_checked", "handled": "handled",
    "reviewed_once": "under_review", "approved": "approved", "opening": "opening", "working": "working",
}  # fmt: skip
"""Each stage, and the business state of the number then."""
STAGES = tuple(STATES)
YEAR = dt.timedelta(days=365)


@dataclass
class Rows:
    """The rows of one order; each is written once, as it stands at the stage."""

    world: Any
    stage: str
    number: str
    entry: RegisterEntry
    person: Person
    role: str
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.at: dt.datetime = self.world.at
        self.order = self._order()

    def has(self, stage: str) -> bool:
        """Say whether the order has come as far as `stage`."""
        return STAGES.index(self.stage) >= STAGES.index(stage)

    def reach(self, line: str) -> Order:
        """Write what the order has come to; its organisation is written already."""
        self._membership()
        self.order.save(force_insert=True)
        if self.has("awaiting_payment"):
            papers = [self.world.paper_row(self.order, "contract", order_no=self.order.pk, position=1)]
            if self.has("paid"):
                papers += self._paid(line)
            Document.objects.bulk_create(papers)
        if self.has("handled"):
            self._handled(*papers[-2:])
        if self.has("opening"):
            self._opening()
        self._number()
        return self.order

    def _order(self) -> Order:
        at, package = self.at, self.world.package()
        price = price_of(grade(self.number), package)
        order = Order(
            order_no=new_order_no(at), number_id=self.number, enterprise=self._enterprise(), person=self.person, role=self.role,
            use="own", industry="manufacturing", package=package, price_fen=price.total_fen, price=price.to_dict(), created_at=at,
            hold_until=at + HOLD_LASTS, contract_pdf=b"%PDF-", contract_sha256="c0" * 32, contract_pages=1,
        )  # fmt: skip
        if self.has("awaiting_payment"):
            order.state, order.signed_at, order.pay_until = (
                "awaiting_payment",
                at,
                add_workdays(at, PAY_WITHIN_WORKDAYS),
            )
        if self.has("paid"):
            order.state, order.paid_at, order.materials_until = "paid", at, at + MATERIALS_WITHIN
        if self.has("working"):
            order.state, order.completed_at = "completed", at
        return order

    def _enterprise(self) -> Enterprise:
        entry = self.entry
        found = Enterprise.objects.filter(credit_code=entry.credit_code).first()
        return found or Enterprise.objects.create(
            credit_code=entry.credit_code, name=entry.name, subject_type=entry.subject_type, address=entry.address,
            legal_representative=entry.legal_representative, created_at=self.at,
        )  # fmt: skip

    def _membership(self) -> None:
        proven = {"proven_at": self.at} if self.has("approved") else {}
        member = Membership(
            person=self.person, enterprise=self.order.enterprise, role=self.role, since=self.at, **proven
        )
        Membership.objects.bulk_create(
            [member], update_conflicts=True, unique_fields=["person", "enterprise"], update_fields=["role", *proven]
        )

    def _paid(self, line: str) -> list[Document]:
        """Write the transfer and the dossier; return the dossier's papers, unwritten, the counter's two last."""
        order, world, is_filled = self.order, self.world, self.has("submitted")
        Transfer.objects.create(
            bank_reference=f"BANK-{order.pk}", amount_fen=order.price_fen, payer_name=order.enterprise.name, payer_account="6222-1",
            reference=order.pk, received_at=self.at, state="matched", order_no=order.pk,
        )  # fmt: skip
        dossier = self._dossier(line if is_filled else "")
        if not is_filled:
            return []
        name = world.who(order)
        Person.objects.filter(pk=order.person_id).exclude(name=name).update(name=name)
        until = self.at + YEAR if self.has("approved") else None
        Destination.objects.create(
            number_id=self.number, line=line, kind="fixed", position=1, added_at=self.at, proven_until=until
        )
        PhotoConsent.objects.create(
            dossier=dossier, answer="given", text_version=CURRENT, person=order.person, at=self.at
        )
        papers = [world.paper_row(order, one.slot, dossier) for one in required(dossier)]
        if self.has("handled"):
            chen = world.staff("chen")
            papers += [world.paper_row(order, slot, dossier, staff=chen) for slot in ("site_photo", "acceptance_form")]
        return papers

    def _dossier(self, line: str) -> Dossier:
        order, at = self.order, self.at
        rules = requirement_set(
            carrier=carrier_of(self.number), subject_type=order.enterprise.subject_type, use="own", day=at.date()
        )
        dossier = Dossier(
            kind="holder", enterprise=order.enterprise, number=self.number, order_no=order.pk, requirement_set=rules,
            opened_by=order.person, opened_at=at, role=order.role, line=line,
        )  # fmt: skip
        if line:
            dossier.state, dossier.submitted_by, dossier.submitted_at = "submitted", order.person, at
        dossier.save(force_insert=True)
        if line:
            CallBack.objects.create(
                dossier=dossier, line=line, state="done", outcome="answered", requested_by=order.person, requested_at=at,
                listed_until=at, confirmed_at=at,
            )  # fmt: skip
        # What is stated is sealed for one dossier, so its key comes first.
        dossier.claims = keystore.seal_json(self._stated(), keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}")
        Dossier.objects.filter(pk=dossier.pk).update(claims=dossier.claims)
        return dossier

    def _stated(self) -> dict[str, Any]:
        industry = INDUSTRIES[self.order.industry][0]
        stated = {
            "use": "own",
            "role": self.role,
            "industry_code": self.order.industry,
            "industry": industry,
            "use_text": f"自用：{industry}，接听本单位客户来电",
        }
        if self.has("submitted"):
            stated |= {
                "line_owner": "holder", "off_site": False,
                "handler_name": self.world.who(self.order), "handler_id_number": self.world.id_number(), "handler_provenance": "typed",
            }  # fmt: skip
        return stated

    def _handled(self, photo: Document, form: Document) -> None:
        dossier, chen = photo.dossier, photo.uploaded_by_staff
        assert dossier is not None
        assert chen is not None
        card = {
            "name": self.world.who(self.order),
            "id_number": self.world.id_number(),
            "valid_until": "",
            "serial": "READER-1",
        }
        Handling.objects.create(
            dossier=dossier, counter_id=chen.counter_id, staff=chen, at=self.at, originals_seen=sorted(originals(dossier)),
            id_reader=keystore.seal_json(card, keystore.dossier_key(dossier.pk), f"id_reader:{dossier.pk}"), id_reader_matches=True, photo=photo, acceptance_form=form,
        )  # fmt: skip
        self._reviewed(dossier)

    def _reviewed(self, dossier: Dossier) -> None:
        Review.objects.bulk_create(
            Review(
                dossier=dossier, round=1, stage=review_stage, reviewer=self.world.staff(username), decision="approve", note="内部备注", message="请补充",
                shown={"documents": [], "findings": []}, at=self.at,
            )
            for username, stage, review_stage in (("lin", "reviewed_once", "pre_check"), ("zhou", "approved", "carrier_review"))
            if self.has(stage)
        )  # fmt: skip
        if self.has("approved"):
            until = self.at + YEAR
            Dossier.objects.filter(pk=dossier.pk).update(
                state="approved", decided_at=self.at, verified_until=until, line_proven_until=until
            )

    def _opening(self) -> None:
        order, at = self.order, self.at
        Registration.objects.create(
            order=order, record=keystore.seal_json({}, keystore.order_key(order.pk), f"registration:{order.pk}"), record_sha256="5a" * 32, sent_at=at,
            received_at=at, receipt_no=f"REG-{order.pk}", receipt={"receipt_no": f"REG-{order.pk}"},
        )  # fmt: skip
        call = TestCall(order=order, number=self.number, due_at=at)
        if self.has("working"):
            call.state, call.taken_at, call.done_at, call.reached = "done", at, at, True
            call.outcome, call.sip_status, call.ring_ms = "answered", "200 OK", 80
            Tenure.objects.create(number_id=self.number, holder_id=order.enterprise_id, since=at)
            line = Destination.objects.filter(number=self.number, removed_at=None).values_list("line", flat=True)[0]
            Enterprise.objects.filter(pk=order.enterprise_id, complaint_contact="").update(complaint_contact=line)
        call.save(force_insert=True)

    def _number(self) -> None:
        now: dict[str, Any] = {"business_state": STATES[self.stage], "state_since": self.at}
        if self.has("paid"):
            now |= {"holder": self.order.enterprise}
        else:
            now |= {"held_by": self.person, "held_until": self.order.hold_until}
        if self.has("approved"):
            now |= {"verified_until": self.at + YEAR}
        if self.has("opening"):
            now |= {"network_state": "activated", "paid_until": add_months(self.at, 12)}
        Number.objects.filter(pk=self.number).update(**now)
