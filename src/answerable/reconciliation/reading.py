"""Read a carrier's register file row by row: whole or not at all, and never all of it as objects at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from answerable.reconciliation.errors import RegisterFileUnreadable, RegisterFileWrong
from answerable.reconciliation.models import RegisterRow

COLUMNS = ("number", "name", "credit_code", "business_state", "network_state")
BUSINESS = {"启用": "in_service", "违规关停": "stopped", "暂停使用": "paused", "正常注销": "closed"}
NETWORK = {"激活": "activated", "加载": "loaded", "去激活": "deactivated", "卸载": "unloaded", "删除": "deleted"}
SAID_AT_MOST = 20


def rows(content: bytes, *, carrier: str, prefixes: list[str]) -> Iterator[RegisterRow]:
    """Give the rows one at a time; raise RegisterFileUnreadable, or RegisterFileWrong after the last row."""
    seen: set[str] = set()
    wrong: list[int] = []
    try:
        reader = csv.DictReader(_open(content), strict=True)
        if not set(reader.fieldnames or ()) >= set(COLUMNS):
            raise RegisterFileUnreadable(columns=",".join(COLUMNS))
        for cells in reader:
            row = _row(cells, carrier)
            if row is None or row.number[:4] not in prefixes or row.number in seen:
                wrong.append(reader.line_num)
                continue
            seen.add(row.number)
            yield row
    except (UnicodeDecodeError, csv.Error):
        raise RegisterFileUnreadable(columns=",".join(COLUMNS)) from None
    if wrong:
        raise RegisterFileWrong(count=len(wrong), lines=", ".join(map(str, wrong[:SAID_AT_MOST])))
    if not seen:
        raise RegisterFileUnreadable(columns=",".join(COLUMNS))


def _open(content: bytes) -> io.TextIOWrapper:
    """Open it in the encoding it is in: what is no UTF-8 is GB18030, as carriers' systems write."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return io.TextIOWrapper(io.BytesIO(content), "gb18030", newline="")
    return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")


def _row(cells: dict[str, str | None], carrier: str) -> RegisterRow | None:
    said = {key: (cells.get(key) or "").strip() for key in COLUMNS}
    business = BUSINESS.get(said["business_state"], said["business_state"])
    network = NETWORK.get(said["network_state"], said["network_state"])
    number = said["number"]
    is_number = len(number) == 10 and number.isascii() and number.isdigit()
    is_text = "\x00" not in "".join(said.values())
    is_known = business in BUSINESS.values() and network in NETWORK.values()
    if not (is_number and is_text and is_known and len(said["name"]) <= 120 and len(said["credit_code"]) <= 18):
        return None
    return RegisterRow(
        number=number, carrier_id=carrier, name=said["name"], credit_code=said["credit_code"].upper(), business_state=business,
        network_state=network,
    )  # fmt: skip
