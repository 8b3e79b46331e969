"""Bring the signer the public log's word: the approval a permit rests on, with its proof."""

from __future__ import annotations

import json

from django.conf import settings

from answerable.permits.models import PermitRequest
from answerable.permits.signer.errors import NotInLog
from answerable.transparency.actions import open_commitment
from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.client import LogClient
from answerable.transparency.entries import read_entry
from answerable.transparency.integrate import signing_key
from answerable.transparency.models import Entry
from answerable.transparency.store import CHECKPOINT, FileStore


def evidence_of(request: PermitRequest) -> dict[str, str]:
    """Return leaf and proof of the newest approval of the number; raise NotInLog where the log does not show one yet."""
    if request.ground == "lift":
        return {}
    entry = _approval(request)
    store = FileStore(settings.LOG)
    if entry is None or not store.has(CHECKPOINT):
        raise NotInLog(why="—")
    leaf, checkpoint, key = bytes(entry.leaf), store.read(CHECKPOINT), signing_key().verifier
    if entry.pk >= open_checkpoint(checkpoint, key).checkpoint.size:
        raise NotInLog(why="—")
    proof = bytes(LogClient(store.read, key).prove(entry.pk, checkpoint))
    return {"leaf": leaf.hex(), "proof": proof.hex()} | _opening(read_entry(leaf)["holder"])


def _approval(request: PermitRequest) -> Entry | None:
    entries = Entry.objects.filter(number=request.number).order_by("-index")
    return next((one for one in entries if read_entry(bytes(one.leaf))["kind"] == "approval"), None)


def _opening(holder: dict[str, str]) -> dict[str, str]:
    """Open a sole trader's commitment for the signer."""
    opened = open_commitment(holder["commitment"]) if "commitment" in holder else None
    if opened is None:
        return {}
    salt, value = opened
    return {"opening_salt": salt.hex(), "opening_name": str(json.loads(value)["name"])}
