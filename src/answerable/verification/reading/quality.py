"""How well a picture shows its text; figures for people, tied to the engine's confidence."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from answerable.verification.reading.engine import Piece, Pixels
from answerable.verification.reading.model import Quality


def measure(picture: Pixels, pieces: Sequence[Piece], turned: int, *, mirrored: bool = False) -> Quality:
    """Measure confidence (by characters), sharpness (variance of the Laplacian), brightness, colour."""
    characters = sum(len(piece.text) for piece in pieces)
    confidence = sum(piece.score * len(piece.text) for piece in pieces) / characters if characters else 0.0
    small = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return Quality(
        confidence=round(confidence, 4),
        characters=characters,
        sharpness=round(float(cv2.Laplacian(grey, cv2.CV_64F).var()), 1),
        brightness=round(float(np.median(grey)) / 255, 3),
        is_colour=_has_colour(small),
        turned=turned,
        mirrored=mirrored,
        glare=round(_glare(small, pieces), 4),
    )


def _has_colour(small: Pixels) -> bool:
    """Say whether anything inside the frame has another colour than most of it: a lamp's tint lies over everything."""
    middle = small[small.shape[0] // 10 : -small.shape[0] // 10, small.shape[1] // 10 : -small.shape[1] // 10]
    tint = cv2.cvtColor(middle, cv2.COLOR_RGB2LAB)[:, :, 1:].astype(np.float32)
    away = np.hypot(*(tint[:, :, i] - np.median(tint[:, :, i]) for i in (0, 1)))
    return bool((away > 12).mean() > 0.002)


def _glare(small: Pixels, pieces: Sequence[Piece]) -> float:
    """Return the share of the text's area (picture at half size) that lies in one burnt-out patch.

    Paper that is white all over, as on a copy, is no glare.
    """
    if not pieces:
        return 0.0
    xs, ys = ([c[i] / 2 for p in pieces for c in p.corners] for i in (0, 1))
    area = small[max(int(min(ys)), 0) : int(max(ys)), max(int(min(xs)), 0) : int(max(xs))]
    if area.size == 0:
        return 0.0
    burnt = np.asarray(area.min(axis=2) >= 254, dtype=np.uint8)
    if burnt.mean() > 0.5:
        return 0.0
    solid = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((21, 21), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    largest = max((int(row[cv2.CC_STAT_AREA]) for row in stats[1:]), default=0)
    return largest / burnt.size
