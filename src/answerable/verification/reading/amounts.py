"""Amounts of money as licences print them: 壹佰万元整, 1000万元人民币, 人民币伍仟壹佰万圆."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {
    c: i
    for i, row in enumerate(("零〇", "壹一", "贰二", "叁三", "肆四", "伍五", "陆六", "柒七", "捌八", "玖九"))
    for c in row
}
_STEPS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}


def read_yuan(text: str) -> int | None:
    """Return the yuan of a printed amount, or None where there is none; foreign currencies are not converted."""
    plain = re.sub(r"[\s,，]", "", unicodedata.normalize("NFKC", text))
    if re.search(r"美元|欧元|港币|港元|日元|英镑", plain):
        return None
    figures = re.search(r"([0-9]+(?:\.[0-9]+)?)(亿|万)?", plain)
    if figures:
        return round(float(figures[1]) * {"亿": 10**8, "万": 10**4, None: 1}[figures[2]])
    words = re.search(r"[零〇壹贰叁肆伍陆柒捌玖一二三四五六七八九拾十佰百仟千万亿]+", plain)
    return _spoken(words[0]) if words else None


def _spoken(words: str) -> int:
    total = part = digit = 0
    for word in words:
        if word in _DIGITS:
            digit = _DIGITS[word]
        elif word in _STEPS:
            part += (digit or 1) * _STEPS[word]
            digit = 0
        elif word == "万":
            total, part, digit = total + (part + digit) * 10**4, 0, 0
        else:
            total, part, digit = (total + part + digit) * 10**8, 0, 0
    return total + part + digit
