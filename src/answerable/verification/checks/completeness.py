"""Is the whole certificate in the picture: emblem and title above, registrar below, nothing running off the sides?"""

from __future__ import annotations

import re

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Line, Reading

NAME = "completeness"
_TITLE = re.compile(r"营?业?执照$|法人证书$|登记证书$")
_BELOW = re.compile(r"登记机关|公示系统|监制|发证机关")
_ROOM = 1.4
"""Heights of the title that must be above it: the emblem stands there, also on a copy without colour."""
_EDGE = 0.003
"""Share of the picture: text that comes so near has been cut."""


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B03 for a certificate of which a part is outside the picture; illegible or turned ones are not measured."""
    found = []
    for reading in dossier.readings("licence"):
        quality = reading.quality
        if reading.kind != "business_licence" or not reading.lines or not quality.is_legible:
            continue
        if quality.turned or quality.mirrored or reading.pages > 1:
            continue
        found.append(_measure(reading))
    return found


def _measure(reading: Reading) -> Finding:
    lacking = [*_above(reading), *_under(reading), *_beside(reading)]
    if not lacking:
        return passed(NAME, "证照完整。", "The certificate is whole.", slot="licence")
    zh, en = "、".join(pair[0] for pair in lacking), ", ".join(pair[1] for pair in lacking)
    text = (f"证照没有拍完整：{zh}不在画面内。", f"A part of the certificate is outside the picture: {en}.")
    return flagged(NAME, "B03", *text, slot="licence", read=zh)


def _above(reading: Reading) -> list[tuple[str, str]]:
    title = max((line for line in reading.lines if _TITLE.search(plain(line.text))), key=_height, default=None)
    if title is None:
        return [("标题", "the title")]
    has_emblem = any(seal.kind == "emblem" for seal in reading.seals)
    return [] if has_emblem or title.box.top > _height(title) * _ROOM else [("国徽", "the emblem")]


def _under(reading: Reading) -> list[tuple[str, str]]:
    ends = any(_BELOW.search(plain(line.text)) for line in reading.lines)
    sealed = any(seal.kind == "registrar" for seal in reading.seals)
    return [] if ends or sealed else [("登记机关一栏", "the registrar's part")]


def _beside(reading: Reading) -> list[tuple[str, str]]:
    sides = []
    if any(line.box.left < _EDGE for line in reading.lines):
        sides.append(("左边", "the left side"))
    if any(line.box.right > 1 - _EDGE for line in reading.lines):
        sides.append(("右边", "the right side"))
    return sides


def _height(line: Line) -> float:
    return line.box.bottom - line.box.top
