"""The public look-up's answers for programs: the same as the page says, with the public log's proof of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from answerable.numbers.logged import Said, written
from answerable.numbers.past import Held, PastAnswer
from answerable.numbers.queries import Answer
from answerable.transparency.answers import prove
from answerable.transparency.integrate import signing_key
from answerable.transparency.store import CHECKPOINT, FileStore


def as_json(found: Answer | PastAnswer) -> dict[str, Any]:
    """Say the answer: nothing about a holder unless the kind is `answered`."""
    said: dict[str, Any] = {"number": found.number, "kind": found.kind}
    said |= _now(found) if isinstance(found, Answer) else _then(found)
    if found.carrier is not None:
        said |= {"carrier": found.carrier.name_en, "ask_at": found.carrier.ask_at}
    if (log := proof(found)) is not None:
        said["log"] = log
    return said


def _now(found: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"is_connected": found.is_connected}
    if found.holder is not None:
        said |= {
            "holder": found.holder.name, "credit_code": found.holder.credit_code, "registered_address": found.holder.address,
            "complaint_contact": found.holder.complaint_contact, "since": found.since.isoformat() if found.since else None,
            "is_stopped": found.is_stopped, "sold_through": found.sold_by or None, "rings": list(found.rings),
            "disowned_by": [
                {"name": one.name, "credit_code": one.credit_code, "since": one.said_at.isoformat()} for one in found.statements
            ],
        }  # fmt: skip
    return said


def _then(found: PastAnswer) -> dict[str, Any]:
    said: dict[str, Any] = {"on": found.on.isoformat()}
    if found.kind == "answered":
        said |= {
            "held": [_held(one) for one in found.held], "rings": list(found.rings), "was_halted": found.was_halted,
        }  # fmt: skip
    return said


def _held(one: Held) -> dict[str, Any]:
    return {
        "holder": one.term.name, "credit_code": one.term.credit_code, "since": written(one.term.since),
        "until": written(one.term.until) if one.term.until else None, "registered_address_now": one.address,
        "complaint_contact_now": one.complaint_contact, "sold_through": one.sold_by or None,
    }  # fmt: skip


def proof(found: Answer | PastAnswer) -> dict[str, Any] | None:
    """Prove what the log says of the number; None where it says nothing, or nothing was signed yet.

    Of holders who are natural persons by name only those are opened whom the answer names.
    """
    store = FileStore(settings.LOG)
    if found.said is None or not store.has(CHECKPOINT):
        return None
    return prove(
        found.said.entries, _openings(found, found.said), fetch=store.read, checkpoint=store.read(CHECKPOINT), key=signing_key().verifier
    )  # fmt: skip


def _openings(found: Answer | PastAnswer, said: Said) -> Iterable[dict[str, str]]:
    if found.kind != "answered":
        return []
    codes = {found.holder.credit_code} if isinstance(found, Answer) and found.holder else set()
    if isinstance(found, PastAnswer):
        codes = {one.term.credit_code for one in found.held}
    named = [one for one in said.opened if one.credit_code in codes]
    return [{"commitment": one.commitment, "salt": one.salt, "value": one.value} for one in named]
