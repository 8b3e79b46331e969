"""Verify a bundle offline: no Django, no database, no network. Trusts nothing in the bundle but what a given key signs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from answerable.tracing import manifest
from answerable.tracing.shape import Trace
from answerable.transparency.entries import canonical, opens_to, read_entry
from answerable.transparency.errors import LogError
from answerable.transparency.history import derive
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof

LARGEST_FILE = 2 << 30
"""A ZIP may unfold to anything; a file that says it is larger than this is not read."""


class BundleInvalid(Exception):
    """Something in a bundle does not hold; the sentence says what."""

    code = "BUNDLE_INVALID"


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
        with zipfile.ZipFile(bundle) as opened:
            return _verify(opened, key=key, log_key=log_key)
    except (zipfile.BadZipFile, OSError) as error:
        raise BundleInvalid(f"{bundle} is no readable ZIP: {error}") from None
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise BundleInvalid(f"The bundle is malformed: {error!r}") from None


def _verify(opened: zipfile.ZipFile, *, key: str, log_key: str) -> Verdict:
    said, verdict = _manifest(opened, key), Verdict(is_key_given=bool(key), is_log_key_given=bool(log_key))
    verdict.reference, verdict.key = str(said["reference"]), str(said["key"])
    verdict.held.append(f"the manifest's signature, by {said['key']}")
    verdict.held.append(f"{_files(opened, said)} files, each with the SHA-256 that the manifest names, none besides")
    trace = verdict.trace = _shape(opened, said)
    verdict.held.append("trace.json has the published shape")
    _require(not log_key or log_key.strip() == trace.log.key, "The log's key is not the one that was given.")
    entries = _log(opened, trace)
    verdict.held.append(f"{len(entries)} entries of the public log {trace.log.origin}, each proven in it")
    verdict.held.append(_holder(trace, entries))
    if trace.calls:
        _calls(opened, trace)
        verdict.held.append(f"{trace.calls.count} calls, all of the number and inside the window")
    return verdict


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise BundleInvalid(sentence)


def _manifest(opened: zipfile.ZipFile, key: str) -> dict[str, Any]:
    """Check the signature before anything that is signed is believed."""
    names = opened.namelist()
    _require(len(names) == len(set(names)), "The ZIP names a file twice.")
    _require(manifest.MANIFEST in names and manifest.SIGNATURE in names, "The manifest or its signature is missing.")
    raw, signature = _read(opened, manifest.MANIFEST), _read(opened, manifest.SIGNATURE)
    try:
        said = json.loads(raw)
        is_plain = isinstance(said, dict) and canonical(said) == raw
    except (ValueError, LogError):
        is_plain = False
    _require(is_plain and said.get("format") == manifest.FORMAT, f"The manifest is no canonical {manifest.FORMAT}.")
    try:
        signer = VerifierKey.parse(key or str(said.get("key")))
        _require(str(signer) == said.get("key"), "The bundle was signed by another key than the one that was given.")
        Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, raw)
    except LogError as error:
        raise BundleInvalid(f"The key cannot be read: {error}") from None
    except InvalidSignature:
        raise BundleInvalid(
            "The manifest's signature does not hold: it was changed, or another key signed it."
        ) from None
    return dict(said)


def _read(opened: zipfile.ZipFile, name: str) -> bytes:
    info = opened.getinfo(name)
    _require(info.file_size <= LARGEST_FILE, f"{name} is too large.")
    try:
        return opened.read(name)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise BundleInvalid(f"{name} cannot be read: {error}") from None


def _files(opened: zipfile.ZipFile, said: dict[str, Any]) -> int:
    listed = {str(one["file"]): one for one in said["files"]}
    there = set(opened.namelist()) - {manifest.MANIFEST, manifest.SIGNATURE}
    strange = sorted(there ^ set(listed))
    _require(not strange, f"The files are not those of the manifest: {', '.join(strange[:5])}.")
    for name, one in listed.items():
        digest, size = hashlib.sha256(), 0
        try:
            with opened.open(name) as stream:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise BundleInvalid(f"{name} cannot be read: {error}") from None
        _require((size, digest.hexdigest()) == (one["bytes"], one["sha256"]), f"{name} was changed.")
    return len(listed)


def _shape(opened: zipfile.ZipFile, said: dict[str, Any]) -> Trace:
    try:
        trace = Trace.model_validate_json(_read(opened, "trace.json"))
    except ValidationError as error:
        raise BundleInvalid(f"trace.json has not the published shape: {error.errors()[0]['loc']}") from None
    told = (trace.reference, trace.question.number, trace.question.moment)
    _require(told == (said["reference"], said["number"], said["moment"]), "trace.json is of another case.")
    return trace


def _log(opened: zipfile.ZipFile, trace: Trace) -> list[tuple[int, dict[str, Any]]]:
    """Prove each entry to be in the log, under one checkpoint; raise what does not hold."""
    key, entries, sizes = VerifierKey.parse(trace.log.key), [], set()
    for one in trace.log.entries:
        leaf, proof = _read(opened, one.entry), Proof.parse(_read(opened, one.proof))
        _require(proof.index == one.index, f"The proof of entry {one.index} is another's.")
        sizes.add(proof.verify(leaf, key).checkpoint.size)
        entry = read_entry(leaf)
        _require(entry["number"] == trace.question.number, f"Entry {one.index} is about another number.")
        entries.append((one.index, entry))
    for opening in trace.log.openings:
        is_right = opens_to(bytes.fromhex(opening.salt), opening.value) == opening.commitment
        _require(is_right, "An opening does not open its commitment.")
    _require(sizes <= {trace.log.tree_size}, "The proofs rest on other checkpoints than the one that is named.")
    _require(entries == sorted(entries, key=lambda pair: pair[0]), "The entries are not in the log's order.")
    return entries


def _holder(trace: Trace, entries: list[tuple[int, dict[str, Any]]]) -> str:
    """Replay the entries and hold the holder of the moment against what the bundle says."""
    at = datetime.fromisoformat(trace.question.moment).astimezone(UTC).isoformat(timespec="milliseconds")
    histories, _ = derive(entries)
    history = histories.get(trace.question.number)
    logged = history.at(at) if history else None
    if trace.holder is None:
        _require(logged is None, "The bundle says that nobody answered, the log that somebody did.")
        return "nobody answered at that moment, by bundle and log"
    if logged is None:
        _require(trace.holder.via_log == "silent", "The log has nobody at that moment.")
        return "who answered, by the bundle alone: the log has nobody then"
    if "commitment" in logged:
        return _committed(trace, str(logged["commitment"]))
    agrees = logged["credit_code"] == trace.holder.credit_code
    _require(
        agrees == (trace.holder.via_log == "agrees"), "The bundle does not say what the log says about the holder."
    )
    _require(agrees, f"The log names {logged['name']} at that moment, the bundle {trace.holder.name_then}.")
    return f"who answered at that moment, by the log: {logged['name']}"


def _committed(trace: Trace, commitment: str) -> str:
    for one in trace.log.openings:
        if commitment == one.commitment and trace.holder:
            said = json.loads(one.value)
            _require(said["credit_code"] == trace.holder.credit_code, "The log's commitment is to another holder.")
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
            _require(row["number"] == trace.question.number, "A call is of another number.")
            _require(begin <= at <= end, "A call is outside the window.")
            count += 1
    _require(count == trace.calls.count, f"There are {count} calls, trace.json says {trace.calls.count}.")
