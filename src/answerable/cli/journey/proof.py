"""Read the public log as an outsider does, and hold it against what happened."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import httpx

from answerable.cli.journey.errors import StepFailed
from answerable.lib.workdays import CHINA
from answerable.transparency.answers import check
from answerable.transparency.client import LogClient
from answerable.transparency.entries import read_entry
from answerable.transparency.history import derive
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof

KINDS = ["lock", "handling", "approval", "line_proven", "registration", "opening", "stop", "lift", "release"]
WITHIN_SECONDS = 5.0


def prove(base: str, number: str) -> str:
    """Verify the whole log, derive the number's history from it, and prove its opening offline."""
    with httpx.Client(base_url=base) as session:

        def fetch(path: str) -> bytes:
            return session.get(f"/log/{path}").raise_for_status().content

        client = LogClient(fetch, VerifierKey.parse(fetch("key").decode()))
        own = _own_entries(client, number)
        index = next(index for index, entry in own if entry["kind"] == "opening")
        proof = Proof.parse(fetch(f"proofs/{index}.tlog-proof"))
        said = _answer_then(session, number, str(dict(own)[index]["at"]))
    size = proof.verify(proof.extra, client.key).checkpoint.size
    histories, wrong = derive(own)
    if wrong or len(histories[number].tenures) != 1:
        raise StepFailed(f"the log contradicts itself: {wrong}")
    holder = histories[number].tenures[0].holder["name"]
    checked = check(said, client.key)
    if checked.problems or [row["holder"] for row in said.get("held", [])] != [holder]:
        raise StepFailed(f"the look-up's answer for that day does not hold: {checked.problems or said}")
    return (
        f"{len(own)} of {size} entries, {holder} answered; the proof of entry {index} holds with {len(proof.hashes)} hashes, "
        f"the look-up's answer for {said['on']} with {checked.entries}"
    )


def _answer_then(session: httpx.Client, number: str, moment: str) -> dict[str, Any]:
    """Ask the look-up who answered on the day of the opening, China time."""
    day = dt.datetime.fromisoformat(moment).astimezone(CHINA).date()
    said = session.get(f"/who/{number}/", params={"on": day.isoformat(), "format": "json"})
    answer: dict[str, Any] = said.raise_for_status().json()
    return answer


def _own_entries(client: LogClient, number: str) -> list[tuple[int, dict[str, Any]]]:
    """Read the whole log until it has everything that happened to a number; raise StepFailed after five seconds."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        everything = enumerate(map(read_entry, client.entries(client.latest().checkpoint)))
        own = [(index, entry) for index, entry in everything if entry["number"] == number]
        kinds = [entry["kind"] for _, entry in own]
        if kinds == KINDS:
            return own
        if time.monotonic() > deadline:
            raise StepFailed(f"the log has {', '.join(kinds) or 'nothing'} of {number}")
        time.sleep(0.2)
