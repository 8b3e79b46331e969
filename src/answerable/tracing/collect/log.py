"""The number's history in the public log: each entry's bytes, and the proof that it is in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from answerable.tracing import shape
from answerable.tracing.models import TraceCase
from answerable.transparency.actions import open_commitment
from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.client import LogClient
from answerable.transparency.entries import read_entry
from answerable.transparency.history import History, derive
from answerable.transparency.integrate import here
from answerable.transparency.models import Entry, Pending
from answerable.transparency.store import CHECKPOINT, FileStore


@dataclass
class Proven:
    """What the log says: its shape for trace.json, the files that go with it, and the history that follows."""

    said: shape.Log
    files: dict[str, bytes] = field(default_factory=dict)
    history: History | None = None


def prove(case: TraceCase) -> Proven:
    """Prove every entry of the case's number that the last checkpoint holds; count those that wait for the next one."""
    key, store = here().key.verifier, FileStore(settings.LOG)
    leaves = {
        index: bytes(leaf)
        for index, leaf in Entry.objects.filter(number=case.number_id).order_by("index").values_list("index", "leaf")
    }
    raw = store.read(CHECKPOINT) if store.has(CHECKPOINT) else b""
    size = open_checkpoint(raw, key).checkpoint.size if raw else 0
    waiting = sum(index >= size for index in leaves) + Pending.objects.filter(number=case.number_id).count()
    proven = Proven(
        shape.Log(origin=key.name, key=str(key), tree_size=size, entries=[], not_proven_yet=waiting, openings=[])
    )
    client, entries = LogClient(store.read, key), []
    for index, leaf in leaves.items():
        if index < size:
            entry = read_entry(leaf)
            entries.append((index, entry))
            _add(proven, index, entry, leaf, bytes(client.prove(index, raw)))
    proven.history = derive(entries)[0].get(case.number_id)
    return proven


def _add(proven: Proven, index: int, entry: dict[str, Any], leaf: bytes, proof: bytes) -> None:
    names = f"log/{index}.entry.json", f"log/{index}.tlog-proof"
    proven.said.entries.append(
        shape.LogEntry(index=index, kind=entry["kind"], at=entry["at"], entry=names[0], proof=names[1])
    )
    proven.files |= {names[0]: leaf, names[1]: proof}


def open_commitments(proven: Proven, allowed: set[str]) -> None:
    """Add what opens the commitments to `allowed` values, so that a court can check them too; others stay closed."""
    commitments: set[str] = set()
    for leaf in proven.files.values():
        if leaf.startswith(b"{"):
            commitments |= set(_commitments(read_entry(leaf)))
    for commitment in sorted(commitments):
        opened = open_commitment(commitment)
        if opened and opened[1] in allowed:
            proven.said.openings.append(shape.Opening(commitment=commitment, salt=opened[0].hex(), value=opened[1]))


def _commitments(entry: dict[str, Any]) -> list[str]:
    named = [part["commitment"] for name in ("holder", "from") if "commitment" in (part := entry.get(name, {}))]
    return [*named, *([entry["line"]] if "line" in entry else [])]
