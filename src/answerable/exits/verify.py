"""Verify a holder's archive offline: no Django, no database, no network. Trusts nothing in it but what a given key signs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from answerable.transparency import manifests
from answerable.transparency.answers import check
from answerable.transparency.errors import LogError
from answerable.transparency.manifests import BundleInvalid, require
from answerable.transparency.notes import VerifierKey

FORMAT = "answerable/holder-archive/v1"
LISTS = ("organisation", "numbers", "lines", "plans", "balances", "documents", "dossiers", "orders")
"""What a successor reads; the other lists are for the holder."""


@dataclass
class Archive:
    """What a verified archive says. Times are ISO 8601 with an offset, money is fen."""

    about: dict[str, Any]
    lists: dict[str, list[dict[str, Any]]]
    logs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """For each number what the previous operator's public log says of it, proven by the log's key."""
    calls: int = 0
    held: list[str] = field(default_factory=list)
    """What held, one sentence each."""

    @property
    def numbers(self) -> list[str]:
        """Return the numbers that the holder answers for, and that were in service when the archive was made."""
        return [str(row["number"]) for row in self.lists["numbers"] if row["business_state"] in IN_SERVICE]

    def lines(self, number: str) -> list[str]:
        """Return the lines bound to a number, in their order."""
        bound = [row for row in self.lists["lines"] if row["number"] == number and row["removed_at"] is None]
        return [str(row["line"]) for row in sorted(bound, key=lambda row: int(row["position"]))]


PLAN = {"number", "hours", "closed_dates", "overflow_busy", "overflow_no_answer"}
IN_SERVICE = ("working", "paused_by_holder")
"""A number that is stopped stays where the stop is answered for."""


def verify(path: Path, *, key: str, log_key: str) -> Archive:
    """Verify an archive by the previous operator's two keys, learnt from it or the regulator; raise BundleInvalid or LogError."""
    try:
        return _verify(path, key, log_key)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleInvalid(f"A list of the archive has not the shape of {FORMAT}: {error!r}") from error


def _verify(path: Path, key: str, log_key: str) -> Archive:
    with manifests.opened(path) as opened:
        about = manifests.read_manifest(opened, FORMAT, key)
        archive = Archive(about, {name: _list(opened, name) for name in LISTS})
        archive.held.append(f"the manifest's signature, by {about['key']}")
        archive.held.append(
            f"{manifests.check_files(opened, about)} files, each with the SHA-256 that the manifest names"
        )
        _whose(archive)
        archive.logs = _logs(opened, archive, log_key)
        missing = sorted(set(archive.numbers) - set(archive.logs))
        require(not missing, f"The public log's proof is missing for {', '.join(missing)}.")
        are_whole = all(plan.keys() >= PLAN for plan in archive.lists["plans"])
        require(are_whole, f"plans.json has not the shape of {FORMAT}.")
        for number in archive.numbers:
            require(archive.lines(number) != [], f"{number} is in service without a line.")
        archive.calls = _calls(opened, archive)
        archive.held.append(f"{archive.calls} calls, all to numbers of this holder")
    return archive


def pages(path: Path, document_id: str) -> list[bytes]:
    """Return a document's pages as they were copied, in order."""
    with manifests.opened(path) as opened:
        found = [name for name in opened.namelist() if name.startswith(f"documents/{document_id}/")]
        return [manifests.read(opened, name) for name in sorted(found, key=_page)]


def _page(name: str) -> int:
    return int(name.rpartition("-")[2].removesuffix(".jpg"))


def _list(opened: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(manifests.read(opened, f"{name}.json"))
    except ValueError as error:
        raise BundleInvalid(f"{name}.json is no JSON: {error}") from None
    require(isinstance(rows, list) and all(isinstance(row, dict) for row in rows), f"{name}.json is no list of rows.")
    return list(rows)


def _whose(archive: Archive) -> None:
    (organisation,) = archive.lists["organisation"] or ({},)
    same = organisation.get("credit_code") == archive.about.get("credit_code")
    require(same, "The organisation is not the one that the manifest names.")


def _logs(opened: zipfile.ZipFile, archive: Archive, log_key: str) -> dict[str, dict[str, Any]]:
    """Check each number's proof; what the log says of a number in service must name this holder as the last."""
    found, verifier = {}, VerifierKey.parse(log_key)
    for name in sorted(name for name in opened.namelist() if name.startswith("log/")):
        said = json.loads(manifests.read(opened, name))
        number = str(said.get("number"))
        require(name == f"log/{number}.json", f"{name} is about another number.")
        try:
            checked = check(said, verifier)
        except LogError as error:
            raise BundleInvalid(f"{name} is not proven by the log's key: {error}") from None
        require(not checked.problems, f"{name}: {'; '.join(checked.problems)}.")
        if number in archive.numbers:
            last = checked.named[-1] if checked.named else ("", "", "", "-")
            is_mine = last[1] == archive.about["credit_code"] and not last[3]
            require(is_mine, f"The public log does not name this holder for {number} as the last.")
        found[number] = said
        archive.held.append(f"{number}: {checked.entries} entries proven in {checked.origin} at size {checked.size}")
    return found


def _calls(opened: zipfile.ZipFile, archive: Archive) -> int:
    mine, count = {str(row["number"]) for row in archive.lists["numbers"]} | set(archive.logs), 0
    with opened.open("calls.csv") as stream:
        for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline="")):
            require(row["number"] in mine, f"A call is to {row['number']}, which is not of this holder.")
            datetime.fromisoformat(row["started_at"])
            count += 1
    return count
