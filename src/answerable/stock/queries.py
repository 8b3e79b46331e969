"""Read stock checks: progress, findings, and how each was put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from answerable.lib.workdays import CHINA
from answerable.stock.models import StockCheck, StockFinding
from answerable.stock.rules import RULES
from answerable.verification.checks.slots import SLOTS
from answerable.verification.rechecks import STOCK_FINDINGS


@dataclass(frozen=True)
class Tally:
    """How many findings of one kind there are, and what became of them."""

    kind: str
    found: int
    proposed: int
    dismissed: int
    open: int
    put_right: int
    stopped: int


def checks() -> QuerySet[StockCheck]:
    """List the checks, newest first."""
    return StockCheck.objects.select_related("started_by").order_by("-pk")


def tallies(check: StockCheck, *, at: dt.datetime) -> list[Tally]:
    """Count a check's findings by kind, in one query; each of the seven kinds has a row."""
    confirmed = Q(state="confirmed")
    is_open = confirmed & Q(recheck__state="open")
    rows = check.findings.values("kind").annotate(
        found=Count("pk"), proposed=Count("pk", filter=Q(state="proposed")), dismissed=Count("pk", filter=Q(state="dismissed")),
        open=Count("pk", filter=is_open & Q(recheck__deadline__gt=at)), stopped=Count("pk", filter=is_open & Q(recheck__deadline__lte=at)),
        put_right=Count("pk", filter=confirmed & ~Q(recheck__state="open")),
    )  # fmt: skip
    found = {row["kind"]: Tally(**row) for row in rows}
    return [found.get(kind, Tally(kind, 0, 0, 0, 0, 0, 0)) for kind in STOCK_FINDINGS]


def findings(check: StockCheck, *, state: str = "", kind: str = "") -> QuerySet[StockFinding]:
    """List a check's findings by number."""
    found = check.findings.select_related("number", "enterprise", "decided_by", "recheck")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("number", "pk")


def undecided() -> QuerySet[StockFinding]:
    """List what waits for a person."""
    return StockFinding.objects.filter(state="proposed")


def evidence(finding: StockFinding) -> list[tuple[str, str]]:
    """Say in both languages what the data said."""
    said = []
    for one in finding.evidence:
        _, _, zh, en = RULES[one["rule"]]
        slots = [SLOTS[code] for code in one.get("slots", []) if code in SLOTS]
        words = one | {"slots_zh": "、".join(s.zh for s in slots), "slots_en": ", ".join(s.en for s in slots)}
        said.append((zh.format(**words), en.format(**words)))
    return said


COLUMNS = (
    "号码", "单位", "统一社会信用代码", "发现", "依据", "状态", "处理人", "处理时间", "排除理由", "截止时间", "整改",
)  # fmt: skip


def table(check: StockCheck, *, at: dt.datetime) -> Iterator[list[str]]:
    """Write a check's findings as rows for a file, one at a time."""
    yield list(COLUMNS)
    for one in findings(check).iterator(2000):
        recheck = one.recheck
        yield [
            one.number_id, one.enterprise.name, one.enterprise.credit_code, STOCK_FINDINGS[one.kind][0],
            "；".join(zh for zh, _ in evidence(one)), StockFinding.State(one.state).label,
            one.decided_by.name if one.decided_by else "", _moment(one.decided_at), one.why,
            _moment(recheck.deadline) if recheck else "", _outcome(one, at),
        ]  # fmt: skip


def _outcome(finding: StockFinding, at: dt.datetime) -> str:
    if finding.recheck is None:
        return ""
    if finding.recheck.state != "open":
        return str(finding.recheck.get_state_display())
    return "已暂停" if finding.recheck.deadline <= at else "整改中"


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
