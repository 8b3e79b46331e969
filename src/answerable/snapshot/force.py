"""What was refused for its losses, and the word of two people that it is meant: files on a gate host.

`guard/refused.json` says what was refused (which database, up to which epoch, how many of how many) and `guard/lost` lists
the numbers. `guard/force.json` names two people, their reason and that very list: what it lets through silences no other
number, comes from no other database and no earlier epoch, and ends after an hour or its first use.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypedDict

from answerable.lib import names
from answerable.snapshot.alarms import SNAPSHOT, raise_alarm, write_down

FOLDER = "guard"
REFUSED, LOST, HELD, FORCE, PEOPLE = "refused.json", "lost", "held", "force.json", "force-people"
SECONDS = 3600
log = logging.getLogger(__name__)


class Refusal(TypedDict):
    """What was refused: a whole `build`, or `changes` one by one."""

    kind: Literal["build", "changes"]
    source: str
    epoch: int
    open: int
    lost: int
    digest: str


class ForceRefused(Exception):
    """Two people and something that was refused are needed."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def refuse(
    folder: Path,
    *,
    kind: Literal["build", "changes"],
    source: str,
    epoch: int,
    total: int,
    lost: Iterable[int],
    fallen: int | None = None,
    why: str = "",
) -> None:
    """Write down what is refused and raise the alarm; the same refusal again says nothing new.

    `fallen` is how many fall silent where nobody can say which.
    """
    text = "".join(f"{number}\n" for number in sorted(lost))
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    said = Refusal(
        kind=kind, source=source, epoch=epoch, open=total, lost=text.count("\n") if fallen is None else fallen,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    write(place / (HELD if kind == "changes" else LOST), text)
    write(place / REFUSED, json.dumps(said))
    why = why or f"{said['lost']:,} of {total:,} numbers that ring would fall silent without a stop."
    why += " Calls go on by what was known before."
    alarm = {
        "what": kind,
        "code": "SNAPSHOT_LOSS",
        "source": source,
        "open": total,
        "lost": said["lost"],
        "digest": said["digest"],
    }
    if raise_alarm(folder, SNAPSHOT, "snapshot_refused", alarm, why):
        log.error(
            "REFUSED (%s, epoch %s of %s): %s `answerable snapshot force` lets it through.", kind, epoch, source, why
        )


def refusal(folder: Path) -> Refusal | None:
    """Return what stands refused on this host."""
    with suppress(OSError, ValueError):
        said: Refusal = json.loads((folder / FOLDER / REFUSED).read_text())
        return said
    return None


def lost(folder: Path, said: Refusal) -> set[int]:
    """Return the numbers that a refusal is about; none where the list is not the one it was said of."""
    text = ""
    with suppress(OSError):
        text = (folder / FOLDER / (HELD if said["kind"] == "changes" else LOST)).read_text()
    if hashlib.sha256(text.encode()).hexdigest() != said["digest"]:
        return set()
    return {int(line) for line in text.split()}


def end(folder: Path) -> None:
    """Take back what was refused: something else has come into force."""
    for name in (REFUSED, LOST, FORCE):
        (folder / FOLDER / name).unlink(missing_ok=True)


def take_back(folder: Path) -> None:
    """Forget what two people said; what is refused stands."""
    (folder / FOLDER / FORCE).unlink(missing_ok=True)


def held(folder: Path) -> set[str]:
    """Return the numbers whose newest records are held back on this host."""
    with suppress(OSError):
        return set((folder / FOLDER / HELD).read_text().split())
    return set()


def keep_held(folder: Path, numbers: set[str]) -> None:
    """Write down which numbers are still held back; what two people had said of another list holds no more."""
    if numbers:
        write(folder / FOLDER / HELD, "".join(f"{number}\n" for number in sorted(numbers)))
        said = refusal(folder)
        if said is not None and said["kind"] == "changes":
            text = (folder / FOLDER / HELD).read_text()
            said |= {"lost": len(numbers), "digest": hashlib.sha256(text.encode()).hexdigest()}
            write(folder / FOLDER / REFUSED, json.dumps(said))
    else:
        (folder / FOLDER / HELD).unlink(missing_ok=True)
        end(folder)


def force(folder: Path, *, by: list[str], reason: str, at: float) -> Refusal:
    """Let through what stands refused, in two people's names. Written into the spool first: nothing passes unrecorded."""
    who = [names.person(name) for name in by]
    if len(who) != 2 or who[0].casefold() == who[1].casefold():
        raise ForceRefused("TWO_PEOPLE", "Two different people are needed: --by NAME --by NAME.")
    known = people(folder)
    if strangers := [name for name in who if known is not None and name.casefold() not in known]:
        raise ForceRefused("NOT_KNOWN", f"{', '.join(strangers)}: not in this host's file {folder / PEOPLE}.")
    reason = names.reason(reason)
    said = refusal(folder)
    if said is None:
        raise ForceRefused("NOTHING_REFUSED", "Nothing stands refused on this host.")
    write_down(folder, {"kind": "snapshot_forced", "at": at, "by": who, "reason": reason, **_named(said)})
    word = {"by": who, "reason": reason, "at": at, "until": at + SECONDS, "refusal": said}
    write(folder / FOLDER / FORCE, json.dumps(word, ensure_ascii=False))
    return said


def forced(folder: Path) -> Refusal | None:
    """Return the refusal that two people let through and that still stands; None where there is no such word."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        word: dict[str, Any] = json.loads((folder / FOLDER / FORCE).read_text())
        said: Refusal = word["refusal"]
        if word["at"] - 60 <= time.time() < word["until"] and len(set(word["by"])) == 2:
            return said
    return None


def people(folder: Path) -> set[str] | None:
    """Return who may force on this host, one name a line; None where there is no such file and any two names do."""
    try:
        lines = (folder / PEOPLE).read_text().splitlines()
    except FileNotFoundError:
        return None
    return {names.folded(line).casefold() for line in lines if line.strip()}


def _named(said: Refusal) -> dict[str, Any]:
    return {"what": said["kind"]} | {name: said[name] for name in ("source", "epoch", "open", "lost", "digest")}


def write(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old one or the new one, and bring it to the disk."""
    writing = path.with_name(path.name + ".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    writing.replace(path)
