"""What an operator loads before its first day: carriers, tariff, counters, requirement sets, the register, the black list."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from answerable.billing.models import GradeFee, Package
from answerable.lib.identifiers import make_credit_code
from answerable.parties.models import Authorisation, BlacklistEntry, Carrier, Counter, Operator, RegisterEntry
from answerable.routing.models import Trunk
from answerable.verification.models import RequirementSet
from answerable.verification.requirements.shipped import shipped

HOTLINE = "4008000400"
OPERATOR_CODE = make_credit_code("91110000", "MA00DEM0")
CARRIERS = (
    ("unicom", "中国联通", "China Unicom", ["4000", "4006"], "10010"),
    ("mobile", "中国移动", "China Mobile", ["4001", "4007"], "10086"),
    ("telecom", "中国电信", "China Telecom", ["4008", "4009"], "10000"),
)
FIRMS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    # key, head of the credit code, organisation code, name, kind, legal representative, address (all made up)
    ("hua", "91310115", "MA1DEM01", "上海样本家电服务有限公司", "company", "华建国", "上海市浦东新区样本路100号3层"),
    ("zhao", "91440300", "MA5DEM02", "深圳示例物流有限公司", "company", "赵志明", "深圳市南山区示例大道8号"),
    ("school", "12330100", "47DEM003", "杭州样本职业学校", "public_institution", "周文", "杭州市西湖区样本街5号"),
    ("trader", "92510104", "MA6DEM04", "成都锦江样本茶馆", "sole_trader", "刘芳", "成都市锦江区示例巷2号"),
    ("gone", "91120116", "MA0DEM05", "天津示例商贸有限公司", "company", "吴强", "天津市滨海新区示例路9号"),
    ("listed", "91500000", "MA6DEM06", "重庆样本信息咨询有限公司", "company", "郑平", "重庆市渝中区样本路77号"),
)
STATUS = {"gone": "注销"}
APPLICANTS = 300
"""Firms in the register that nobody acts for yet."""


def load(at: dt.datetime) -> None:
    """Load all reference data of the demo."""
    for code, zh, en, prefixes, ask in CARRIERS:
        Carrier.objects.create(code=code, name_zh=zh, name_en=en, prefixes=prefixes, ask_at=ask)
    _operator(at)
    _tariff(at)
    _register(at)
    for carrier, *_ in CARRIERS:
        RequirementSet.objects.bulk_create(shipped(carrier))
    Trunk.objects.create(name="demo-carrier", address="127.0.0.1", port=settings.GATE_PORT + 2)


def credit_code(firm: str) -> str:
    """Return a made-up firm's credit code."""
    return next(make_credit_code(head, organisation) for key, head, organisation, *_ in FIRMS if key == firm)


def applicant(index: int) -> RegisterEntry:
    """Make up the `index`-th of the firms that nobody acts for yet: what `demo journey` walks through; not saved."""
    name = f"样本第{index:03d}号家电服务有限公司"
    return RegisterEntry(
        credit_code=make_credit_code("91310115", f"MA2D{index:04d}"), name=name, subject_type="company",
        legal_representative=f"华{'一二三四五六七八九'[index % 9]}{'东南西北'[index % 4]}", address=f"上海市浦东新区样本路{index}号",
    )  # fmt: skip


def _operator(at: dt.datetime) -> None:
    Operator.objects.create(
        name_zh="有应示例通信有限公司（样本）", name_en="Answerable Sample Telecom (specimen)", credit_code=OPERATOR_CODE,
        hotline=HOTLINE,
        bank_account="样本银行北京分行 0200 0000 0000 0400 有应示例通信有限公司", is_demo=True,
    )  # fmt: skip
    for carrier, zh, *_ in CARRIERS:
        Authorisation.objects.create(
            document=f"{zh}授权书 样本-2026-001：400 号码受理、开通与运行",
            carriers=[carrier],
            since=dt.date(2026, 1, 1),
            until=at.date() + dt.timedelta(days=700),
        )
    Counter.objects.create(
        code="BJ-01", kind="own_counter", name_zh="北京西单营业厅（样本）", name_en="Beijing Xidan counter (specimen)",
        address_zh="北京市西城区样本大街1号", address_en="1 Sample Avenue, Xicheng, Beijing",
    )  # fmt: skip
    Counter.objects.create(
        code="SH-01", kind="own_counter", name_zh="上海陆家嘴营业厅（样本）", name_en="Shanghai Lujiazui counter (specimen)",
        address_zh="上海市浦东新区样本环路2号", address_en="2 Sample Ring, Pudong, Shanghai",
    )  # fmt: skip


def _tariff(at: dt.datetime) -> None:
    for code, zh, en, minimum, minutes, a_minute in (
        ("basic", "基础套餐", "Basic", 4_000, 266, 15),
        ("standard", "标准套餐", "Standard", 10_000, 833, 12),
        ("busy", "畅呼套餐", "Busy line", 30_000, 3_000, 10),
    ):
        Package.objects.create(
            code=code, name_zh=zh, name_en=en, monthly_minimum_fen=minimum, minutes_a_month=minutes, fen_a_minute=a_minute,
            effective_from=dt.date(2026, 1, 1),
        )  # fmt: skip
    for grade, fee, percent in (
        ("normal", 0, 100),
        ("good", 20_000, 125),
        ("fine", 80_000, 200),
        ("premium", 500_000, 500),
    ):
        GradeFee.objects.create(grade=grade, choosing_fee_fen=fee, minimum_percent=percent)


def _register(at: dt.datetime) -> None:
    for key, head, organisation, name, kind, legal, address in FIRMS:
        RegisterEntry.objects.create(
            credit_code=make_credit_code(head, organisation), name=name, subject_type=kind, legal_representative=legal, address=address,
            status=STATUS.get(key, "存续"), loaded_at=at,
        )  # fmt: skip
    RegisterEntry.objects.create(
        credit_code=OPERATOR_CODE, name="有应示例通信有限公司（样本）", subject_type="company", legal_representative="林样本",
        address="北京市西城区样本大街1号", status="存续", loaded_at=at,
    )  # fmt: skip
    firms = [applicant(index) for index in range(APPLICANTS)]
    for firm in firms:
        firm.loaded_at = at
    RegisterEntry.objects.bulk_create(firms)
    BlacklistEntry.objects.create(kind="firm", value=credit_code("listed"), reason="涉诈惩戒（样本）", added_at=at)
