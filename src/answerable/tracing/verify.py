"""Verify a bundle offline: no Django, no database, no network. Trusts nothing in the bundle but what a given key signs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from answerable.tracing import shape
from answerable.tracing.shape import Trace
from answerable.transparency import manifests
from answerable.transparency.entries import opens_to, read_entry
from answerable.transparency.history import derive
from answerable.transparency.manifests import BundleInvalid, read, require
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof


@dataclass
class Verdict:
    """What held, one sentence each, and the keys it rests on."""

    reference: str = ""
    key: str = ""
    is_key_given: bool = False
    is_log_key_given: bool = False
    held: list[str] = field(default_factory=list)
    trace: Trace | None = None


def verify(bundle: Path, *, key: str = "", log_key: str = "") -> Verdict:
    """Verify every layer of a bundle; raise BundleInvalid, or a LogError of a proof, at the first that does not hold.

    Without `key` the bundle's own key is taken: that shows that nothing was changed since it was signed, not by whom. The
    key is to be learnt elsewhere: from the operator on paper, or at its site (/log/evidence-key).
    """
    try:
        with manifests.opened(bundle) as opened:
            return _verify(opened, key=key, log_key=log_key)
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise BundleInvalid(f"The bundle is malformed: {error!r}") from None


def _verify(opened: zipfile.ZipFile, *, key: str, log_key: str) -> Verdict:
    said, verdict = (
        manifests.read_manifest(opened, shape.FORMAT, key),
        Verdict(is_key_given=bool(key), is_log_key_given=bool(log_key)),
    )
    verdict.reference, verdict.key = str(said["reference"]), str(said["key"])
    verdict.held.append(f"the manifest's signature, by {said['key']}")
    verdict.held.append(
        f"{manifests.check_files(opened, said)} files, each with the SHA-256 that the manifest names, none besides"
    )
    trace = verdict.trace = _shape(opened, said)
    verdict.held.append("trace.json has the published shape")
    require(not log_key or log_key.strip() == trace.log.key, "The log's key is not the one that was given.")
    entries = _log(opened, trace)
    verdict.held.append(f"{len(entries)} entries of the public log {trace.log.origin}, each proven in it")
    verdict.held.append(_holder(trace, entries))
    if trace.calls:
        _calls(opened, trace)
        verdict.held.append(f"{trace.calls.count} calls, all of the number and inside the window")
    return verdict


def _shape(opened: zipfile.ZipFile, said: dict[str, Any]) -> Trace:
    try:
        trace = Trace.model_validate_json(read(opened, "trace.json"))
    except ValidationError as error:
        raise BundleInvalid(f"trace.json has not the published shape: {error.errors()[0]['loc']}") from None
    told = (trace.reference, trace.question.number, trace.question.moment)
    require(told == (said["reference"], said["number"], said["moment"]), "trace.json is of another case.")
    return trace


def _log(opened: zipfile.ZipFile, trace: Trace) -> list[tuple[int, dict[str, Any]]]:
    """Prove each entry to be in the log, under one checkpoint; raise what does not hold."""
    key, entries, sizes = VerifierKey.parse(trace.log.key), [], set()
    for one in trace.log.entries:
        leaf, proof = read(opened, one.entry), Proof.parse(read(opened, one.proof))
        require(proof.index == one.index, f"The proof of entry {one.index} is another's.")
        sizes.add(proof.verify(leaf, key).checkpoint.size)
        entry = read_entry(leaf)
        require(entry["number"] == trace.question.number, f"Entry {one.index} is about another number.")
        entries.append((one.index, entry))
    for opening in trace.log.openings:
        is_right = opens_to(bytes.fromhex(opening.salt), opening.value) == opening.commitment
        require(is_right, "An opening does not open its commitment.")
    require(sizes <= {trace.log.tree_size}, "The proofs rest on other checkpoints than the one that is named.")
    require(entries == sorted(entries, key=lambda pair: pair[0]), "The entries are not in the log's order.")
    return entries


def _holder(trace: Trace, entries: list[tuple[int, dict[str, Any]]]) -> str:
    """Replay the entries and hold the holder of the moment against what the bundle says."""
    at = datetime.fromisoformat(trace.question.moment).astimezone(UTC).isoformat(timespec="milliseconds")
    histories, _ = derive(entries)
    history = histories.get(trace.question.number)
    logged = history.at(at) if history else None
    if trace.holder is None:
        require(logged is None, "The bundle says that nobody answered, the log that somebody did.")
        return "nobody answered at that moment, by bundle and log"
    if logged is None:
        require(trace.holder.via_log == "silent", "The log has nobody at that moment.")
        return "who answered, by the bundle alone: the log has nobody then"
    if "commitment" in logged:
        return _committed(trace, str(logged["commitment"]))
    agrees = logged["credit_code"] == trace.holder.credit_code
    require(agrees == (trace.holder.via_log == "agrees"), "The bundle does not say what the log says about the holder.")
    require(agrees, f"The log names {logged['name']} at that moment, the bundle {trace.holder.name_then}.")
    return f"who answered at that moment, by the log: {logged['name']}"


def _committed(trace: Trace, commitment: str) -> str:
    for one in trace.log.openings:
        if commitment == one.commitment and trace.holder:
            said = json.loads(one.value)
            require(said["credit_code"] == trace.holder.credit_code, "The log's commitment is to another holder.")
            return f"who answered at that moment, by the log's commitment: {said['name']}"
    return "who answered, by the bundle alone: the log has a commitment that was not opened"


def _calls(opened: zipfile.ZipFile, trace: Trace) -> None:
    """Count the rows; each is of the number and inside the window."""
    assert trace.calls is not None  # noqa: S101
    begin, end = (datetime.fromisoformat(text) for text in (trace.question.since, trace.question.until))
    count = 0
    with opened.open(trace.calls.file) as stream:
        for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")):
            at = datetime.fromisoformat(row["started_at"])
            require(row["number"] == trace.question.number, "A call is of another number.")
            require(begin <= at <= end, "A call is outside the window.")
            count += 1
    require(count == trace.calls.count, f"There are {count} calls, trace.json says {trace.calls.count}.")
