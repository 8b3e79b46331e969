"""Does a watermark cover what must be read, or does the picture come from somebody's website?"""

from __future__ import annotations

import re

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.legibility import lacking
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Reading

NAME = "watermark"
_FOREIGN = re.compile(
    r"企查查|天眼查|爱企查|启信宝|水滴信用|企查猫|小红书|抖音|淘宝|阿里巴巴|百度|微博|www\.(?!gsxt)[a-z0-9]{3}|@[a-z0-9]{3}",
    re.I,
)


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B05 for the mark of a website, and for a mark of one's own that hides what must be read."""
    return [finding for reading in dossier.readings("licence") if (finding := _look(reading))]


def _look(reading: Reading) -> Finding | None:
    foreign = next((line for line in reading.lines if _FOREIGN.search(plain(line.text))), None)
    if foreign:
        text = ("图片带有其他网站的标记。", "The picture bears the mark of a website.")
        return flagged(NAME, "B05", *text, slot="licence", box=foreign.box, read=foreign.text[:60])
    if not reading.marks:
        return None
    read, hidden = reading.marks[0], lacking(reading)
    if hidden:
        text = (f"水印遮住了：{'、'.join(hidden)}。", "A watermark covers what must be read.")
        return flagged(NAME, "B05", *text, slot="licence", read=read, expected="、".join(hidden))
    return passed(NAME, "水印没有遮住文字。", "The watermark covers no text.", slot="licence", read=read)
