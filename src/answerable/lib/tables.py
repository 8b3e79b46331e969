"""Tables that come as files: CSV in UTF-8 with a header. A file enters whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from answerable.lib.errors import Problem

T = TypeVar("T")
SAID_AT_MOST = 50


class TableUnreadable(Problem):
    code, field = "TABLE_UNREADABLE", "file"
    zh = "文件不是 UTF-8 的 CSV，或缺少表头 {columns}：{why}"
    en = "The file is no CSV in UTF-8 with the header {columns}: {why}"


class LinesRefused(Problem):
    """Name each bad line with its number and reason; nothing of the file was taken."""

    code, field = "LINES_REFUSED", "file"
    zh = "有 {count} 行不对，整个文件没有载入。{lines_zh}"
    en = "{count} lines are wrong; nothing of the file was taken. {lines_en}"

    def __init__(self, lines: list[tuple[int, Problem]]) -> None:
        self.lines = lines
        shown = lines[:SAID_AT_MOST]
        super().__init__(
            count=len(lines),
            lines_zh=" ".join(f"第 {line} 行：{problem.text('zh-hans')}" for line, problem in shown),
            lines_en=" ".join(f"Line {line}: {problem.text('en')}" for line, problem in shown),
        )


@dataclass(frozen=True)
class Row:
    """One line of a table, by its number in the file, with its cells stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell; a column the file does not have is empty."""
        return self.cells.get(column, "")


def read_table(content: bytes, columns: Collection[str]) -> list[Row]:
    """Read a CSV that has at least `columns`; raise TableUnreadable."""
    header = ",".join(columns)
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        names = reader.fieldnames or []
        rows = [
            Row(reader.line_num, {key: (value or "").strip() for key, value in cells.items() if key})
            for cells in reader
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableUnreadable(columns=header, why=str(error)) from error
    if b"\x00" in content:
        raise TableUnreadable(columns=header, why="NUL")
    if not set(names) >= set(columns):
        raise TableUnreadable(columns=header, why=",".join(names)[:200] or "-")
    return rows


def read_each(rows: list[Row], read: Callable[[Row], T]) -> list[T]:
    """Read every row; raise LinesRefused with all that are wrong, so that a file is put right in one go."""
    found: list[T] = []
    refused: list[tuple[int, Problem]] = []
    for row in rows:
        try:
            found.append(read(row))
        except Problem as problem:
            refused.append((row.line, problem))
    if refused:
        raise LinesRefused(refused)
    return found


def write_rows(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Write rows as CSV text, one at a time, with the mark by which a spreadsheet knows UTF-8.

    A cell that a spreadsheet would run as a formula is quoted (CSV injection).
    """
    yield "\ufeff"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
