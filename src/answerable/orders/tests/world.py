"""A small world for the tests: the fixed cast, and orders brought to any stage in one line.

华 Hua applies, 赵 Zhao is a stranger with a firm of his own, 陈 Chen stands at the counter, 林 Lin and 周 Zhou review,
钱 Qian is the cashier, 孙 Sun the risk officer, 龚 Gong runs operations and reads the trail, 郑 Zheng and 王 Wang are
the compliance officers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pyotp
from django.db import connection

from answerable.billing.actions import receive
from answerable.billing.models import Package, Transfer
from answerable.lib.identifiers import id_check, make_credit_code
from answerable.lib.workdays import add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.orders import actions as orders
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import Order, TestCall
from answerable.orders.queries import holder_dossier
from answerable.orders.tests import stages
from answerable.orders.tests.reference import FIRMS, PASSWORD, POOL, reference_sql, totp_secret
from answerable.parties.actions import act_for, actor_of
from answerable.parties.models import Counter, Person, RegisterEntry, Staff
from answerable.trail.actors import system
from answerable.verification import actions as verification
from answerable.verification.actions.counter import originals
from answerable.verification.consent import CURRENT
from answerable.verification.models import Appointment, Document, Dossier
from answerable.verification.slots import required

LINE = "02161234567"


class World:
    """The reference data, the cast, and the steps of an order through the real actions."""

    password = PASSWORD
    pool = POOL
    plain, second, third, unicom = POOL["plain"], POOL["second"], POOL["third"], POOL["unicom"]
    line = LINE

    def __init__(self, at: dt.datetime, jpeg: bytes) -> None:
        self.at, self.jpeg = at, jpeg
        with connection.cursor() as cursor:
            cursor.execute(reference_sql(at))
        self.hua, self.zhao = Person.objects.bulk_create(
            Person(mobile=mobile, name=name, created_at=at)
            for mobile, name in (("13900000001", "华小样"), ("13900000002", "赵小样"))
        )

    # who and what

    def staff(self, username: str) -> Staff:
        return Staff.objects.get(username=username)

    def firm(self, key: str) -> RegisterEntry:
        return RegisterEntry.objects.get(pk=self.credit_code(key))

    def credit_code(self, key: str) -> str:
        return make_credit_code(*FIRMS[key][:2])

    def package(self, code: str = "standard") -> Package:
        return Package.objects.get(pk=code)

    def number(self, number: str) -> Number:
        return Number.objects.get(pk=number)

    def state(self, number: str) -> str:
        return str(Number.objects.values_list("business_state", flat=True).get(pk=number))

    def dossier(self, order: Order) -> Dossier:
        found = holder_dossier(order)
        assert found is not None
        return found

    def code(self, at: dt.datetime) -> str:
        """Return everybody's one-time code at `at`."""
        return pyotp.TOTP(totp_secret()).at(int(at.timestamp()))

    def id_number(self, serial: int = 1) -> str:
        first = f"31011519800101{serial:03d}"
        return first + id_check(first)

    # the steps

    def start(
        self, number: str = POOL["plain"], *, firm: str = "hua", person: Person | None = None, **changes: Any
    ) -> Order:
        """Start an order as the console does: eligibility, hold, contract."""
        asked: dict[str, Any] = {
            "role": "legal_representative", "use": "own", "industry": "manufacturing", "package": self.package(), "at": self.at,
        }  # fmt: skip
        return orders.start(number, person=person or self.hua, entry=self.firm(firm), **(asked | changes))

    def order(
        self, stage: str = "held", number: str = POOL["plain"], *, firm: str = "hua", person: Person | None = None,
        role: str = "legal_representative", line: str = LINE,
    ) -> Order:  # fmt: skip
        """Bring a new order to a stage, quickly: as rows, without facts or notices (stages.py)."""
        return self._again(self._rows(stage, number, firm, person or self.hua, role).reach(line))

    def walk(
        self, stage: str, number: str = POOL["plain"], *, role: str = "legal_representative",
        look: Callable[[str], None] = lambda stage: None,
    ) -> Order:  # fmt: skip
        """Bring Hua's new order to a stage through the actions alone; only the contract is no real PDF. `look` at each."""
        act_for(self.hua, self.firm("hua"), role=role, at=self.at)
        numbers.hold(number, self.hua, by=actor_of(self.hua), at=self.at)
        order = self._rows("held", number, "hua", self.hua, role).order
        order.save(force_insert=True)
        steps: tuple[Callable[[Order], object], ...] = (
            self.sign, self.pay, self.submit, self.handle, lambda o: self.review(o, "lin"), lambda o: self.review(o, "zhou"), self.open, self.work,
        )  # fmt: skip
        look("held")
        for reached, step in zip(stages.STAGES[1 : stages.STAGES.index(stage) + 1], steps, strict=False):
            step(order)
            look(reached)
        return self._again(order)

    def _rows(self, stage: str, number: str, firm: str, person: Person, role: str) -> stages.Rows:
        return stages.Rows(self, stage, number, self.firm(firm), person, role)

    def _again(self, order: Order) -> Order:
        return Order.objects.select_related("number", "enterprise", "person", "package").get(pk=order.pk)

    def sign(self, order: Order) -> None:
        for page in range(1, order.contract_pages + 1):
            self.paper(order, "contract", order_no=order.pk, position=page)
        orders.sign(order, person=order.person, at=self.at)

    def transfer(self, order: Order, **changes: Any) -> Transfer:
        """Write down a right transfer for an order, or one that differs in something."""
        order.refresh_from_db()
        sent = {
            "bank_reference": f"BANK-{order.pk}", "amount_fen": order.price_fen, "payer_name": order.enterprise.name,
            "payer_account": "6222-1", "payer_is_person": False, "reference": order.pk, "received_at": self.at,
        }  # fmt: skip
        return receive(**(sent | changes), by=actor_of(self.staff("qian")), at=self.at)

    def pay(self, order: Order) -> Order:
        return orders.match(self.transfer(order), order.pk, staff=self.staff("qian"), at=self.at)

    def paper(self, order: Order, slot: str, dossier: Dossier | None = None, **fields: Any) -> Document:
        """Add a document's row without a file, as read with nothing found."""
        document = self.paper_row(order, slot, dossier, **fields)
        document.save(force_insert=True)
        return document

    def paper_row(
        self, order: Order, slot: str, dossier: Dossier | None = None, *, staff: Staff | None = None, **fields: Any
    ) -> Document:
        return Document(
            enterprise_id=order.enterprise_id, dossier=dossier, slot=slot, sha256=f"{hash((order.pk, slot)) % 2**60:064x}", mime="image/jpeg",
            size_bytes=1, uploaded_by_id=None if staff else order.person_id, uploaded_by_staff=staff, uploaded_at=self.at, reading_state="done", **fields,
        )  # fmt: skip

    def who(self, order: Order) -> str:
        """Name who comes to the counter."""
        return "华小样" if order.role == "handler" else order.enterprise.legal_representative

    def originals(self, order: Order) -> list[str]:
        return originals(self.dossier(order))

    def fill(self, order: Order, line: str = LINE) -> Dossier:
        """Fill a dossier with everything its set requires."""
        dossier = self.dossier(order)
        verification.set_line(dossier, line, person=order.person, at=self.at)
        verification.confirm_handler(
            dossier, name=self.who(order), id_number=self.id_number(), was_filled=False, person=order.person, at=self.at
        )
        self.consent(dossier)
        for one in required(dossier):
            self.paper(order, one.slot, dossier)
        dossier.refresh_from_db()
        self.call_back(dossier)
        return dossier

    def consent(self, dossier: Dossier) -> None:
        """Consent to the hand-held photo."""
        verification.give_photo_consent(dossier, version=CURRENT, person=dossier.opened_by, at=self.at)

    def call_back(self, dossier: Dossier) -> None:
        """Have the dossier's line rung and answered, and the code entered."""
        person = dossier.opened_by
        callback = verification.request_callback(dossier, person=person, at=self.at)
        code = verification.begin_callback(callback, at=self.at)
        assert code is not None
        verification.end_callback(callback, "answered", at=self.at)
        verification.confirm_callback(dossier, code, person=person, at=self.at)

    def submit(self, order: Order, line: str = LINE) -> Dossier:
        return verification.submit(self.fill(order, line), person=order.person, at=self.at)

    def book(self, order: Order) -> Appointment:
        day = add_workdays(self.at, 1).date()
        counter = Counter.objects.get(pk="BJ-01")
        return verification.book(self.dossier(order), counter=counter, day=day, person=order.person, at=self.at)

    def card(self, order: Order, **changes: str) -> bytes:
        """Make the ID reader's file for whoever must come."""
        return json.dumps(
            {"name": self.who(order), "id_number": self.id_number(), "serial": "READER-1"} | changes
        ).encode()

    def handle(self, order: Order, staff: str = "chen", **changes: Any) -> Any:
        dossier = self.dossier(order)
        brought = {
            "originals_seen": originals(dossier), "id_reader": self.card(order), "site_photo": self.jpeg, "acceptance_form": self.jpeg, "at": self.at,
        }  # fmt: skip
        return verification.handle(dossier, staff=self.staff(staff), **(brought | changes))

    def review(
        self, order: Order, staff: str = "lin", decision: str = "approve", reasons: tuple[str, ...] = ()
    ) -> Dossier:
        return self.decide(self.dossier(order), staff, decision, reasons)

    def decide(
        self, dossier: Dossier, staff: str = "lin", decision: str = "approve", reasons: tuple[str, ...] = ()
    ) -> Dossier:
        """Claim and decide."""
        reviewer = self.staff(staff)
        verification.claim(dossier, staff=reviewer, at=self.at)
        return verification.decide(
            dossier,
            staff=reviewer,
            decision=decision,
            reasons=list(reasons),
            note="内部备注",
            message="请补充",
            at=self.at,
        )

    def follow(self, order: Order) -> None:
        orders.follow_dossier(self.dossier(order).pk, at=self.at)

    def receipt(self, order: Order, **changes: Any) -> bytes:
        order.refresh_from_db()
        made = {
            "order_no": order.pk, "number": order.number_id, "record_sha256": order.registration.record_sha256,
            "receipt_no": f"REG-{order.pk}", "accepted": True,
        }  # fmt: skip
        return json.dumps(made | changes).encode()

    def open(self, order: Order) -> None:
        self.follow(order)
        orders.receive_receipt(self.receipt(order), by=system("worker"), at=self.at)

    def work(self, order: Order) -> None:
        call = TestCall.objects.get(order=order)
        orders.begin_test_call(call, at=self.at)
        orders.end_test_call(call, Outcome("answered", "200 OK", "", 80), at=self.at)
