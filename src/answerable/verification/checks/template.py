"""Is a letter written on the template in force, and addressed to the number's own carrier?"""

from __future__ import annotations

import re

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.slots import SEALED, SLOTS
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Line, Reading

NAME = "template"
_VERSION = re.compile(r"(?:模板)?版本[:：]?([A-Za-z]?[0-9][0-9A-Za-z.\-/]{1,15})")
_CARRIERS = {
    "telecom": re.compile(r"中国电信"), "unicom": re.compile(r"中国联通|联合网络通信"), "mobile": re.compile(r"中国移动"),
}  # fmt: skip


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag L10 for a version that is not in force, and for a letter addressed to another carrier."""
    found: list[Finding] = []
    for name in (*SEALED, "use_statement"):
        for reading in dossier.readings(name):
            if reading.kind in SLOTS[name].kinds:
                found += _look(dossier, name, reading)
    return found


def _look(dossier: DossierFacts, name: str, reading: Reading) -> list[Finding]:
    slot, found = SLOTS[name], list[Finding]()
    printed = _first(reading, _VERSION)
    if printed and dossier.policy.template_versions:
        line, version = printed
        if version in dossier.policy.template_versions:
            text = (f"{slot.zh}使用当前模板。", f"{slot.en}: the template in force.")
            found.append(passed(NAME, *text, slot=name, box=line.box, read=version))
        else:
            text = (f"{slot.zh}不是当前模板。", f"{slot.en}: not the template in force.")
            expected = "、".join(dossier.policy.template_versions)
            found.append(flagged(NAME, "L10", *text, slot=name, box=line.box, read=version, expected=expected))
    return found + _addressee(dossier, name, reading)


def _addressee(dossier: DossierFacts, name: str, reading: Reading) -> list[Finding]:
    own, slot = dossier.account.number_carrier, SLOTS[name]
    to = next((line for line in reading.lines if re.match(r"致[:：]", plain(line.text))), None)
    if to is None or own not in _CARRIERS:
        return []
    other = next((key for key, words in _CARRIERS.items() if key != own and words.search(plain(to.text))), "")
    if not other:
        return []
    text = (f"{slot.zh}写给了其他运营商。", f"{slot.en}: addressed to another carrier.")
    return [flagged(NAME, "L10", *text, slot=name, box=to.box, read=to.text)]


def _first(reading: Reading, wanted: re.Pattern[str]) -> tuple[Line, str] | None:
    return next(((line, hit[1]) for line in reading.lines if (hit := wanted.search(plain(line.text)))), None)
