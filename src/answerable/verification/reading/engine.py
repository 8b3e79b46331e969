"""The OCR engine, one per process: RapidOCR with the models in its wheel, one thread, no memory arena.

Any model name but the default makes RapidOCR download; nothing here names one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
MAX_SIDE = 1600
"""Pixels; larger pictures cost more than they tell (documents measured at 1600 × 1200 and at 12 megapixels)."""


@dataclass(frozen=True)
class Piece:
    """Text found at a quadrangle (upper left, upper right, lower right, lower left), in pixels of the picture given."""

    text: str
    score: float
    corners: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        """Return the mean length of the two upright sides."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        return (float(np.hypot(dx - ax, dy - ay)) + float(np.hypot(cx - bx, cy - by))) / 2

    @property
    def width(self) -> float:
        """Return the mean length of the two level sides."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        return (float(np.hypot(bx - ax, by - ay)) + float(np.hypot(cx - dx, cy - dy))) / 2


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": MAX_SIDE,
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        }
    )


def load() -> None:
    """Load the models now (about two seconds), so that the first document does not wait for them."""
    blank = np.full((64, 320, 3), 255, dtype=np.uint8)
    _engine()(blank, use_det=True, use_cls=False, use_rec=True)
    _engine()(blank, use_det=False, use_cls=False, use_rec=True)


def recognise(picture: Pixels) -> list[Piece]:
    """Find and read all text of an RGB picture."""
    found = _engine()(np.ascontiguousarray(picture[:, :, ::-1]), use_det=True, use_cls=False, use_rec=True)
    if found.boxes is None or found.txts is None:
        return []
    return [
        Piece(text, float(score), tuple((float(x), float(y)) for x, y in corners))
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def recognise_strip(picture: Pixels) -> tuple[str, float]:
    """Read a picture that is one line of text."""
    found = _engine()(np.ascontiguousarray(picture[:, :, ::-1]), use_det=False, use_cls=False, use_rec=True)
    texts = getattr(found, "txts", None)
    return (texts[0], float(found.scores[0])) if texts else ("", 0.0)
