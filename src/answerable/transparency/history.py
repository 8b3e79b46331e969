"""Derive from the log alone who answered for each number, when; and what in it cannot be right. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from answerable.transparency.entries import opens_to

BEFORE_OPENING = ("lock", "handling", "approval", "registration")
"""What must have happened since a number was last nobody's before it is opened; a taken-over number has no lock to pay."""
Holder = Mapping[str, Any]


@dataclass(frozen=True)
class Tenure:
    """One stretch of a number's history: who answered for it, from when until when (None: still)."""

    holder: Holder
    since: str
    until: str | None = None


@dataclass(frozen=True)
class Halt:
    """One stretch in which no call was connected: a stop, or the holder's own pause; from when until when (None: still)."""

    kind: str
    since: str
    until: str | None = None


@dataclass
class History:
    """What the log says of one number."""

    number: str
    indices: list[int] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)
    halts: list[Halt] = field(default_factory=list)
    verified: list[tuple[str, str]] = field(default_factory=list)
    """Each approval: when, and the last day it is good for."""
    is_stopped: bool = False
    is_paused: bool = False
    stops: set[str] = field(default_factory=set, repr=False)
    """Commitments of stops whose reason is not opened yet."""
    seen: set[str] = field(default_factory=set, repr=False)

    @property
    def holder(self) -> Holder | None:
        """Return who answers now."""
        last = self.tenures[-1] if self.tenures else None
        return last.holder if last and last.until is None else None

    def at(self, moment: str) -> Holder | None:
        """Return who answered at a moment (as the entries write it: UTC, milliseconds)."""
        for tenure in self.tenures:
            if tenure.since <= moment and (tenure.until is None or moment < tenure.until):
                return tenure.holder
        return None

    def during(self, begin: str, end: str) -> list[Tenure]:
        """Return who answered between two moments, the second not included, in order."""
        return [one for one in self.tenures if _overlaps(one, begin, end)]

    def halted(self, begin: str, end: str) -> list[Halt]:
        """Return the stops and pauses between two moments."""
        return [one for one in self.halts if _overlaps(one, begin, end)]

    def verified_until(self, moment: str) -> str:
        """Return the last day that the newest approval before a moment was good for; empty where there is none."""
        return next((until for since, until in reversed(self.verified) if since < moment), "")

    def as_plain(self) -> dict[str, Any]:
        """Say everything in JSON's own types, so that the replay can go on from here."""
        return {
            "indices": self.indices, "tenures": [[one.holder, one.since, one.until] for one in self.tenures],
            "halts": [[one.kind, one.since, one.until] for one in self.halts], "verified": [list(one) for one in self.verified],
            "is_stopped": self.is_stopped, "is_paused": self.is_paused, "stops": sorted(self.stops), "seen": sorted(self.seen),
        }  # fmt: skip

    @classmethod
    def of_plain(cls, number: str, said: Mapping[str, Any]) -> History:
        """Read what `as_plain` wrote."""
        return cls(
            number, list(said["indices"]), [Tenure(*one) for one in said["tenures"]], [Halt(*one) for one in said["halts"]],
            [(since, until) for since, until in said["verified"]], said["is_stopped"], said["is_paused"], set(said["stops"]), set(said["seen"]),
        )  # fmt: skip

    def add(self, index: int, entry: Mapping[str, Any]) -> str:
        """Go on by one entry; return what contradicts, or nothing."""
        self.indices.append(index)
        return _apply(self, entry)


def _overlaps(one: Tenure | Halt, begin: str, end: str) -> bool:
    return one.since < end and (one.until is None or one.until > begin)


def derive(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[dict[str, History], list[str]]:
    """Replay a log; return each number's history, and what contradicts itself, one sentence each."""
    histories: dict[str, History] = {}
    wrong: list[str] = []
    for index, entry in entries:
        if not entry["number"]:  # an exit is nobody's number: `exits` tells it
            continue
        history = histories.setdefault(str(entry["number"]), History(str(entry["number"])))
        problem = history.add(index, entry)
        if problem:
            wrong.append(f"{index}: {entry['number']} {problem}")
    return histories, wrong


def exits(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> list[str]:
    """Say which agents and operators have left, one sentence each."""
    said = []
    for index, entry in entries:
        if entry["kind"] == "agent_exit":
            said.append(f"{index}: {_named(entry['agent'])} is no agent any more ({entry['how']}), {entry['at']}")
        elif entry["kind"] == "operator_exit":
            carriers = ", ".join(entry["carriers"])
            said.append(
                f"{index}: {_named(entry['operator'])} runs nothing any more for {carriers} after {entry['until']}"
            )
    return said


def _named(who: Holder) -> str:
    return f"{who['name']} ({who['credit_code']})" if "name" in who else f"commitment {who['commitment'][:16]}…"


def _apply(history: History, entry: Mapping[str, Any]) -> str:
    kind, at = str(entry["kind"]), str(entry["at"])
    history.seen.add(kind)
    change = _CHANGES.get(kind)
    return change(history, entry, at) if change else ""


def _open(history: History, entry: Mapping[str, Any], at: str) -> str:
    if history.holder is not None:
        return "is opened although somebody answers for it"
    missing = [kind for kind in BEFORE_OPENING if kind not in history.seen]
    history.tenures.append(Tenure(entry["holder"], at))
    return f"is opened without {', '.join(missing)}" if missing else ""


def _end(history: History, entry: Mapping[str, Any], at: str) -> str:
    was = history.holder
    history.is_stopped = history.is_paused = False
    history.halts = [replace(one, until=one.until or at) for one in history.halts]
    history.seen = set()
    if was is None:
        return "is released although nobody answers for it"
    history.tenures[-1] = Tenure(was, history.tenures[-1].since, at)
    return ""


def _pass_on(history: History, entry: Mapping[str, Any], at: str) -> str:
    was = history.holder
    is_open = was is not None and "commitment" not in was
    if was is None or (is_open and was != entry["from"]):  # two commitments to one name differ
        return "is passed on by somebody who does not answer for it"
    history.tenures[-1] = Tenure(was, history.tenures[-1].since, at)
    history.tenures.append(Tenure(entry["holder"], at))
    return ""


def _rename(history: History, entry: Mapping[str, Any], at: str) -> str:
    if history.holder is None:
        return "is renamed although nobody answers for it"
    history.tenures[-1] = Tenure(history.tenures[-1].holder, history.tenures[-1].since, at)
    history.tenures.append(Tenure(entry["holder"], at))
    return ""


def _stop(history: History, entry: Mapping[str, Any], at: str) -> str:
    was, history.is_stopped = history.is_stopped, True
    history.stops.add(str(entry["reason"]))
    history.halts += [] if was else [Halt("stop", at)]
    return "is stopped twice" if was else ""


def _open_stop(history: History, entry: Mapping[str, Any], at: str) -> str:
    reason, outcome = str(entry["reason"]), entry["outcome"]
    if reason not in history.stops:
        return "opens the reason of a stop that never was, or a second time"
    history.stops.remove(reason)
    if outcome == "stopped_in_error":
        return ""
    try:
        salt = bytes.fromhex(str(entry.get("salt")))
    except ValueError:
        salt = b""
    is_it = outcome == "final" and opens_to(salt, str(entry.get("value"))) == reason
    return "" if is_it else "opens a stop to another reason than was committed to"


def _lift(history: History, entry: Mapping[str, Any], at: str) -> str:
    was, history.is_stopped = history.is_stopped, False
    _end_halt(history, "stop", at)
    return "" if was else "is lifted although nothing stops it"


def _pause(history: History, entry: Mapping[str, Any], at: str) -> str:
    history.halts += [] if history.is_paused else [Halt("pause", at)]
    history.is_paused = True
    return ""


def _resume(history: History, entry: Mapping[str, Any], at: str) -> str:
    was, history.is_paused = history.is_paused, False
    _end_halt(history, "pause", at)
    return "" if was else "is resumed although it is not paused"


def _end_halt(history: History, kind: str, at: str) -> None:
    history.halts = [replace(one, until=at) if (one.kind, one.until) == (kind, None) else one for one in history.halts]


def _approve(history: History, entry: Mapping[str, Any], at: str) -> str:
    history.verified.append((at, str(entry.get("verified_until", ""))))
    return ""


_CHANGES = {
    "opening": _open, "release": _end, "transfer": _pass_on, "renamed": _rename, "stop": _stop, "stop_opened": _open_stop, "lift": _lift,
    "pause": _pause, "resume": _resume, "approval": _approve,
}  # fmt: skip


def disagreement(history: History, said: Mapping[str, Any]) -> str:
    """Compare a number's history with what the public look-up answers (its JSON); empty where they agree."""
    holder = history.holder
    if holder is None:
        return "the look-up names a holder, the log none" if said.get("kind") == "answered" else ""
    if said.get("kind") != "answered":
        return ""  # the look-up may say less: a verification that has lapsed answers for nothing
    if "commitment" not in holder and (said.get("holder"), said.get("credit_code")) != (
        holder["name"],
        holder["credit_code"],
    ):
        return f"the look-up names {said.get('holder')}, the log {holder['name']}"
    if said.get("is_connected") and (history.is_stopped or history.is_paused):
        return "the look-up says that calls are connected, the log that it is stopped"
    return ""
