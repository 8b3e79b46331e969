"""What is asked of a number again, and where it stands: currently due, eventually due, past due, until when, and what then.

The words for the holder are here; the rules are in actions/recheck.py and in the database.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from answerable.numbers.states import REMEDIES, STOP_REASONS
from answerable.parties.models import Person
from answerable.parties.queries import proven_for
from answerable.verification.models import Recheck

LEVELS: dict[int, tuple[str, str]] = {
    1: ("在控制台点击确认，并输入短信验证码", "Confirm in the console with a code sent by SMS"),
    2: (
        "在控制台提交最新材料，由两位审核员审核",
        "Submit the newest papers in the console; two reviewers look at them",
    ),
    3: (
        "提交最新材料，并携原件到营业厅办理",
        "Submit the newest papers and bring the originals to a counter",
    ),
}
LINE_WORDS = ("重新提交线路 {line} 的证明", "Prove line {line} anew")


@dataclass(frozen=True)
class Ground:
    """Why something is asked again: words, days until the deadline, and the reason of the pause after it."""

    zh: str
    en: str
    days: int
    disabled_reason: str


GROUNDS: dict[str, Ground] = {
    "risk": Ground("风控要求重新核验", "Asked by the risk officer", 15, "RECHECK_FAILED"),
    "stock_check": Ground("存量核查发现问题", "Found by the stock check", 30, "RECHECK_FAILED"),
    "expiring": Ground("登记的证照将到期", "A registered document is about to expire", 60, "DOCS_EXPIRED"),
    "yearly": Ground("年度核验", "Yearly re-verification", 60, "RECHECK_FAILED"),
    "carrier_changed": Ground("线路所属运营商发生变化", "The line's carrier has changed", 30, "RECHECK_FAILED"),
    "range_refused": Ground(
        "线路的号段已属虚拟运营商或网络电话，请改绑固定电话",
        "The line's range is a virtual operator's or VoIP now; bind a fixed line instead",
        30,
        "RECHECK_FAILED",
    ),
    "complaint": Ground("有投诉需要核实线路", "A complaint about the line is to be cleared up", 15, "RECHECK_FAILED"),
}


STOCK_FINDINGS: dict[str, tuple[str, str]] = {
    "unregistered": ("未登记", "Unregistered"),
    "false": ("虚假", "False"),
    "incomplete": ("不完整", "Incomplete"),
    "use": ("用途未登记或不符", "Use not registered or different"),
    "licence": ("证照不符", "Licence mismatch"),
    "other": ("其他违规", "Other breach"),
    "abnormal": ("异常使用", "Abnormal use"),
}
"""The seven findings of a stock check, fixed by MIIT 452 (六); a requirement that follows from one names it in `about`."""


@dataclass(frozen=True)
class Standing:
    """Where a number stands; the three lists never share an item. `disabled_reason` is set once the number is paused."""

    currently_due: list[Recheck] = field(default_factory=list)
    eventually_due: list[Recheck] = field(default_factory=list)
    past_due: list[Recheck] = field(default_factory=list)
    deadline: dt.datetime | None = None
    disabled_reason: str = ""

    @property
    def reason(self) -> tuple[str, str] | None:
        """Say the reason of the pause in both languages."""
        return STOP_REASONS.get(self.disabled_reason)

    @property
    def remedy(self) -> tuple[str, str] | None:
        """Say what to bring (Anti-Telecom-Fraud Law art. 32)."""
        return REMEDIES.get(self.disabled_reason)

    @property
    def all(self) -> list[Recheck]:
        """List everything that is open, the most urgent first."""
        return [*self.past_due, *self.currently_due, *self.eventually_due]


def standings(numbers: Collection[str], *, at: dt.datetime) -> dict[str, Standing]:
    """Answer for each number in one query; a number of which nothing is asked has an empty standing."""
    asked: dict[str, list[Recheck]] = defaultdict(list)
    for one in Recheck.objects.filter(number__in=numbers, state="open").order_by("deadline", "pk"):
        asked[one.number_id].append(one)
    return {number: _standing(asked[number], at) for number in numbers}


def standing(number: str, *, at: dt.datetime) -> Standing:
    """Answer for one number."""
    return standings([number], at=at)[number]


def _standing(asked: list[Recheck], at: dt.datetime) -> Standing:
    past = [one for one in asked if one.deadline <= at]
    left = [one for one in asked if one.deadline > at]
    paused = next((one for one in past if not one.line), None)  # a line's deadline ends the line alone
    return Standing(
        currently_due=[one for one in left if one.due_at <= at],
        eventually_due=[one for one in left if one.due_at > at],
        past_due=past,
        deadline=asked[0].deadline if asked else None,
        disabled_reason=GROUNDS[paused.ground].disabled_reason if paused else "",
    )


def to_do(recheck: Recheck) -> tuple[str, str]:
    """Say what is to be done, in both languages."""
    words = LINE_WORDS if recheck.line else LEVELS[recheck.level]
    return words[0].format(line=recheck.line), words[1].format(line=recheck.line)


def words(recheck: Recheck) -> dict[str, str]:
    """Say everything about a requirement in both languages, as a notice wants it: `do_zh`, `effect_en` …"""
    ground = GROUNDS[recheck.ground]
    said = {
        "ground": ground_words(recheck), "do": to_do(recheck), "effect": effect(recheck),
        "reason": STOP_REASONS[ground.disabled_reason], "remedy": REMEDIES[ground.disabled_reason],
    }  # fmt: skip
    return {
        f"{key}_{language}": text
        for key, pair in said.items()
        for language, text in zip(("zh", "en"), pair, strict=True)
    }


def ground_words(recheck: Recheck) -> tuple[str, str]:
    """Say why something is asked again; a stock check says what it found, a complaint never which it was."""
    ground, found = GROUNDS[recheck.ground], STOCK_FINDINGS.get(recheck.about)
    if recheck.ground != "stock_check" or found is None:
        return ground.zh, ground.en
    return f"{ground.zh}：{found[0]}", f"{ground.en}: {found[1].lower()}"


def effect(recheck: Recheck) -> tuple[str, str]:
    """Say what happens at the deadline."""
    if recheck.line:
        return f"线路 {recheck.line} 不再响铃", f"line {recheck.line} does not ring"
    return "号码自动暂停，不接通来电", "the number pauses by itself and no call is connected"


def recheck_of(person: Person, recheck_id: int) -> Recheck | None:
    """Fetch what is asked of an organisation that `person` is proven to act for; None for anybody else's."""
    return (
        Recheck.objects.filter(pk=recheck_id, enterprise__in=proven_for(person), number__holder=F("enterprise"))
        .select_related("number__holder", "number__carrier", "enterprise")
        .first()
    )


def by_state(state: str) -> QuerySet[Recheck]:
    """List what is asked, the nearest deadline first; the caller's door asks for the permission."""
    return (
        Recheck.objects.filter(state=state)
        .select_related("number", "enterprise", "asked_by")
        .order_by("deadline", "pk")
    )


def for_staff(recheck_id: int) -> Recheck | None:
    """Fetch one for the desk."""
    return (
        Recheck.objects.filter(pk=recheck_id)
        .select_related("number", "enterprise", "asked_by", "withdrawn_by", "sms_code", "dossier")
        .first()
    )


def masked(mobile: str) -> str:
    """Mask a mobile: 139****0001."""
    return f"{mobile[:3]}****{mobile[-4:]}"


def about_report(reference: str) -> QuerySet[Recheck]:
    """List what was asked because of one report."""
    return Recheck.objects.filter(ground="complaint", about=reference).order_by("pk")
