"""The signer's own store: who may confirm, which codes were used, the serials, and every permit ever signed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp

from answerable.permits.signer.errors import CodeWrong, NotEnrolled, TooManyCodes

STAGES = ("pre_check", "carrier_review", "risk")
STEP_SECONDS = 30
WRONG_AT_MOST, WRONG_LASTS = 5, 15 * 60
CONFIRMED_FOR = 14 * 86_400
"""For so long a confirmation waits for the other one."""
_TABLES = """
CREATE TABLE IF NOT EXISTS reviewer (
    name TEXT PRIMARY KEY, stage TEXT NOT NULL, secret TEXT NOT NULL, last_step INTEGER NOT NULL DEFAULT 0,
    wrong INTEGER NOT NULL DEFAULT 0, wrong_at INTEGER NOT NULL DEFAULT 0, enrolled_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS confirmed (
    core TEXT NOT NULL, name TEXT NOT NULL, stage TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (core, name)
);
CREATE TABLE IF NOT EXISTS signed (
    id INTEGER PRIMARY KEY AUTOINCREMENT, core TEXT NOT NULL UNIQUE, number TEXT NOT NULL, serial INTEGER NOT NULL,
    permit TEXT NOT NULL, names TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (number, serial)
);
CREATE TRIGGER IF NOT EXISTS signed_stays BEFORE UPDATE ON signed BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;
CREATE TRIGGER IF NOT EXISTS signed_is_kept BEFORE DELETE ON signed BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END;
"""


class Store:
    """The SQLite file in the signer's folder."""

    def __init__(self, folder: Path) -> None:
        path = folder / "store.db"
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self._database = sqlite3.connect(path, timeout=5, isolation_level=None)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside or nothing; one at a time."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()

    def enrol(self, name: str, stage: str, *, at: int) -> str:
        """Give somebody a new secret, which is returned once; an earlier one is worth nothing from now on."""
        secret = pyotp.random_base32()
        with self.transaction() as database:
            database.execute("DELETE FROM confirmed WHERE name = ?", (name,))
            database.execute(
                "INSERT OR REPLACE INTO reviewer (name, stage, secret, enrolled_at) VALUES (?, ?, ?, ?)",
                (name, stage, secret, at),
            )
        return secret

    def dismiss(self, name: str) -> bool:
        """Take somebody's secret and open confirmations away; say whether there was one."""
        with self.transaction() as database:
            database.execute("DELETE FROM confirmed WHERE name = ?", (name,))
            return bool(database.execute("DELETE FROM reviewer WHERE name = ?", (name,)).rowcount)

    def enrolled(self) -> list[tuple[str, str]]:
        """List who is enrolled, and for what."""
        return list(self._database.execute("SELECT name, stage FROM reviewer ORDER BY name"))

    def take_code(self, name: str, code: str, *, stages: tuple[str, ...], at: int) -> str:
        """Accept a code once and return its owner's stage; raise NotEnrolled, TooManyCodes or CodeWrong.

        A wrong code is counted in a transaction of its own: raising must not take the count back.
        """
        with self.transaction() as database:
            row = database.execute(
                "SELECT stage, secret, last_step, wrong, wrong_at FROM reviewer WHERE name = ?", (name,)
            ).fetchone()
            if row is None or row[0] not in stages:
                raise NotEnrolled(name=name)
            stage, secret, last_step, wrong, wrong_at = row
            if at - wrong_at > WRONG_LASTS:
                wrong = 0
            if wrong >= WRONG_AT_MOST:
                raise TooManyCodes
            step = _step_of(secret, code, at)
            is_right = step is not None and step > last_step
            if is_right:
                database.execute("UPDATE reviewer SET last_step = ?, wrong = 0 WHERE name = ?", (step, name))
            else:
                database.execute("UPDATE reviewer SET wrong = ?, wrong_at = ? WHERE name = ?", (wrong + 1, at, name))
        if not is_right:
            raise CodeWrong
        return str(stage)

    def confirm(self, core: str, name: str, stage: str, *, at: int) -> None:
        """Keep that somebody has confirmed a statement."""
        with self.transaction() as database:
            database.execute("INSERT OR REPLACE INTO confirmed VALUES (?, ?, ?, ?)", (core, name, stage, at))

    def confirmed(self, core: str, *, at: int) -> list[tuple[str, str]]:
        """List who has confirmed a statement lately, and in which capacity; only those still enrolled count."""
        return list(
            self._database.execute(
                "SELECT c.name, c.stage FROM confirmed c JOIN reviewer r ON r.name = c.name AND r.stage = c.stage"
                " WHERE c.core = ? AND c.at > ? ORDER BY c.name",
                (core, at - CONFIRMED_FOR),
            )
        )

    def signed(self, core: str) -> str | None:
        """Return the permit that was signed for a statement already."""
        row = self._database.execute("SELECT permit FROM signed WHERE core = ?", (core,)).fetchone()
        return row[0] if row else None

    def newest(self, number: str) -> tuple[int, str] | None:
        """Return serial and permit last signed for a number."""
        row = self._database.execute(
            "SELECT serial, permit FROM signed WHERE number = ? ORDER BY serial DESC LIMIT 1", (number,)
        ).fetchone()
        return (row[0], row[1]) if row else None

    def everything(self) -> Iterator[tuple[int, str, int, str]]:
        """Yield every permit ever signed: when, number, serial, by whose codes."""
        yield from self._database.execute("SELECT at, number, serial, names FROM signed ORDER BY id")


def _step_of(secret: str, code: str, at: int) -> int | None:
    """Return the time step that a code belongs to, one step of a clock's error either way."""
    totp = pyotp.TOTP(secret)
    now = at // STEP_SECONDS
    return next((step for step in (now, now - 1, now + 1) if totp.verify(code, for_time=step * STEP_SECONDS)), None)
