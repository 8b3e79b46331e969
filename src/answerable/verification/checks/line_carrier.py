"""Is the first destination on the number's own network? The bill says whose network it is on."""

from __future__ import annotations

import re

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.reading.model import Reading

NAME = "line_carrier"
_NAMES = {
    "telecom": re.compile(r"中国电信|电信股份"), "unicom": re.compile(r"中国联通|联合网络通信"),
    "mobile": re.compile(r"中国移动|移动通信"),
}  # fmt: skip


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D13 where policy wants the own network and the bill is another carrier's."""
    own, reading = dossier.account.number_carrier, dossier.reading("destination_proof")
    if not dossier.policy.own_carrier_only or not own or reading is None or reading.kind != "bill":
        return []
    carriers = _carriers(reading)
    if len(carriers) != 1:
        return []
    if carriers == {own}:
        return [passed(NAME, "第一目的码为本网号码。", "The line is on the own network.", slot="destination_proof")]
    text = ("第一目的码不是本网号码。", "The first destination is on another network.")
    return [flagged(NAME, "D13", *text, slot="destination_proof", read=", ".join(carriers), expected=own)]


def _carriers(reading: Reading) -> set[str]:
    printed = plain("".join([*(line.text for line in reading.lines), *(seal.text for seal in reading.seals)]))
    return {carrier for carrier, name in _NAMES.items() if name.search(printed)}
