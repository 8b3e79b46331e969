"""Compare what two papers say: spelling that means the same is the same, a misreading is not a contradiction."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Literal

from answerable.verification.reading.model import Field

Verdict = Literal["same", "close", "different"]
SURE = 0.9
"""Below this confidence of the engine a difference is not held against anybody."""


def plain(text: str) -> str:
    """Fold width and case, and drop spaces, brackets' kinds and punctuation."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s·•.,，。、:：;；\-—_'\"“”‘’()\[\]【】〔〕]", "", folded)


def same(left: str, right: str) -> bool:
    """Say whether two names or numbers are equal but for spelling."""
    return plain(left) == plain(right)


def compare_text(expected: str, seen: Field) -> Verdict:
    """Compare with a field that was read: `close` where the engine may have misread a character."""
    if same(expected, seen.text) or (seen.value and same(expected, seen.value)):
        return "same"
    wanted, read = plain(expected), plain(seen.text)
    if len(read) >= 4 and (wanted.startswith(read) or wanted.endswith(read)):
        return "close"  # the rest is under a seal or cut off
    likeness = SequenceMatcher(None, wanted, read).ratio()
    if seen.confidence < SURE or (likeness > 0.85 and seen.confidence < 0.97):
        return "close"
    return "different"


def compare_place(expected: str, seen: str) -> Verdict:
    """Compare two addresses: a province that is left out is no difference, other details of the building are close."""
    a, b = _place(expected), _place(seen)
    if a == b or (len(min(a, b, key=len)) >= 8 and (a.endswith(b) or b.endswith(a))):
        return "same"
    likeness = SequenceMatcher(None, a, b).ratio()
    # Another house number is another address, however alike the texts are.
    if likeness > 0.8 and re.findall(r"[0-9]+", a) == re.findall(r"[0-9]+", b):
        return "close"
    return "close" if min(len(a), len(b)) >= 8 and (a.startswith(b) or b.startswith(a)) else "different"


def _place(text: str) -> str:
    return re.sub(r"(省|市|自治区|特别行政区|中国)", "", plain(text))
