"""Red round marks: find them, tell emblem, registrar's, carrier's and applicant's apart, unroll and read the ring.

"A red round blob is a seal" fires on nearly every licence, because of the emblem and the registrar's own seal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from answerable.verification.reading import rings
from answerable.verification.reading.engine import Pixels
from answerable.verification.reading.layout import plain
from answerable.verification.reading.model import Box, Kind, Seal, SealKind

SEALED: frozenset[Kind] = frozenset({"authorisation_letter", "acceptance_form", "contract", "commitment"})
"""Papers on which only the applicant seals: a ring of another ink is looked for where no red one is."""
_REGISTRAR = re.compile(r"监督管理|工商行政|行政审批|市场监|审批局|登记专用|民政|编制")
_CARRIER = re.compile(r"电信股份|联合网络通信|移动通信|中国电信|中国联通|中国移动|广电网络")
Reader = Callable[[Pixels], tuple[str, float]]


@dataclass(frozen=True)
class Round:
    """A red round region in pixels: upper left corner and size."""

    x: int
    y: int
    width: int
    height: int
    filled: float
    """Share of the inscribed disc that is red: an emblem is nearly full, a seal is mostly paper."""


def red_mask(picture: Pixels) -> Pixels:
    """Mark what is stamped in red: hue near 0 and clearly coloured, in any light."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    low = cv2.inRange(hsv, np.array([0, 55, 70]), np.array([10, 255, 255]))
    high = cv2.inRange(hsv, np.array([165, 55, 70]), np.array([180, 255, 255]))
    return np.asarray(cv2.bitwise_or(low, high), dtype=np.uint8)


def find_rounds(mask: Pixels) -> list[Round]:
    """Find red regions about as wide as high, between 5 and 40 hundredths of the page's shorter side."""
    height, width = mask.shape
    short = min(height, width)
    bridge = max(3, short // 110)
    solid = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((bridge, bridge), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    found = []
    for index in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[index])
        if not (short * 0.05 <= max(w, h) <= short * 0.4 and 0.72 <= w / h <= 1.38) or area < w * h * 0.04:
            continue
        if x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1:
            continue
        filled = float(np.count_nonzero(mask[y : y + h, x : x + w])) / (w * h * 0.785)
        if _is_ring(mask[y : y + h, x : x + w]) or filled > 0.5:
            found.append(Round(x, y, w, h, filled))
    return [a for a in found if not any(_inside(a, b) for b in found if b is not a)]


def read_seals(picture: Pixels, kind: Kind, read: Reader, *, page: int = 0) -> tuple[Seal, ...]:
    """Return the seals of a page with their kind and their ring's text."""
    mask = red_mask(picture)
    height, width = mask.shape
    seals = []
    for spot in find_rounds(mask):
        box = Box(
            page, round(spot.x / width, 4), round(spot.y / height, 4),
            round((spot.x + spot.width) / width, 4), round((spot.y + spot.height) / height, 4),
        )  # fmt: skip
        if spot.filled > 0.5:
            seals.append(Seal("emblem" if box.top < 0.4 else "other", "", round(min(spot.filled, 1.0), 3), box))
            continue
        text, score = read(unroll(picture, spot))
        digest = rings.digest(_cut_out(picture, spot))
        seals.append(Seal(_kind(kind, plain(text), box), plain(text), round(score, 4), box, digest=digest))
    if kind in SEALED and not any(seal.kind == "applicant" for seal in seals):
        seals += _of_another_ink(picture, page)
    return tuple(seals)


def _of_another_ink(picture: Pixels, page: int) -> list[Seal]:
    """Find what was meant as the seal but is faint, blue or black; its text is not read."""
    height, width = picture.shape[:2]
    for ink, mask in rings.masks(picture):
        scale_y, scale_x = mask.shape
        wide = [r for r in find_rounds(mask) if r.filled <= 0.5 and r.width > min(mask.shape) * 0.1]
        for spot in wide:
            box = Box(
                page, round(spot.x / scale_x, 4), round(spot.y / scale_y, 4),
                round((spot.x + spot.width) / scale_x, 4), round((spot.y + spot.height) / scale_y, 4),
            )  # fmt: skip
            return [Seal("applicant", "", 0.0, box, ink=ink)]
    black = rings.black_ring(picture)
    if black is None:
        return []
    x, y, r = black
    box = Box(page, *(round(v, 4) for v in ((x - r) / width, (y - r) / height, (x + r) / width, (y + r) / height)))
    return [Seal("applicant", "", 0.0, box, ink="black")]


def unroll(picture: Pixels, spot: Round) -> Pixels:
    """Unroll a seal's ring into a strip of dark text on white, starting where the ring is emptiest."""
    strip = rings.polar_ink(_cut_out(picture, spot), 1200)
    band = strip[int(strip.shape[0] * 0.08) : int(strip.shape[0] * 0.42)]
    band = np.roll(band, -_emptiest(np.asarray(band, dtype=np.uint8)), axis=1)
    used = np.flatnonzero(band.mean(axis=0) > band.mean() * 0.25)
    if used.size:
        band = band[:, max(int(used[0]) - 12, 0) : int(used[-1]) + 12]
    scaled = cv2.normalize(band, np.zeros_like(band), 0, 255, cv2.NORM_MINMAX)
    padded = cv2.copyMakeBorder(255 - scaled, 6, 6, 10, 10, cv2.BORDER_CONSTANT, value=(255,))
    return np.asarray(cv2.cvtColor(padded, cv2.COLOR_GRAY2RGB), dtype=np.uint8)


def _cut_out(picture: Pixels, spot: Round) -> Pixels:
    return picture[spot.y : spot.y + spot.height, spot.x : spot.x + spot.width]


def _kind(kind: Kind, text: str, box: Box) -> SealKind:
    """Say whose seal it is: by its text, else by where registrars press theirs."""
    if kind == "bill":
        return "carrier" if _CARRIER.search(text) or not text else "other"
    if kind in {"business_licence", "organisation_certificate", "organisation_code_certificate"}:
        if _REGISTRAR.search(text):
            return "registrar"
        readable = len(re.findall(r"[一-鿿]", text)) >= 5
        in_corner = (box.left + box.right) / 2 > 0.52 and (box.top + box.bottom) / 2 > 0.62
        return "registrar" if in_corner and not readable else "applicant"
    return "emblem" if kind in {"id_emblem", "id_both"} and box.top < 0.4 and not text else "applicant"


def _emptiest(band: Pixels) -> int:
    """Return the column in the middle of the widest stretch without ink."""
    used = band.mean(axis=0) > max(float(band.mean()) * 0.35, 1.0)
    width = used.size
    if not used.any() or used.all():
        return int(band.mean(axis=0).argmin())
    twice = np.concatenate([used, used])
    best, best_start, run = 0, 0, 0
    for index, ink in enumerate(twice):
        run = 0 if ink else run + 1
        if best < run <= width:
            best, best_start = run, index - run + 1
    return int((best_start + best // 2) % width)


def _is_ring(patch: Pixels) -> bool:
    """Say whether most of the outer rim is red, all the way round."""
    side = 160
    square = cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA)
    polar = cv2.warpPolar(square, (side // 2, 180), (side / 2, side / 2), side / 2, cv2.WARP_POLAR_LINEAR)
    rim = polar[:, int(side * 0.5 * 0.84) :].max(axis=1) > 60
    return float(rim.mean()) > 0.6


def _inside(inner: Round, outer: Round) -> bool:
    middle_x, middle_y = inner.x + inner.width / 2, inner.y + inner.height / 2
    return (
        outer.width > inner.width
        and outer.x < middle_x < outer.x + outer.width
        and outer.y < middle_y < outer.y + outer.height
    )
