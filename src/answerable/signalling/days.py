"""The key of each day's signalling, wrapped by the master key: destroyed with the day, and no copy can be read again.

Trust: who can read the folder learns nothing without the master key; who can write it can make a day unreadable.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import secrets
from pathlib import Path

from answerable.lib import envelope

KEPT_DAYS = 184
"""Six months at their longest: logs of a network's running are kept at least that long (Cybersecurity Law art. 21)."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHINA = dt.timezone(dt.timedelta(hours=8))


class DayGone(Exception):
    """The day's key is not here: its time is over, or nothing was kept on it."""

    code = "SIGNALLING_DAY_GONE"


def day_of(at: float) -> str:
    """Return the day in China of a moment in epoch seconds."""
    return dt.datetime.fromtimestamp(at, _CHINA).date().isoformat()


class Days:
    """The days of one folder: FOLDER/DAY.messages, FOLDER/DAY.index, FOLDER/keys/DAY.key."""

    def __init__(self, folder: Path, master: envelope.MasterKey) -> None:
        self.folder, self._master = folder, master

    def messages(self, day: str) -> Path:
        return self.folder / f"{day}.messages"

    def index(self, day: str) -> Path:
        return self.folder / f"{day}.index"

    def listed(self) -> list[str]:
        """List the days of which anything is here, oldest first."""
        return sorted({path.stem for path in self.folder.glob("*.*") if _DAY.fullmatch(path.stem)} | set(self._keyed()))

    def key(self, day: str, *, may_make: bool = False) -> bytes:
        """Return a day's key; raise DayGone."""
        file = self._file(day)
        if not file.exists():
            if not may_make:
                raise DayGone(f"The signalling of {day} is not kept (any more).")
            self._make(file, day)
        return envelope.unwrap_key(file.read_bytes(), self._master, _owner(day))

    def end(self, today: dt.date, *, kept_days: int = KEPT_DAYS) -> list[str]:
        """Destroy every day older than `kept_days`, the key first; return which."""
        oldest = (today - dt.timedelta(days=kept_days)).isoformat()
        over = [day for day in self.listed() if day < oldest]
        for day in over:
            _destroy(self._file(day))
            for path in (self.index(day), self.messages(day)):
                path.unlink(missing_ok=True)
        return over

    def _keyed(self) -> list[str]:
        return [path.stem for path in (self.folder / "keys").glob("*.key") if _DAY.fullmatch(path.stem)]

    def _file(self, day: str) -> Path:
        if not _DAY.fullmatch(day):
            raise ValueError(f"{day!r} is no day.")
        return self.folder / "keys" / f"{day}.key"

    def _make(self, file: Path, day: str) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.parent / f".{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(envelope.wrapped_key(self._master, _owner(day)))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)  # one writer alone: it holds the folder's lock


def _owner(day: str) -> bytes:
    return f"signalling-{day}".encode()


def _destroy(file: Path) -> None:
    """Write a key over, then unlink it."""
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(file, os.O_WRONLY)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(bytes(file.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
