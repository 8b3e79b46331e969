"""The 12321 centre's file, as a table: what its columns are, and the answer that goes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from answerable.complaints import errors
from answerable.complaints.classes import CLASSES
from answerable.complaints.contact import read_mobile
from answerable.complaints.models import Handover, Report
from answerable.complaints.taxonomy import kinds
from answerable.lib.errors import Problem
from answerable.lib.lines import normalise_400
from answerable.lib.tables import Row, read_table
from answerable.lib.workdays import CHINA

COLUMNS = ("reference", "number", "class", "kind", "paid_at", "called_on", "mobile", "text")
"""In this file `reference` is the centre's own; see docs/operate.md."""
ANSWER_COLUMNS = (
    "reference",
    "our_reference",
    "number",
    "state",
    "received_at",
    "answer_due_at",
    "answered_at",
    "answer",
)
MOST_ROWS = 5000
CHINESE_CLASSES = {label: code for code, label in Report.Class.choices} | {
    zh: code for code, (zh, _) in CLASSES.items()
}


@dataclass(frozen=True)
class Line:
    """One report of a file, read and right."""

    external_reference: str
    number: str
    report_class: str
    kind: str
    paid_at: dt.datetime | None
    called_on: dt.date | None
    mobile: str
    text: str


def read_file(content: bytes) -> list[Row]:
    """Read the rows of a CSV in UTF-8 or GB18030; raise TableUnreadable or HandoverRefused."""
    rows = read_table(_as_utf8(content), COLUMNS)
    if not 0 < len(rows) <= MOST_ROWS:
        raise errors.HandoverRefused(
            why_zh=f"一个文件须有 1 至 {MOST_ROWS} 行，请分成几个文件。",
            why_en=f"A file has 1 to {MOST_ROWS} rows; split it.",
        )
    return rows


def _as_utf8(content: bytes) -> bytes:
    """Fall back to GB18030 only where the bytes are no UTF-8: GB18030 would read almost anything."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace").encode()
    return content


def read_line(row: Row) -> Line:
    """Read one row; raise a Problem that names the column and what to do."""
    if not 0 < len(row["reference"]) <= 40:
        raise _wrong(
            "reference", "须填本文件中的编号（40 字以内）", "needs the centre's reference, 40 characters at most"
        )
    report_class = CHINESE_CLASSES.get(row["class"], row["class"])
    if report_class not in CLASSES:
        raise _wrong("class", f"须为 {'、'.join(CLASSES)} 之一", f"must be one of {', '.join(CLASSES)}")
    kind = row["kind"]
    if kind and (report_class != "fraud" or kind not in kinds()):
        raise _wrong("kind", f"只在 fraud 时填写：{'、'.join(kinds())}", f"for fraud only: {', '.join(kinds())}")
    number = normalise_400(row["number"])
    if number is None:
        raise _wrong("number", "不是 400 号码，请核对", "is no 400 number; check it")
    return Line(
        row["reference"], number, report_class, kind, _paid_at(row["paid_at"]), _called_on(row["called_on"]), read_mobile(row["mobile"]),
        row["text"],
    )  # fmt: skip


def _paid_at(text: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(text) if text else None
        return at.replace(tzinfo=at.tzinfo or CHINA).astimezone(CHINA) if at else None
    except (ValueError, OverflowError):
        raise _wrong("paid_at", "写成 2026-03-10 09:30（北京时间）", "write 2026-03-10 09:30, China time") from None


def _called_on(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise _wrong("called_on", "写成 2026-03-10", "write 2026-03-10") from None


def _wrong(column: str, zh: str, en: str) -> Problem:
    return errors.CellInvalid(column=column, why_zh=zh, why_en=en)


def answer_rows(handover: Handover) -> Iterator[tuple[str, ...]]:
    """Write the answer that goes back to the centre: where each report of the file stands."""
    yield ANSWER_COLUMNS
    for one in handover.reports.order_by("external_reference").iterator():
        yield (
            one.external_reference, one.pk, one.number, str(Report.State(one.state).label), _moment(one.received_at), _moment(one.answer_due_at),
            _moment(one.answered_at), one.answer,
        )  # fmt: skip


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
