"""Stop a number on this gate host alone, at once and without the control plane: one small file per number.

Not an LMDB write: that would wait without end behind a hung writer. The file's presence stops the number, whatever it
holds. Only `lift` removes it, or follow, once a publication newer than the stop refuses the number by itself.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TypedDict

from answerable.snapshot import keys, records

FOLDER = "stops"
log = logging.getLogger(__name__)


class Stop(TypedDict):
    """Who stopped the number here, why and when, and the publication that was in force then."""

    number: str
    by: str
    reason: str
    at: float
    epoch: int


class NotANumber(ValueError):
    """Stops are for whole 400 numbers."""

    code = "NOT_A_NUMBER"


def stop(folder: Path, number: str, *, by: str, reason: str, at: float, epoch: int = 0) -> Stop:
    """Stop a number; the next call is refused. Stopping it again replaces who and why."""
    path = _path(folder, number)
    value = Stop(number=number, by=by, reason=reason, at=at, epoch=epoch)
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_suffix(".new")
    with writing.open("w") as file:
        file.write(json.dumps(value, ensure_ascii=False))
        file.flush()
        os.fsync(file.fileno())
    writing.replace(path)
    return value


def lift(folder: Path, number: str) -> bool:
    """Remove a stop; say whether there was one."""
    try:
        _path(folder, number).unlink()
    except FileNotFoundError:
        return False
    return True


def is_stopped(folder: Path | str, number: str) -> bool:
    """Say whether a stop file exists (1 µs, asked per call). A folder that cannot be read stops everything."""
    try:
        os.stat(f"{folder}/{FOLDER}/{number}")
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def listed(folder: Path) -> list[Stop]:
    """List the stops in force, oldest number first; a file that nobody can read is listed with what is known."""
    found = []
    for path in sorted((folder / FOLDER).glob("[0-9]" * 10)):
        try:
            value: Stop = json.loads(path.read_text())
            found.append(
                Stop(number=path.name, by=value["by"], reason=value["reason"], at=value["at"], epoch=value["epoch"])
            )
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            found.append(Stop(number=path.name, by="?", reason="?", at=0.0, epoch=0))
    return found


def _path(folder: Path, number: str) -> Path:
    if not (len(number) == 10 and number.isascii() and number.isdigit()):
        raise NotANumber(f"{number!r} is not ten digits.")
    return folder / FOLDER / number


def confirm(folder: Path, changes: list[tuple[str, int, bytes | None]]) -> None:
    """Remove a stop made here once a newer publication refuses the number by itself. After the commit, never before."""
    here = {stop["number"]: stop for stop in listed(folder)}
    for key, epoch, data in changes if here else []:
        stop = here.get(keys.number_of(key) or "")
        if stop and data is not None and epoch > stop["epoch"] and _refuses_by_itself(data):
            lift(folder, stop["number"])
            log.info("The control plane confirmed the stop of %s at epoch %s.", stop["number"], epoch)


def _refuses_by_itself(data: bytes) -> bool:
    try:
        record = records.decode_number(data)
    except records.BadRecord:
        return False
    return record["stop"] is not None or record["business_state"] == "suspended"
