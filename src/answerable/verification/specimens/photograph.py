"""Photograph a sheet as people do: on a table, at an angle, in uneven light, saved as JPEG."""

from __future__ import annotations

import io
from collections.abc import Mapping
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.float32]


def photograph(page: Image.Image, dice: Random, *, blur: float | None = None, rough: bool = False) -> Image.Image:
    """Return the picture of a page with perspective, uneven light, blur and noise; the same dice, the same picture."""
    long_side = dice.randint(1300, 3000) if rough else 1900
    sheet = np.asarray(page.convert("RGB"))
    height, width = sheet.shape[:2]
    scale = long_side / (max(width, height) * 1.1)
    out = (int(width * scale * 1.1), int(height * scale * 1.1))
    table = np.array([dice.randint(60, 150) for _ in range(3)], dtype=np.float32)
    shot = cv2.warpPerspective(
        sheet, _tilt((width, height), out, dice, 0.06 if rough else 0.03), out, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT,
        borderValue=tuple(float(c) for c in table),
    )  # fmt: skip
    lit = shot.astype(np.float32)  # thirty megabytes: everything below works in place
    lit *= _light(out, dice, rough)[:, :, None]
    softness = blur if blur is not None else dice.uniform(0.3, 1.3 if rough else 0.9)
    if softness > 0:
        lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), softness), dtype=np.float32)
    noise = np.random.default_rng(dice.randrange(2**32)).standard_normal(lit.shape[:2], dtype=np.float32)
    noise *= dice.uniform(2.0, 12.0 if rough else 6.0)
    lit += noise[:, :, None]
    return Image.fromarray(np.clip(lit, 0, 255, out=lit).astype(np.uint8))


def spoil(shot: Image.Image, faults: Mapping[str, Any]) -> Image.Image:
    """Spoil a photograph: `cut` (shares lost left, top, right, bottom), `glare` (x, y, radius as shares), `mirrored`."""
    width, height = shot.size
    if faults.get("glare"):
        x, y, radius = faults["glare"]
        light = np.zeros((height, width), dtype=np.float32)
        cv2.circle(light, (int(x * width), int(y * height)), int(radius * min(width, height)), (1.0,), -1)
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), min(width, height) / 60), dtype=np.float32) * 400
        lit = np.asarray(shot, dtype=np.float32) + light[:, :, None]
        shot = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
    if faults.get("cut"):
        left, top, right, bottom = faults["cut"]
        shot = shot.crop((int(left * width), int(top * height), int((1 - right) * width), int((1 - bottom) * height)))
    return ImageOps.mirror(shot) if faults.get("mirrored") else shot


def encode(picture: Image.Image, quality: int) -> bytes:
    """Save as JPEG, as a telephone's camera would."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _tilt(size: tuple[int, int], out: tuple[int, int], dice: Random, reach: float) -> Pixels:
    """Compose the small turn and the perspective of a camera held by hand."""
    margin_x, margin_y = out[0] * 0.04, out[1] * 0.04
    corners = [
        (margin_x, margin_y), (out[0] - margin_x, margin_y),
        (out[0] - margin_x, out[1] - margin_y), (margin_x, out[1] - margin_y),
    ]  # fmt: skip
    reach *= min(out)
    seen = [(x + dice.uniform(-reach, reach), y + dice.uniform(-reach, reach)) for x, y in corners]
    width, height = size
    paper = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    return np.asarray(cv2.getPerspectiveTransform(paper, np.array(seen, dtype=np.float32)))


def _light(out: tuple[int, int], dice: Random, rough: bool) -> Pixels:
    """Return a plane of brightness between about 0.7 and 1.1; a rough one has the shadow of a hand."""
    across = np.linspace(dice.uniform(-0.12, 0.12), dice.uniform(-0.12, 0.12), out[0], dtype=np.float32)
    down = np.linspace(dice.uniform(-0.12, 0.12), dice.uniform(-0.12, 0.12), out[1], dtype=np.float32)
    plane = np.clip(0.95 + across[None, :] + down[:, None], 0.6, 1.12)
    if rough and dice.random() < 0.5:
        shadow = np.ones(plane.shape, dtype=np.float32)
        centre = (int(out[0] * dice.random()), int(out[1] * dice.random()))
        cv2.circle(shadow, centre, int(min(out) * dice.uniform(0.2, 0.5)), (dice.uniform(0.5, 0.8),), -1)
        plane = plane * cv2.GaussianBlur(shadow, (0, 0), min(out) / 40)
    return np.asarray(plane, dtype=np.float32)
