"""Read what differs, the most urgent first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, QuerySet

from answerable.lib.workdays import CHINA
from answerable.reconciliation.models import Difference, RegisterImport

COLUMNS = ("号码", "运营商", "差异", "本方", "运营商登记", "发现时间", "期限", "状态", "处理人", "说明", "一致时间")


def imports() -> QuerySet[RegisterImport]:
    """List imports, newest first, without their content."""
    return RegisterImport.objects.defer("content").select_related("carrier", "by", "confirmed_by").order_by("-pk")


def differences(*, carrier: str = "", kind: str = "", state: str = "") -> QuerySet[Difference]:
    """List differences by their clock."""
    found = Difference.objects.select_related("carrier", "owner")
    chosen = {"carrier": carrier, "kind": kind, "state": state}
    return found.filter(**{key: value for key, value in chosen.items() if value}).order_by("due_at", "pk")


def tally() -> dict[str, int]:
    """Count what is open, by kind."""
    rows = Difference.objects.filter(state="open").values("kind").annotate(count=Count("pk"))
    counts = {row["kind"]: row["count"] for row in rows}
    return {kind: counts.get(kind, 0) for kind in Difference.Kind.values}


def table(found: QuerySet[Difference]) -> Iterator[list[str]]:
    """Write differences as rows for a file."""
    yield list(COLUMNS)
    for one in found.iterator(2000):
        yield [
            one.number, one.carrier.name_zh, Difference.Kind(one.kind).label, one.ours, one.theirs, _moment(one.found_at),
            _moment(one.due_at), Difference.State(one.state).label, one.owner.name if one.owner else "", one.why,
            _moment(one.put_right_at),
        ]  # fmt: skip


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
