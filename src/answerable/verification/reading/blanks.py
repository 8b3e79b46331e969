"""Tell a blank from what was not read: is there ink where a form asks for a signature or a date?

Handwriting is rarely read, so ink counts, not text. Red ink is the seal's and does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from answerable.verification.reading.engine import Piece, Pixels
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Box, Field

_KEYS = {
    "signature": re.compile(r"^.{0,6}?(?:法定代表人|负责人|法人代表)[（(]?(?:签字|签名|签章)(?:或盖章)?[）)]?[:：]?"),
    "signed": re.compile(r"^(?:日期|签署日期|签订日期|承诺日期)[:：]?"),
}
LEAST_INK = 0.012
"""Share of dark pixels: the noise of a photograph stays below it, a short name in thin ink above."""


def find_blanks(picture: Pixels, pieces: Sequence[Piece], box: Callable[[Sequence[Piece]], Box]) -> dict[str, Field]:
    """Return `signature` and `signed` where their keys are printed: text or mere ink as `value`, None for a blank."""
    found: dict[str, Field] = {}
    for piece in pieces:
        text = plain(piece.text)
        for name, key in _KEYS.items():
            hit = key.match(text)
            if hit is None or name in found:
                continue
            rest = text[hit.end() :].strip("_．.")
            written = rest or ("ink" if _has_ink(picture, piece) else None)
            found[name] = Field(rest, written, round(piece.score, 4), box([piece]))
    return found


def _has_ink(picture: Pixels, key: Piece) -> bool:
    """Look right of a key, a little above and below its line, as far as eight characters."""
    (_, (bx, by), (cx, cy), _), high = key.corners, key.height
    height, width = picture.shape[:2]
    top, bottom = max(int(min(by, cy) - high * 0.4), 0), min(int(max(by, cy) + high * 0.3), height)
    left, right = max(int(max(bx, cx) + high * 0.3), 0), min(int(max(bx, cx) + high * 8), width)
    if bottom - top < 4 or right - left < high:
        return True  # the place is not in the picture: nothing can be said against it
    area = picture[top:bottom, left:right]
    hsv = cv2.cvtColor(area, cv2.COLOR_RGB2HSV)
    red = ((hsv[:, :, 0] <= 12) | (hsv[:, :, 0] >= 160)) & (hsv[:, :, 1] > 40)
    grey = cv2.cvtColor(area, cv2.COLOR_RGB2GRAY)
    dark = (grey < np.percentile(grey, 85) * 0.65) & ~red
    return float(dark.mean()) > LEAST_INK
