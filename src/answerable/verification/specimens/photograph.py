"""Photograph a sheet as people do: on a table, at an angle, in uneven light, saved as JPEG."""

from __future__ import annotations

import io
from random import Random

import cv2
import numpy as np
from PIL import Image


def photograph(page: Image.Image, dice: Random, *, blur: float | None = None, long_side: int = 1900) -> Image.Image:
    """Return the picture of a page with perspective, uneven light, blur and noise; the same dice, the same picture."""
    sheet = np.asarray(page.convert("RGB"))
    height, width = sheet.shape[:2]
    scale = long_side / (max(width, height) * 1.1)
    out = (int(width * scale * 1.1), int(height * scale * 1.1))
    table = np.array([dice.randint(60, 150) for _ in range(3)], dtype=np.float32)
    shot = cv2.warpPerspective(
        sheet, _tilt(width, height, out, dice), out, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT,
        borderValue=tuple(float(c) for c in table),
    )  # fmt: skip
    lit = shot.astype(np.float32) * _light(out, dice)[:, :, None]
    softness = blur if blur is not None else dice.uniform(0.3, 0.9)
    if softness > 0:
        lit = cv2.GaussianBlur(lit, (0, 0), softness)
    noise = np.random.default_rng(dice.randrange(2**32)).standard_normal(lit.shape[:2], dtype=np.float32)
    lit += (noise * dice.uniform(2.0, 6.0))[:, :, None]
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))


def encode(picture: Image.Image, quality: int) -> bytes:
    """Save as JPEG, as a telephone's camera would."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _tilt(width: int, height: int, out: tuple[int, int], dice: Random) -> np.ndarray:
    """Compose the small turn and the perspective of a camera held by hand."""
    margin_x, margin_y = out[0] * 0.04, out[1] * 0.04
    corners = [
        (margin_x, margin_y), (out[0] - margin_x, margin_y),
        (out[0] - margin_x, out[1] - margin_y), (margin_x, out[1] - margin_y),
    ]  # fmt: skip
    reach = min(out) * 0.03
    seen = [(x + dice.uniform(-reach, reach), y + dice.uniform(-reach, reach)) for x, y in corners]
    paper = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    return np.asarray(cv2.getPerspectiveTransform(paper, np.array(seen, dtype=np.float32)))


def _light(out: tuple[int, int], dice: Random) -> np.ndarray:
    """Return a plane of brightness between about 0.7 and 1.1."""
    across = np.linspace(dice.uniform(-0.12, 0.12), dice.uniform(-0.12, 0.12), out[0], dtype=np.float32)
    down = np.linspace(dice.uniform(-0.12, 0.12), dice.uniform(-0.12, 0.12), out[1], dtype=np.float32)
    plane: np.ndarray = np.clip(0.95 + across[None, :] + down[:, None], 0.6, 1.12)
    return plane
