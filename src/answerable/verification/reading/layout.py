"""From pieces of text to printed fields: level the page, find the keys, collect what stands beside and below each.

Keys may be spread over the line (名　　称), cut apart or merged by the engine, and set in one column or two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product, takewhile
from statistics import median

import numpy as np

from answerable.verification.reading.clean import clean
from answerable.verification.reading.engine import Piece
from answerable.verification.reading.keys import SINGLE_LINE

STOP = re.compile(
    r"登记机关|国家企业信用|信用信息公示|市场主体应当|监制|SPECIMEN|样本|https?[:/]|^提示|扫描二维码|^单位（?\(?盖章|^法定代表人（签"
)
"""What ends the last field of a page."""


_INSIDE_A_SENTENCE = {"，", ",", "。", "、", "；", "为", "的", "应"}
"""What follows a word that is no key but part of a sentence."""


@dataclass(frozen=True)
class Mark:
    """One character on the levelled page: centre line `y`, extent `left` to `right`, and the piece it came from."""

    character: str
    left: float
    right: float
    y: float
    piece: int
    opens: bool
    """Whether it is the first of its piece."""


@dataclass(frozen=True)
class Found:
    """A key's place and the value collected for it."""

    name: str
    key: str
    text: str
    score: float
    pieces: tuple[int, ...]


@dataclass(frozen=True)
class _Key:
    name: str
    key: str
    left: float
    last: float
    right: float
    y: float
    end: int


class Sheet:
    """The levelled page: rows of characters, each row ordered from left to right."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = [piece for piece in clean(pieces) if piece.score >= 0.5]
        level = [p.height for p in self.pieces if p.width > p.height]
        self.height = median(level) if level else 20.0
        slope, drift = _tilt(self.pieces)
        marks = [mark for index, piece in enumerate(self.pieces) for mark in _marks(piece, index, slope, drift)]
        self.rows = _rows(marks, self.height * 0.55)

    def collect(self, keys: Mapping[str, Sequence[str]]) -> dict[str, Found]:
        """Find each key (by name, with its printed variants) and what is written for it; the first one counts."""
        found = self._keys(keys)
        result: dict[str, Found] = {}
        for key in found:
            value = self._value(key, found)
            if key.name not in result or (value.text and not result[key.name].text):
                result[key.name] = value
        return result

    def _keys(self, keys: Mapping[str, Sequence[str]]) -> list[_Key]:
        variants = sorted(((v, name) for name, vs in keys.items() for v in vs), key=lambda pair: -len(pair[0]))
        found: list[_Key] = []
        for row in self.rows:
            start = 0
            while start < len(row):
                hit = self._key_at(row, start, variants)
                if hit:
                    found.append(hit)
                start = hit.end if hit else start + 1
        return found

    def _key_at(self, row: list[Mark], start: int, variants: Sequence[tuple[str, str]]) -> _Key | None:
        """Match a key at a character that opens a piece or follows a gap; a leading star or bracket may come before."""
        opens = row[start].opens or start == 0 or row[start].left - row[start - 1].right > self.height * 0.8
        piece = self.pieces[row[start].piece]
        if self.height * 1.5 < piece.height < piece.width:
            return None  # a title names what the paper is, not a field
        if not opens and (start == 0 or row[start - 1].character not in "*＊☆)）"):
            return None
        for exactly, (variant, name) in product((True, False), variants):
            chunk = row[start : start + len(variant)]
            if not _matches("".join(m.character for m in chunk), variant, exactly):
                continue
            after = "".join(m.character for m in row[start + len(variant) :][:1])
            if after in _INSIDE_A_SENTENCE or (len(variant) == 1 and after not in {":", "："}):
                continue
            if any(b.left - a.right > self.height * 5 for a, b in pairwise(chunk)):
                continue
            return _Key(name, variant, chunk[0].left, chunk[-1].left, chunk[-1].right, chunk[0].y, start + len(variant))
        return None

    def _value(self, key: _Key, keys: Sequence[_Key]) -> Found:
        """Collect the text right of a key up to the next column, and the lines below it up to the next key.

        Lines are put together anew within the column: the other column's lines stand at other heights.
        """
        reach = self.height
        right = self._right_edge(key, keys)
        column = [m for row in self.rows for m in row if key.left - reach * 0.8 < m.left < right]
        under = [k.y for k in keys if k.y > key.y + reach * 0.6 and -8 < (k.left - key.left) / reach < 3]
        bottom = min(under, default=float("inf")) - reach * 0.7
        beside = [m for m in column if abs(m.y - key.y) <= reach * 0.6 and m.left > key.last + reach * 0.2]
        taken = _until(sorted(beside, key=lambda m: m.left), lambda m: self._is_key_start(m, keys))
        last = key.y
        lower = [m for m in column if key.y + reach * 0.6 < m.y < bottom] if key.name not in SINGLE_LINE else []
        for row in _rows(lower, reach * 0.5):
            line = self._below(key, row, keys)
            stops = any(STOP.search(self.pieces[index].text) for index in {m.piece for m in row})
            if not line and not stops:
                continue
            if stops or line[0].y - last > reach * 2.6 or any(self._is_key_start(m, keys) for m in line):
                break
            taken += line
            last = line[0].y
        return self._found(key, taken)

    def _below(self, key: _Key, row: Sequence[Mark], keys: Sequence[_Key]) -> list[Mark]:
        """Pick what a row adds to a value: what stands under the value, or a paragraph that returns to the margin."""
        row = [m for m in row if m.y > key.y + self.height * 0.4 and m.left > key.left - self.height * 0.8]
        if not row:
            return []
        first = row[0]
        returns = first.opens and first.left < key.right - self.height * 0.9 and len(self.pieces[first.piece].text) >= 6
        if returns and not any(self._is_key_start(m, keys) for m in row):
            return list(row)
        return [m for m in row if m.left >= key.right - self.height * 0.9]

    def _found(self, key: _Key, marks: Sequence[Mark]) -> Found:
        text = "".join(m.character for m in marks)
        text = re.sub(r"^[（(]?(?:签字|签名|签章|盖章)[）)]?[：:]?", "", text)
        text = re.sub(r"^[：:;；\s*]+", "", text).strip()
        used = tuple(dict.fromkeys(m.piece for m in marks))
        scores = [self.pieces[index].score for index in used]
        return Found(key.name, key.key, text, min(scores, default=0.0), used)

    @staticmethod
    def _is_key_start(mark: Mark, keys: Sequence[_Key]) -> bool:
        return any(abs(k.left - mark.left) < 1e-6 and abs(k.y - mark.y) < 1e-6 for k in keys)

    def _right_edge(self, key: _Key, keys: Sequence[_Key]) -> float:
        """Return where the next column starts: two keys make a column, a single one only bounds its own row."""
        reach = self.height
        beyond = [k for k in keys if k.left > key.right + reach * 3]
        columns = []
        for k in beyond:
            column = [o.y for o in beyond if abs(o.left - k.left) < reach * 3]
            # A signature block further down is no column beside this key.
            if len(column) >= 2 and min(column) - reach * 2 <= key.y <= max(column) + reach * 6:
                columns.append(k.left)
        same_row = [k.left for k in beyond if abs(k.y - key.y) < self.height * 0.8]
        return min(columns + same_row, default=float("inf")) - self.height * 0.3


def _until(marks: Sequence[Mark], ends: Callable[[Mark], bool]) -> list[Mark]:
    return list(takewhile(lambda mark: not ends(mark), marks))


def plain(text: str) -> str:
    """Fold full-width forms and drop every space: the form in which texts are searched."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _matches(read: str, key: str, exactly: bool) -> bool:
    """Compare a key; unless exactly, one in four or more characters may be misread as another Chinese one."""
    if exactly or len(read) != len(key) or len(key) < 4:
        return read == key
    wrong = [a for a, b in zip(read, key, strict=True) if a != b]
    return len(wrong) == 1 and "一" <= wrong[0] <= "鿿"


def _tilt(pieces: Sequence[Piece]) -> tuple[float, float]:
    """Fit the slope of the lines of text as a linear function of height, as perspective makes it."""
    long = [p for p in pieces if p.width > p.height * 4]
    if len(long) < 3:
        return 0.0, 0.0
    ys = np.array([(p.corners[0][1] + p.corners[1][1]) / 2 for p in long])
    slopes = np.array([(p.corners[1][1] - p.corners[0][1]) / max(p.corners[1][0] - p.corners[0][0], 1.0) for p in long])
    keep = np.abs(slopes - np.median(slopes)) < 0.05
    if keep.sum() < 3 or np.ptp(ys[keep]) < 1:
        return float(np.median(slopes)), 0.0
    weights = np.array([p.width for p in long])[keep]
    drift, slope = np.polyfit(ys[keep], slopes[keep], 1, w=weights)
    return float(slope), float(drift)


def _marks(piece: Piece, index: int, slope: float, drift: float) -> list[Mark]:
    """Spread a piece's characters over its box; a tall box holds characters below each other."""
    text = re.sub(r"\s", "", piece.text)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece.corners
    left, right = (ax + dx) / 2, (bx + cx) / 2
    if piece.height > piece.width * 1.5 and len(text) >= 2:
        step = piece.height / len(text)
        return [
            Mark(c, left, right, _levelled(left, ay + step * (i + 0.5), slope, drift), index, True)
            for i, c in enumerate(text)
        ]
    y = (_levelled(left, (ay + dy) / 2, slope, drift) + _levelled(right, (by + cy) / 2, slope, drift)) / 2
    widths = [0.55 if ord(c) < 0x2000 else 1.0 for c in text]
    total, at, marks = sum(widths) or 1.0, left, []
    for i, (c, w) in enumerate(zip(text, widths, strict=True)):
        end = at + (right - left) * w / total
        marks.append(Mark(c, at, end, y, index, i == 0))
        at = end
    return marks


def _levelled(x: float, y: float, slope: float, drift: float) -> float:
    return y - (slope + drift * y) * x


def _rows(marks: Sequence[Mark], tolerance: float) -> list[list[Mark]]:
    """Group characters whose centre lines are within the tolerance of their row's first."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: m.y):
        if rows and mark.y - rows[-1][0].y <= tolerance:
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return [sorted(row, key=lambda m: m.left) for row in rows]
