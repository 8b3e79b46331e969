"""Take away what is not the document's own text: watermarks that repeat over the page, and symbols that print never has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from answerable.verification.reading.engine import Piece

_SYMBOLS = re.compile(r"[^\w\s　-〿＀-￯一-鿿!-~“”‘’·—…×]")
_SIMPLIFIED = str.maketrans("強黃吳張劉陳楊趙馬羅鄭謝許鄧馮韓葉蘇盧蔣賈鍾湯國華東業務經營範圍責屬電廣場樓單進買賣設計車輛銷團鳳龍麗劍飛雲",
                            "强黄吴张刘陈杨赵马罗郑谢许邓冯韩叶苏卢蒋贾钟汤国华东业务经营范围责属电广场楼单进买卖设计车辆销团凤龙丽剑飞云")  # fmt: skip
"""The engine knows traditional characters and sometimes sees one; papers of the mainland print none of these."""
LEAST_REPEATS = 3
"""A text of four or more characters that stands on a page so often is a watermark."""


def clean(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without watermarks and symbols; what is left empty is dropped."""
    bare = [replace(p, text=_SYMBOLS.sub("", p.text).translate(_SIMPLIFIED)) for p in pieces]
    marks = watermarks(bare)
    return [q for q in (replace(p, text=_without(p.text, marks)) for p in bare) if q.text.strip()]


def watermarks(pieces: Sequence[Piece]) -> list[str]:
    """Find the texts that repeat."""
    counted = Counter(re.sub(r"\s", "", piece.text) for piece in pieces)
    return [text for text, times in counted.items() if times >= LEAST_REPEATS and len(text) >= 4]


def _without(text: str, marks: Sequence[str]) -> str:
    for mark in marks:
        if len(text) <= len(mark) + 1 and _is_part(text, mark):
            return ""
        text = text.replace(mark, "")
        # A line may have swallowed the beginning or the end of a mark that crosses it.
        for size in range(len(mark) - 1, 2, -1):
            text = text.removesuffix(mark[:size]).removesuffix(mark[-size:])
            text = text.removeprefix(mark[-size:]).removeprefix(mark[:size])
    return text


def _is_part(text: str, mark: str) -> bool:
    """Say whether a piece is a bit of the mark; one of four or more characters may be misread."""
    return text in mark or (len(text) >= 4 and (text[1:] in mark or text[:-1] in mark))
