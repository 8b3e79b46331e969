"""The tests' reference data: three carriers, ten numbers, the tariff, the register and the staff, written in one trip."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from answerable.billing.models import GradeFee, Package
from answerable.lib import vault
from answerable.lib.identifiers import make_credit_code
from answerable.lib.workdays import CHINA
from answerable.numbers.models import AllocationBatch, Number
from answerable.numbers.patterns import grade, patterns
from answerable.parties.models import Authorisation, BlacklistEntry, Carrier, Counter, Operator, RegisterEntry, Staff
from answerable.verification.models import RequirementSet
from answerable.verification.requirements.shipped import shipped

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
BOTH_STAGES = ["reviewer", "carrier_reviewer"]
STAFF = {
    "chen": ("陈受理", ["counter"]), "lin": ("林审核", BOTH_STAGES), "zhou": ("周审核", BOTH_STAGES), "he": ("何审核", BOTH_STAGES),
    "qian": ("钱出纳", ["cashier"]), "sun": ("孙风控", ["risk"]), "feng": ("冯风控", ["risk"]), "gong": ("龚运维", ["operations", "auditor"]),
    "zheng": ("郑合规", ["compliance"]), "wang": ("王合规", ["compliance"]),
}  # fmt: skip
PASSWORD = "a-long-password-for-tests"


@cache
def password_hash() -> str:
    return make_password(PASSWORD)


@cache
def totp_secret() -> str:
    return pyotp.random_base32()


@cache
def reference_sql(at: dt.datetime) -> str:
    """Write the reference data once through the models, take it back, and keep what was sent: one trip for each test."""
    with CaptureQueriesContext(connection) as sent, transaction.atomic():
        _operator()
        _tariff()
        _requirements()
        _register(at)
        _staff()
        _pool(at)
        transaction.set_rollback(True)
    return ";".join(query["sql"] for query in sent.captured_queries if query["sql"].startswith("INSERT"))


def _operator() -> None:
    Carrier.objects.bulk_create(
        Carrier(code=code, name_zh=code, name_en=code.title(), prefixes=prefixes, ask_at="100xx")
        for code, *prefixes in CARRIERS
    )
    Operator.objects.create(
        name_zh="有应示例通信有限公司（样本）", name_en="Answerable Sample Telecom (specimen)", credit_code=make_credit_code("91110000", "MA00DEM0"),
        hotline="4008000400", bank_account="样本银行 0400", is_demo=True,
    )  # fmt: skip
    Authorisation.objects.create(
        document="授权书 样本-2026-001",
        carriers=[code for code, *_ in CARRIERS],
        since=dt.date(2026, 1, 1),
        until=dt.date(2099, 12, 31),
    )
    Counter.objects.create(
        code="BJ-01",
        kind="own_counter",
        name_zh="北京西单营业厅",
        name_en="Xidan",
        address_zh="西单",
        address_en="Xidan",
    )


def _tariff() -> None:
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


def _requirements() -> None:
    RequirementSet.objects.bulk_create(
        rules
        for carrier, *_ in CARRIERS
        for rules in shipped(carrier)
        if rules.subject_type in {"", "company", "sole_trader"}
    )


def _register(at: dt.datetime) -> None:
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


def _staff() -> None:
    Staff.objects.bulk_create(
        Staff(
            username=username, name=name, roles=roles, password=password_hash(), totp_secret=vault.seal_bytes(totp_secret().encode(), f"totp:{username}"),
            counter_id="BJ-01" if "counter" in roles else None,
        )
        for username, (name, roles) in STAFF.items()
    )  # fmt: skip


def carrier_of(number: str) -> str:
    """Name the carrier of a number of the pool."""
    return next(code for code, *prefixes in CARRIERS if number[:4] in prefixes)


def _pool(at: dt.datetime) -> None:
    AllocationBatch.objects.bulk_create(
        AllocationBatch(code=f"{code}-0", carrier_id=code, branch="样本分公司", allocated_on=dt.date(2026, 1, 15))
        for code, *_ in CARRIERS
    )
    Number.objects.bulk_create(
        Number(
            number=number, carrier_id=carrier_of(number), batch_id=f"{carrier_of(number)}-0", grade=grade(number),
            patterns=patterns(number), state_since=at,
        )
        for number in POOL.values()
    )  # fmt: skip
