"""Read the message at hand, keep a call's state in its transaction, and reply: the small ways in which the route uses KSR.

Only gate.kemi and its neighbours import this; KSR exists inside Kamailio alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import KSR

from answerable.gate import message
from answerable.gate.refusals import Refusal
from answerable.snapshot.records import BadRecord

State = dict[str, Any]
"""One call while it is decided: call, number, caller, source, trunk, told (what each of its records says, encoded),
overflow, shown, round (line and address of what rings now), ring_ms, tried (the line of each branch), passed (lines that
another caller was being put through to), held (lines locked for it)."""
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def headers() -> dict[str, list[str]]:
    """Read the headers of the message. Bytes of a name in GBK do not come through as text: those are read in hexadecimal."""
    try:
        text = KSR.pv.get("$mb")
    except (UnicodeDecodeError, SystemError):
        text = bytes.fromhex(KSR.pv.get("$(mb{s.encode.hexa})")).decode("utf-8", "replace")
    return message.headers(text)


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


def keep(state: State) -> None:
    """Keep a call's state in its transaction; what a reply needs of it stands apart, so that it is not decoded for that."""
    KSR.pv.sets("$avp(state)", _encode(state))
    KSR.pv.sets("$avp(line)", " ".join((",".join(state["tried"]), ",".join(state["held"]), state["told"])))


def kept() -> State | None:
    """Return the state of the call that this failure belongs to."""
    text = KSR.pv.get("$avp(state)")
    return json.loads(text) if text else None


def hold() -> None:
    """Begin the transaction, so that a repeated INVITE is not a second refusal. Again does no harm."""
    KSR.tm.t_newtran()


def reply(refusal: Refusal) -> None:
    """Reply for the whole transaction, with the code in the Reason header."""
    KSR.hdr.append_to_reply(f"Reason: {refusal.reason_header}\r\n")
    KSR.tm.t_reply(refusal.status, refusal.phrase)
