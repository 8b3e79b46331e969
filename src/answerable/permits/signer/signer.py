"""What the signer asks before it signs: two different people's codes, its policy, and the public log's word."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from answerable.permits.signer import keys
from answerable.permits.signer.errors import BeyondPolicy, NotInLog, NotTwo
from answerable.permits.signer.store import Store
from answerable.snapshot.permits import commit, read, sign, state
from answerable.transparency.entries import canonical, opens_to, read_entry
from answerable.transparency.errors import LogError
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof

LONGEST_DAYS = 400
"""Thirteen months: a yearly verification, with the month in which it may be renewed early."""
LINES_AT_MOST = 10
DAY = 86_400
PAIRS = {"approval": ("pre_check", "carrier_review"), "lift": ("risk",)}
"""Whose codes a ground asks for: one of each, and two people in any case."""
_SHAPE = {"v": int, "ground": str, "ref": str, "number": str, "holder": str, "lines": list, "valid_until": int}


def core_id(core: dict[str, Any]) -> str:
    """Name the statement that two people confirm."""
    return hashlib.sha256(b"answerable/permit-core/v1\n" + canonical(core)).hexdigest()


class Signer:
    """One signer over its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)

    def close(self) -> None:
        self.store.close()

    def confirm(self, core: dict[str, Any], name: str, code: str, *, at: int) -> list[str]:
        """Take one person's code for a statement; return who has confirmed it. Raise what is in the way."""
        _require_policy(core, at)
        one = core_id(core)
        stage = self.store.take_code(name, code, stages=PAIRS[core["ground"]], at=at)
        self.store.confirm(one, name, stage, at=at)
        return [who for who, _ in self.store.confirmed(one, at=at)]

    def sign(self, core: dict[str, Any], evidence: dict[str, str], *, at: int) -> str:
        """Sign a statement that two have confirmed; asked again it gives the same permit. Raise what is in the way."""
        _require_policy(core, at)
        one = core_id(core)
        if before := self.store.signed(one):
            return before
        confirmed = self.store.confirmed(one, at=at)
        if len(confirmed) < 2 or {stage for _, stage in confirmed} != set(PAIRS[core["ground"]]):
            raise NotTwo
        newest = self.store.newest(core["number"])
        leaf = self._approval(core, evidence) if core["ground"] == "approval" else _require_no_more(core, newest)
        # A store that was lost must not begin at one again: no gate would take its permits.
        serial = max((newest[0] if newest else 0) + 1, at)
        which, private = keys.current(self.folder)
        permit = sign(
            state(core["number"], holder=core["holder"], lines=[(line, until) for line, until in core["lines"]],
                  valid_until=core["valid_until"], leaf=leaf, serial=serial, key=which, at=at),
            private,
        )  # fmt: skip
        with self.store.transaction() as database:
            database.execute(
                "INSERT INTO signed (core, number, serial, permit, names, at) VALUES (?, ?, ?, ?, ?, ?)",
                (one, core["number"], serial, permit, ",".join(name for name, _ in confirmed), at),
            )
        return permit

    def _approval(self, core: dict[str, Any], evidence: dict[str, str]) -> str:
        """Find this number's and holder's approval in the public log, lasting as long as the permit; return its hash."""
        leaf = bytes.fromhex(evidence["leaf"])
        log_key = VerifierKey.parse((self.folder / keys.LOG_KEY).read_text())
        try:
            Proof.parse(bytes.fromhex(evidence["proof"])).verify(leaf, log_key)
            entry = read_entry(leaf)
        except LogError as error:
            raise NotInLog(why=str(error)) from error
        if entry["kind"] != "approval" or entry["number"] != core["number"]:
            raise NotInLog(why="number")
        if not _names_holder(entry["holder"], core["holder"], evidence):
            raise NotInLog(why="holder")
        last = dt.datetime.fromisoformat(entry["verified_until"]).replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
        if core["valid_until"] > last.timestamp():
            raise NotInLog(why=f"verified_until {entry['verified_until']}")
        return hashlib.sha256(leaf).hexdigest()


def _names_holder(said: dict[str, str], holder: str, evidence: dict[str, str]) -> bool:
    """Compare the log's holder; a sole trader's is a commitment, opened by what is brought along."""
    if "commitment" not in said:
        return said.get("credit_code") == holder
    name, salt = evidence.get("opening_name", ""), bytes.fromhex(evidence.get("opening_salt", ""))
    return opens_to(salt, canonical({"name": name, "credit_code": holder}).decode()) == said["commitment"]


def _require_no_more(core: dict[str, Any], newest: tuple[int, str] | None) -> str:
    """Let a lift repeat what was permitted last and nothing beyond it; return the entry it rested on."""
    if newest is None:
        raise BeyondPolicy(why="this number never had a permit")
    before = read(newest[1])
    allowed = dict(before.lines)
    lines_hold = all(allowed.get(commit(before.salt, "line", line), -1) >= until for line, until in core["lines"])
    is_same_holder = before.holder == commit(before.salt, "holder", core["holder"])
    if not is_same_holder or not lines_hold or core["valid_until"] > before.valid_until:
        raise BeyondPolicy(why="a lift repeats the permit before it: same holder, no other line, no later end")
    return before.leaf


def _require_policy(core: dict[str, Any], at: int) -> None:
    if core.keys() != _SHAPE.keys() or not all(type(core[name]) is kind for name, kind in _SHAPE.items()):
        raise BeyondPolicy(why="shape")
    if core["v"] != 1 or core["ground"] not in PAIRS:
        raise BeyondPolicy(why="ground")
    number, lines, longest = core["number"], core["lines"], at + LONGEST_DAYS * DAY
    if not (len(number) == 10 and number.isascii() and number.isdigit() and number.startswith("400")):
        raise BeyondPolicy(why="number")
    if not 1 <= len(lines) <= LINES_AT_MOST or not core["holder"]:
        raise BeyondPolicy(why="lines")
    for row in lines:
        if not (isinstance(row, list) and len(row) == 2 and type(row[0]) is str and type(row[1]) is int):
            raise BeyondPolicy(why="lines")
        if row[1] > longest:
            raise BeyondPolicy(why=f"longer than {LONGEST_DAYS} days")
    if not at < core["valid_until"] <= longest:
        raise BeyondPolicy(why=f"longer than {LONGEST_DAYS} days, or over already")
