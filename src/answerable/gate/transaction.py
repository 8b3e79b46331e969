"""Read the message at hand, keep a call's state in its transaction, and reply: the small ways in which the route uses KSR.

Only gate.kemi imports this; KSR exists inside Kamailio alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import KSR

from answerable.gate import message
from answerable.gate.refusals import Refusal
from answerable.snapshot.records import BadRecord

LONGEST_BYTES = 30_000
"""Kamailio transforms up to 64 KiB, and hexadecimal doubles a message. A real INVITE has 1–3 kB."""

State = dict[str, Any]
"""One call: call, number, caller, callers, source, trunk, owner, epoch, overflow, tried (lines), noted (stages)."""


def headers() -> dict[str, list[str]]:
    """Read the message in hexadecimal: the bytes of a name in GBK would not come through as text."""
    return message.headers(bytes.fromhex(KSR.pv.get("$(mb{s.encode.hexa})")))


def text(name: str) -> str:
    """Read a variable of the message; its bytes may be no UTF-8, and Kamailio's Python raises at those."""
    try:
        return KSR.pv.get(name) or ""
    except UnicodeDecodeError:
        return bytes.fromhex(KSR.pv.get(f"$({name[1:]}{{s.encode.hexa}})")).decode("utf-8", "replace")


def first(found: dict[str, list[str]], name: str) -> str:
    return found.get(name, [""])[0]


def decode(reader: Callable[[bytes], Any], data: bytes | None, key: str) -> Any:
    """Decode a record; one that does not check counts as absent and is said aloud."""
    if data is None:
        return None
    try:
        return reader(data)
    except BadRecord as error:
        KSR.err(f"snapshot record {key}: {error}\n")
        return None


def attempt(state: State) -> dict[str, Any]:
    """Name the line that rings now."""
    return {"line": state["tried"][-1], "attempt": len(state["tried"])}


def keep(state: State) -> None:
    """Keep a call's state in its transaction, and in its dialog for the end by the gate."""
    text = json.dumps(state)
    KSR.pv.sets("$avp(state)", text)
    if "noted" not in state:
        KSR.pv.sets("$dlg_var(state)", text)


def kept() -> State | None:
    """Return the state of the call that this reply or failure belongs to."""
    text = KSR.pv.get("$avp(state)")
    return json.loads(text) if text else None


def kept_in_dialog() -> State | None:
    text = KSR.pv.get("$dlg_var(state)")
    return json.loads(text) if text else None


def hold() -> None:
    """Begin the transaction, so that a repeated INVITE is not a second refusal. Again does no harm."""
    KSR.tm.t_newtran()


def reply(refusal: Refusal) -> None:
    """Reply for the whole transaction, with the code in the Reason header."""
    KSR.hdr.append_to_reply(f"Reason: {refusal.reason_header}\r\n")
    KSR.tm.t_reply(refusal.status, refusal.phrase)
