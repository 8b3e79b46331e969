"""Leave only dark print on a page: seals, light watermarks, shadows and the paper's colour are taken away before reading.

Seen through red, a seal is as bright as paper while black, brown and blue print are dark; a watermark is lighter than print. A stamp across a line
and a watermark behind it otherwise end up in the text of that line.
"""

from __future__ import annotations

import cv2
import numpy as np

from answerable.verification.reading.engine import MAX_SIDE, Pixels

BLACK, WHITE, DEEPEN = 0.15, 0.82, 1.5
"""Brightness against the paper around it: below BLACK all is ink, above WHITE all is paper; thin brown keys are deepened."""
_DARKEST_PAPER = 0.4
"""Of the brightest paper on the page: deeper than the shadow of a hand; what is darker is the table."""


def whiten(picture: Pixels) -> tuple[Pixels, float]:
    """Return the page as dark print on white, at most MAX_SIDE wide or high, and its scale against the picture."""
    scale = min(1.0, MAX_SIDE / max(picture.shape[:2]))
    if scale < 1:
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    red = np.ascontiguousarray(picture[:, :, 0])
    small = cv2.resize(red, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (0, 0), 8)
    paper = np.maximum(paper, np.uint8(np.percentile(paper, 95) * _DARKEST_PAPER))
    around = cv2.resize(paper, red.shape[::-1], interpolation=cv2.INTER_LINEAR)
    against = cv2.divide(red, around, scale=255.0)
    steps = np.clip((np.arange(256) / 255 - BLACK) / (WHITE - BLACK), 0, 1) ** DEEPEN
    print_only = cv2.LUT(against, (steps * 255).astype(np.uint8))
    return np.asarray(cv2.cvtColor(print_only, cv2.COLOR_GRAY2RGB), dtype=np.uint8), scale
