"""How well a picture shows its text; figures for people, tied to the engine's confidence."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from answerable.verification.reading.engine import Piece, Pixels
from answerable.verification.reading.model import Quality


def measure(picture: Pixels, pieces: Sequence[Piece], turned: int) -> Quality:
    """Measure confidence (by characters), sharpness (variance of the Laplacian), brightness, colour."""
    characters = sum(len(piece.text) for piece in pieces)
    confidence = sum(piece.score * len(piece.text) for piece in pieces) / characters if characters else 0.0
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    middle = small[small.shape[0] // 10 : -small.shape[0] // 10, small.shape[1] // 10 : -small.shape[1] // 10]
    saturation = cv2.cvtColor(middle, cv2.COLOR_RGB2HSV)[:, :, 1]
    return Quality(
        confidence=round(confidence, 4),
        characters=characters,
        sharpness=round(float(cv2.Laplacian(grey, cv2.CV_64F).var()), 1),
        brightness=round(float(np.median(grey)) / 255, 3),
        is_colour=bool((saturation > 90).mean() > 0.004),
        turned=turned,
    )
