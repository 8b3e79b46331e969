"""The log's proof of a look-up answer: what goes along with it, and how a stranger checks it with the log's key alone. Pure.

In JSON: `checkpoint` (text), `entries` (each `index`, `entry` as it was hashed, `proof` as C2SP tlog-proof text), `openings`
(each `commitment`, `salt` in hexadecimal, `value`), and `newer`: entries that the checkpoint does not have yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.entries import opens_to, read_entry
from answerable.transparency.errors import ProofInvalid
from answerable.transparency.history import Holder, Tenure, derive
from answerable.transparency.merkle import inclusion_proof
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof
from answerable.transparency.tiles import Fetch, TileReader


def prove(
    entries: Iterable[tuple[int, bytes]], openings: Iterable[Mapping[str, str]], *, fetch: Fetch, checkpoint: bytes, key: VerifierKey
) -> dict[str, Any]:  # fmt: skip
    """Make the proof of entries from the log's files, as far as a checkpoint reaches."""
    size = open_checkpoint(checkpoint, key).checkpoint.size
    reader, rows, newer = TileReader(fetch, size), list[dict[str, Any]](), 0
    for index, entry in entries:
        if index >= size:
            newer += 1
            continue
        proof = Proof(index, tuple(inclusion_proof(index, size, reader.subtree)), checkpoint)
        rows.append({"index": index, "entry": entry.decode(), "proof": bytes(proof).decode()})
    return {"checkpoint": checkpoint.decode(), "entries": rows, "openings": list(openings), "newer": newer}


@dataclass(frozen=True)
class Checked:
    """What an answer's proof shows: the log, how many entries, who answered (name and code), and what does not hold."""

    origin: str
    size: int
    entries: int
    named: tuple[tuple[str, str, str, str], ...]
    """Name, credit code, since, until (empty: still)."""
    problems: tuple[str, ...]


def check(said: Mapping[str, Any], key: VerifierKey) -> Checked:
    """Check a saved answer; raise LogError where a signature or a proof does not hold. What it leaves out nobody can see here."""
    proof = said.get("log")
    if not isinstance(proof, Mapping):
        raise ProofInvalid("The answer has no proof: the log says nothing of this number yet.")
    try:
        rows = [(int(row["index"]), str(row["entry"]).encode(), str(row["proof"]).encode()) for row in proof["entries"]]
        openings = [(str(o["commitment"]), bytes.fromhex(o["salt"]), str(o["value"])) for o in proof["openings"]]
        number, checkpoint = str(said["number"]), str(proof["checkpoint"]).encode()
    except (KeyError, TypeError, ValueError):
        raise ProofInvalid("The answer's proof does not have its shape.") from None
    opened = open_checkpoint(checkpoint, key).checkpoint
    entries = [(index, _proven(index, entry, kept, number, key)) for index, entry, kept in rows]
    if [index for index, _ in entries] != sorted({index for index, _ in entries}):
        raise ProofInvalid("The entries are not in the log's order.")
    if any(opens_to(salt, value) != commitment for commitment, salt, value in openings):
        raise ProofInvalid("A commitment is opened to something else.")
    histories, wrong = derive(entries)
    tenures = histories[number].tenures if number in histories else []
    values = {commitment: value for commitment, _, value in openings}
    problem = _against(said, tenures, values)
    return Checked(
        opened.origin, opened.size, len(entries), tuple(_line(one, values) for one in tenures), (*wrong, *([problem] if problem else []))
    )  # fmt: skip


def _proven(index: int, entry: bytes, kept: bytes, number: str, key: VerifierKey) -> dict[str, Any]:
    proof, said = Proof.parse(kept), read_entry(entry)
    if proof.index != index or said["number"] != number:
        raise ProofInvalid(f"Entry {index} is another one, or about another number.")
    proof.verify(entry, key)
    return said


def _name(holder: Holder, values: Mapping[str, str]) -> tuple[str, str]:
    """Return name and credit code; both empty where a commitment is not opened."""
    named = json.loads(values.get(holder["commitment"], "{}")) if "commitment" in holder else holder
    return str(named.get("name", "")), str(named.get("credit_code", ""))


def _line(one: Tenure, values: Mapping[str, str]) -> tuple[str, str, str, str]:
    return (*_name(one.holder, values), one.since, one.until or "")


def _against(said: Mapping[str, Any], tenures: Sequence[Tenure], values: Mapping[str, str]) -> str:
    """Hold what the answer says against the log; an answer may say less, never another name."""
    if said.get("kind") != "answered":
        return ""
    if "on" not in said:
        last = tenures[-1] if tenures and tenures[-1].until is None else None
        if last is None:
            return "the answer names a holder, the log none"
        return _differs((said.get("holder"), said.get("credit_code")), _name(last.holder, values))
    known = {(*_name(one.holder, values), one.since, one.until or "") for one in tenures}
    for row in said.get("held", []):
        if (row.get("holder"), row.get("credit_code"), row.get("since"), row.get("until") or "") not in known:
            return f"the answer names {row.get('holder')} from {row.get('since')}, the log does not"
    return ""


def _differs(named: tuple[Any, Any], logged: tuple[str, str]) -> str:
    return "" if named == logged else f"the answer names {named[0]}, the log {logged[0] or 'somebody unopened'}"
