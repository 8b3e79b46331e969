"""Read the message at hand, keep a call's state in its transaction, and reply: the small ways in which the route uses KSR.

Only gate.kemi and its neighbours import this; KSR exists inside Kamailio alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import KSR

from answerable.gate import message
from answerable.gate.refusals import Refusal
from answerable.snapshot.records import BadRecord

LONGEST_RINGING_SECONDS = 200.0
"""More than any line may ring: what a clock that was set meanwhile cannot make of it."""
State = dict[str, Any]
"""One call while it is decided: call, number, caller, source, trunk, told (what each of its records says, encoded),
overflow (after what the next line is tried), shown, round (line and address of what rings now), ring_ms, tried (the line
of each branch), passed (lines that another caller was being put through to), held (lines locked for it)."""


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
    """Keep a call's state in its transaction; what a reply needs of it stands apart, and is not kept twice."""
    lists = ",".join(state.get("overflow", ())), ",".join(state.get("passed", ()))
    uris = " ".join([uri for _, uri in state["round"]])
    KSR.pv.sets("$avp(state)", f"{state['ring_ms']} {lists[0]} {lists[1]} {uris}")
    KSR.pv.sets("$avp(line)", f"{','.join(state['tried'])} {','.join(state['held'])} {state['told']}")


def kept() -> State | None:
    """Return the state of the call that this failure belongs to."""
    text = KSR.pv.get("$avp(state)")
    if not text:
        return None
    ring_ms, overflow, passed, uris = text.split(" ", 3)
    tried, held, told = KSR.pv.get("$avp(line)").split(" ", 2)
    state: State = {**json.loads(f"{{{told}}}"), "told": told, "ring_ms": int(ring_ms), "overflow": _split(overflow)}
    state |= {"passed": _split(passed), "tried": _split(tried), "held": _split(held)}
    rung = uris.split(" ")
    state["round"] = [list(pair) for pair in zip(state["tried"][-len(rung) :], rung, strict=True)]
    return state


def _split(text: str) -> list[str]:
    return text.split(",") if text else []


def rung() -> list[tuple[int, int, float]]:
    """Take what was noted of ringing lines: branch, status, and how many seconds ago, the first one first."""
    noted = KSR.pv.get("$(avp(rung)[*])")
    if not noted:
        return []
    KSR.pv.unset("$(avp(rung)[*])")
    now, found = time.time(), []
    for one in reversed(noted.split(", ")):
        branch, status, at = one.split("-")
        found.append((int(branch[1:]), int(status), min(max(0.0, now - float(at)), LONGEST_RINGING_SECONDS)))
    return found


def hold() -> None:
    """Begin the transaction, so that a repeated INVITE is not a second refusal. Again does no harm."""
    KSR.tm.t_newtran()


def reply(refusal: Refusal) -> None:
    """Reply for the whole transaction, with the code in the Reason header."""
    KSR.hdr.append_to_reply(f"Reason: {refusal.reason_header}\r\n")
    KSR.tm.t_reply(refusal.status, refusal.phrase)
