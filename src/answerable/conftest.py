"""A small world for the unit tests: three carriers, ten numbers, the fixed cast; orders brought to any stage in one line.

华 Hua applies, 赵 Zhao is a stranger with a firm of his own, 陈 Chen stands at the counter, 林 Lin and 周 Zhou review,
钱 Qian is the cashier, 孙 Sun the risk officer, 龚 Gong runs operations and reads the trail.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache as django_cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from answerable.billing.actions import receive
from answerable.billing.models import GradeFee, Package, Transfer
from answerable.billing.queries import price_of
from answerable.lib import vault
from answerable.lib.identifiers import id_check, make_credit_code
from answerable.lib.workdays import CHINA, add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import AllocationBatch, Number
from answerable.numbers.patterns import grade, patterns
from answerable.orders import actions as orders
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import Order, TestCall
from answerable.orders.queries import holder_dossier
from answerable.orders.terms import new_order_no
from answerable.orders.tests import stages
from answerable.parties.actions import act_for, actor_of
from answerable.parties.models import BlacklistEntry, Carrier, Counter, Operator, Person, RegisterEntry, Staff
from answerable.trail.actors import system
from answerable.verification import actions as verification
from answerable.verification.actions.counter import originals
from answerable.verification.models import Appointment, Document, Dossier, RequirementSet
from answerable.verification.slots import HOLDER_SLOTS, required

TUESDAY = dt.datetime(2026, 3, 10, 10, 0, tzinfo=CHINA)
POOL = {
    "plain": "4008001357", "second": "4008002579", "third": "4009001359", "unicom": "4000001357", "unicom_second": "4006002579",
    "mobile": "4001001359", "AABB": "4008006688", "ABAB": "4008002121", "AAAA": "4008009999", "up": "4009001234", "down": "4009009876",
}  # fmt: skip
CARRIERS = (("unicom", "4000", "4006"), ("mobile", "4001", "4007"), ("telecom", "4008", "4009"))
FIRMS = {
    "hua": ("91310115", "MA1DEM01", "上海样本家电服务有限公司", "company", "华建国", "存续"),
    "zhao": ("91440300", "MA5DEM02", "深圳示例物流有限公司", "company", "赵志明", "存续"),
    "trader": ("92510104", "MA6DEM04", "成都锦江样本茶馆", "sole_trader", "刘芳", "存续"),
    "gone": ("91120116", "MA0DEM05", "天津示例商贸有限公司", "company", "吴强", "注销"),
    "listed": ("91500000", "MA6DEM06", "重庆样本信息咨询有限公司", "company", "郑平", "存续"),
}
STAFF = {
    "chen": ("陈受理", ["counter"]), "lin": ("林审核", ["reviewer"]), "zhou": ("周审核", ["reviewer"]), "he": ("何审核", ["reviewer"]),
    "qian": ("钱出纳", ["cashier"]), "sun": ("孙风控", ["risk"]), "gong": ("龚运维", ["operations", "auditor"]),
}  # fmt: skip
PASSWORD = "a-long-password-for-tests"  # noqa: S105
STAGES = ("held", "awaiting_payment", "paid", "submitted", "handled", "reviewed_once", "approved", "opening", "working")
LINE = "02161234567"


@cache
def _hash() -> str:
    return make_password(PASSWORD)


@cache
def _totp() -> str:
    return pyotp.random_base32()


def draw(form: str = "JPEG", size: tuple[int, int] = (32, 24), mode: str = "RGB") -> bytes:
    """Draw a white picture."""
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, form)
    return out.getvalue()


class World:
    """The reference data, the cast, and the steps of an order through the real actions."""

    password = PASSWORD
    pool = POOL
    plain, second, third, unicom = POOL["plain"], POOL["second"], POOL["third"], POOL["unicom"]
    line = LINE

    def __init__(self, at: dt.datetime, jpeg: bytes) -> None:
        self.at, self.jpeg = at, jpeg
        with connection.cursor() as cursor:
            cursor.execute(_reference_sql(at))
        self.hua = Person.objects.create(mobile="13900000001", name="华小样", created_at=at)
        self.zhao = Person.objects.create(mobile="13900000002", name="赵小样", created_at=at)

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
        return pyotp.TOTP(_totp()).at(int(at.timestamp()))

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
        """Bring a new order to a stage, quickly: what lies behind the payment is written as rows (orders/tests/stages)."""
        order = self._held(number, firm, person or self.hua, role)
        steps: tuple[Callable[[Order], object], ...] = (
            self.sign, self.pay, lambda o: stages.submitted(self, o, line), lambda o: stages.handled(self, o),
            lambda o: stages.reviewed(self, o, "lin"), self._approve, lambda o: stages.opening(self, o), lambda o: stages.working(self, o),
        )  # fmt: skip
        return self._take(order, steps, stage)

    def walk(self, stage: str, number: str = POOL["plain"], *, role: str = "legal_representative") -> Order:
        """Bring Hua's new order to a stage through the actions alone; only the contract is no real PDF."""
        order = self._held(number, "hua", self.hua, role)
        steps: tuple[Callable[[Order], object], ...] = (
            self.sign, self.pay, self.submit, self.handle, lambda o: self.review(o, "lin"), lambda o: self.review(o, "zhou"), self.open, self.work,
        )  # fmt: skip
        return self._take(order, steps, stage)

    def _take(self, order: Order, steps: tuple[Callable[[Order], object], ...], stage: str) -> Order:
        for step in steps[: STAGES.index(stage)]:
            step(order)
        return Order.objects.select_related("number", "enterprise", "person", "package").get(pk=order.pk)

    def _approve(self, order: Order) -> None:
        stages.reviewed(self, order, "zhou")
        stages.approved(self, order)

    def _held(self, number: str, firm: str, person: Person, role: str) -> Order:
        enterprise = act_for(person, self.firm(firm), role=role, at=self.at)
        until = numbers.hold(number, person, by=actor_of(person), at=self.at)
        price = price_of(self.number(number).grade, self.package())
        return Order.objects.create(
            order_no=new_order_no(self.at), number_id=number, enterprise=enterprise, person=person, role=role, use="own", industry="manufacturing",
            package=self.package(), price_fen=price.total_fen, price=price.to_dict(), created_at=self.at, hold_until=until,
            contract_pdf=b"%PDF-", contract_sha256="c0" * 32, contract_pages=1,
        )  # fmt: skip

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
        for slot in required(dossier.requirement_set.slots, role=order.role, kind=dossier.kind):
            self.paper(order, slot, dossier)
        dossier.refresh_from_db()
        return dossier

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


@cache
def _reference_sql(at: dt.datetime) -> str:
    """Write the reference data once through the models, take it back, and keep what was sent: one trip for each test."""
    with CaptureQueriesContext(connection) as sent, transaction.atomic():
        _reference(at)
        transaction.set_rollback(True)
    return ";".join(query["sql"] for query in sent.captured_queries if query["sql"].startswith("INSERT"))


def _reference(at: dt.datetime) -> None:
    Carrier.objects.bulk_create(
        Carrier(code=code, name_zh=code, name_en=code.title(), prefixes=prefixes, ask_at="100xx")
        for code, *prefixes in CARRIERS
    )
    operator = Operator.objects.create(
        name_zh="有应示例通信有限公司（样本）", name_en="Answerable Sample Telecom (specimen)", credit_code=make_credit_code("91110000", "MA00DEM0"),
        authorisation="授权书 样本-2026-001", authorised_from=dt.date(2026, 1, 1), authorised_until=dt.date(2099, 12, 31),
        hotline="4008000400", bank_account="样本银行 0400", is_demo=True,
    )  # fmt: skip
    operator.carriers.set(Carrier.objects.all())
    Counter.objects.create(
        code="BJ-01",
        kind="own_counter",
        name_zh="北京西单营业厅",
        name_en="Xidan",
        address_zh="西单",
        address_en="Xidan",
    )
    Package.objects.bulk_create(
        Package(
            code=code, name_zh=zh, name_en=code.title(), monthly_minimum_fen=minimum, minutes_a_month=minutes, fen_a_minute=12,
            effective_from=dt.date(2026, 1, 1),
        )
        for code, zh, minimum, minutes in (("basic", "基础套餐", 4_000, 266), ("standard", "标准套餐", 10_000, 833))
    )  # fmt: skip
    GradeFee.objects.bulk_create(
        GradeFee(grade=name, choosing_fee_fen=fee, minimum_percent=percent)
        for name, fee, percent in (
            ("normal", 0, 100),
            ("good", 20_000, 125),
            ("fine", 80_000, 200),
            ("premium", 500_000, 500),
        )
    )
    RequirementSet.objects.bulk_create(
        RequirementSet(
            carrier=carrier,
            subject_type=kind,
            use="own",
            version=1,
            effective_from=dt.date(2026, 1, 1),
            slots=HOLDER_SLOTS,
        )
        for carrier, *_ in CARRIERS
        for kind in ("company", "sole_trader")
    )
    RegisterEntry.objects.bulk_create(
        RegisterEntry(
            credit_code=make_credit_code(head, organisation), name=name, subject_type=kind, legal_representative=legal,
            address=f"{name}注册地址", status=status, loaded_at=at,
        )
        for head, organisation, name, kind, legal, status in FIRMS.values()
    )  # fmt: skip
    BlacklistEntry.objects.create(
        kind="firm", value=make_credit_code(*FIRMS["listed"][:2]), reason="涉诈惩戒（样本）", added_at=at
    )
    Staff.objects.bulk_create(
        Staff(
            username=username, name=name, roles=roles, password=_hash(), totp_secret=vault.seal_bytes(_totp().encode(), f"totp:{username}"),
            counter_id="BJ-01" if "counter" in roles else None,
        )
        for username, (name, roles) in STAFF.items()
    )  # fmt: skip
    _pool(at)


def _pool(at: dt.datetime) -> None:
    carrier_of = {prefix: code for code, *prefixes in CARRIERS for prefix in prefixes}
    AllocationBatch.objects.bulk_create(
        AllocationBatch(code=f"{code}-0", carrier_id=code, branch="样本分公司", allocated_on=dt.date(2026, 1, 15))
        for code, *_ in CARRIERS
    )
    Number.objects.bulk_create(
        Number(
            number=number, carrier_id=carrier_of[number[:4]], batch_id=f"{carrier_of[number[:4]]}-0", grade=grade(number),
            patterns=patterns(number), state_since=at,
        )
        for number in POOL.values()
    )  # fmt: skip


@pytest.fixture
def at() -> dt.datetime:
    """A working day's morning; every action is told the time."""
    return TUESDAY


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """The smallest photograph worth sending."""
    return draw()


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """Draw a picture of any format and size."""
    return draw


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> Path:
    """Move what is written to disk into the test's own folder."""
    for name in ("DOCUMENTS", "OUTBOX", "REGISTER"):
        setattr(settings, name, tmp_path / name.lower())
    return tmp_path


@pytest.fixture
def world(db: None, folders: Path, at: dt.datetime, jpeg: bytes) -> World:
    """The small world, new for each test."""
    django_cache.clear()
    return World(at, jpeg)


@pytest.fixture
def browser() -> Callable[..., Client]:
    """Sign a person or a member of staff in (nobody: the public) and return their browser."""

    def sign_in(who: Person | Staff | None = None, **options: Any) -> Client:
        client = Client(**options)
        if who is not None:
            session = SessionStore()
            session["staff" if isinstance(who, Staff) else "person"] = who.pk
            session.create()
            client.cookies["sessionid"] = session.session_key
        return client

    return sign_in


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in a thread with its own connection; return results and errors in order."""

    def run(*deeds: Callable[[], Any]) -> list[Any]:
        results: list[Any] = [None] * len(deeds)
        start = threading.Barrier(len(deeds))

        def work(index: int, deed: Callable[[], Any]) -> None:
            try:
                connection.ensure_connection()
                start.wait(10)
                results[index] = deed()
            except Exception as error:
                results[index] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return results

    return run
