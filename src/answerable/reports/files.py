"""The files of a report: a table for programs, a paper for people. Both say what is counted, and nothing of any person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from answerable.lib.pdf import render
from answerable.lib.tables import write_rows
from answerable.lib.workdays import CHINA
from answerable.parties.queries import operator
from answerable.reports.counting import Figure
from answerable.reports.fields import FIELDS
from answerable.reports.weeks import Week

TEMPLATE = Path(__file__).parent / "papers" / "weekly.typ"
COLUMNS = ("week", "version", "field", "名称", "value", "part", "whole", "口径")


def shown(figure: Figure) -> str:
    """Write a figure as it is read: a count, a rate in per cent, or a dash for what is not entered or has no whole."""
    if figure["whole"] is not None:
        return f"{100 * (figure['part'] or 0) / figure['whole']:.2f}%" if figure["whole"] else "—"
    return "—" if figure["value"] is None else str(figure["value"])


def table(week: Week, version: int, figures: Mapping[str, Figure]) -> bytes:
    """Write the CSV."""
    return "".join(write_rows(_rows(week, version, figures))).encode()


def _rows(week: Week, version: int, figures: Mapping[str, Figure]) -> Iterator[tuple[object, ...]]:
    yield COLUMNS
    for code, field in FIELDS.items():
        figure = figures[code]
        parts = ["" if figure[one] is None else figure[one] for one in ("part", "whole")]
        value = shown(figure).removesuffix("%")
        yield (week.monday, version, code, field.name[0], "" if value == "—" else value, *parts, field.how[0])


def paper(
    week: Week, version: int, figures: Mapping[str, Figure], *, counted_at: dt.datetime, made_at: dt.datetime, by: str, why: str
) -> bytes:  # fmt: skip
    """Write the PDF; the same data give the same bytes."""
    who = operator()
    rows = [
        {"name": field.name[0], "how": field.how[0], "value": shown(figures[code]), "parts": _parts(figures[code])}
        for code, field in FIELDS.items()
    ]
    data: dict[str, Any] = {
        "operator": who.name_zh, "operator_code": who.credit_code, "since": str(week.monday), "until": str(week.sunday), "version": version,
        "counted_at": _moment(counted_at), "made_at": _moment(made_at), "by": by, "why": why, "rows": rows, "is_demo": who.is_demo,
    }  # fmt: skip
    return render(TEMPLATE, data)


def _parts(figure: Figure) -> str:
    return "" if figure["whole"] is None else f"{figure['part']} / {figure['whole']}"


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
