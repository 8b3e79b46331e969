"""Rings that are not red enough to be a seal's, and the digest by which two seals are compared."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from answerable.verification.reading.engine import Pixels
from answerable.verification.reading.model import Ink

_SIDE = 1000
"""Pixels of the longer side at which other inks are looked for."""


def masks(picture: Pixels) -> Iterator[tuple[Ink, Pixels]]:
    """Mark faint red and blue ink, measured against the paper around it, whatever the light's colour."""
    small = _smaller(picture)
    light = cv2.GaussianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), (0, 0), 25).astype(np.float32)
    paper = cv2.GaussianBlur(small, (0, 0), 1.2).astype(np.float32) / np.maximum(light, 1)
    red, green, blue = paper[:, :, 0], paper[:, :, 1], paper[:, :, 2]
    yield "faint", _mask((red - np.maximum(green, blue) > 0.045) & (red > 0.5))
    yield "blue", _mask((blue - np.maximum(red, green) > 0.10) & (red < 0.75))


def black_ring(picture: Pixels) -> tuple[float, float, float] | None:
    """Return centre and radius, in pixels, of a dark ring as wide as a seal; None where there is none."""
    small = _smaller(picture)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    short = min(grey.shape)
    found = cv2.HoughCircles(
        grey, cv2.HOUGH_GRADIENT, dp=1.5, minDist=short // 8, param1=120, param2=60, minRadius=int(short * 0.05),
        maxRadius=int(short * 0.2),
    )  # fmt: skip
    if found is None:
        return None
    paper = cv2.GaussianBlur(cv2.dilate(grey, np.ones((15, 15), np.uint8)), (0, 0), 15)
    dark = np.asarray(cv2.dilate(np.asarray(grey < paper * 0.75, np.uint8), np.ones((3, 3), np.uint8)), np.uint8)
    scale = picture.shape[0] / small.shape[0]
    for x, y, radius in np.asarray(found).reshape(-1, 3)[:6]:
        if _coverage(dark, x, y, radius) > 0.75:
            return float(x * scale), float(y * scale), float(radius * scale)
    return None


def digest(patch: Pixels) -> str:
    """Hash a seal's cut-out into 256 bits: unroll it, centre its text, take low frequencies, 8 across by 32 along.

    Of two photographs of one seal up to 0.31 of the bits differ (median 0.16), of two seals with other names at least
    0.35; names that differ in one character are not told apart.
    """
    ring = polar_ink(patch, 1024)[12:68].astype(np.float32)
    along = np.fft.rfft(ring[10:].sum(axis=0))[1]
    centre = round(-float(np.angle(along)) / (2 * np.pi) * ring.shape[1])
    centred = np.roll(ring, ring.shape[1] // 2 - centre, axis=1)
    waves = cv2.dct(cv2.resize(centred, (256, 32), interpolation=cv2.INTER_AREA))[:8, :32].flatten()
    return np.packbits(waves > np.median(waves[1:])).tobytes().hex()


def polar_ink(patch: Pixels, around: int, side: int = 320) -> Pixels:
    """Unroll a seal's red ink: the rim on top, angles from left to right, clockwise on the seal, `around` columns."""
    square = cv2.resize(patch, (side, side)).astype(np.int16)
    # Red ink is dark in green and blue and bright in red; black print is dark in all three.
    ink = np.clip(square[:, :, 0] - np.minimum(square[:, :, 1], square[:, :, 2]), 0, 255).astype(np.uint8)
    polar = cv2.warpPolar(ink, (side // 2, around), (side / 2, side / 2), side / 2, cv2.WARP_POLAR_LINEAR)
    return np.asarray(cv2.rotate(polar, cv2.ROTATE_90_COUNTERCLOCKWISE), dtype=np.uint8)


def differing(left: str, right: str) -> float:
    """Return the share of bits in which two digests differ; 1.0 where one is missing."""
    if not left or len(left) != len(right):
        return 1.0
    return (int(left, 16) ^ int(right, 16)).bit_count() / (len(left) * 4)


def _coverage(dark: Pixels, x: float, y: float, radius: float) -> float:
    """Return the share of a circle's rim that is dark, for the best of a few radii."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    best = 0.0
    for reach in (0.96, 0.98, 1.0, 1.02, 1.04):
        xs = np.clip(np.rint(x + np.cos(angles) * radius * reach).astype(int), 0, dark.shape[1] - 1)
        ys = np.clip(np.rint(y + np.sin(angles) * radius * reach).astype(int), 0, dark.shape[0] - 1)
        best = max(best, float(dark[ys, xs].mean()))
    return best


def _mask(where: NDArray[np.bool_]) -> Pixels:
    return np.asarray(where, dtype=np.uint8) * np.uint8(255)


def _smaller(picture: Pixels) -> Pixels:
    scale = _SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
