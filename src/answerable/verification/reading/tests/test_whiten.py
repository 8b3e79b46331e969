"""Seals, watermarks and shadows leave the page; print of any ink but red stays."""

import numpy as np
import pytest
from PIL import Image

from answerable.verification.reading.whiten import whiten
from answerable.verification.specimens import paper


def page(ink: tuple[int, int, int], *, shadow: float = 1.0) -> np.ndarray:
    drawn = paper.sheet((1200, 800))
    paper.write(drawn, (300, 340), "经营范围", 60, ink=ink)
    lit = np.asarray(drawn, dtype=np.float32)
    lit[:, 600:] *= shadow
    return lit.astype(np.uint8)


def darkest(picture: np.ndarray) -> int:
    whitened, _ = whiten(picture)
    return int(whitened[300:440, 280:560].min())


@pytest.mark.parametrize("ink", [(24, 24, 28), (96, 40, 30), (60, 100, 160)])
def test_print_stays_dark(ink: tuple[int, int, int]) -> None:
    assert darkest(page(ink)) < 110


@pytest.mark.parametrize("ink", [paper.SEAL_RED, (222, 222, 226), (238, 205, 205)])
def test_seal_and_light_watermark_become_paper(ink: tuple[int, int, int]) -> None:
    assert darkest(page(ink)) > 225


def test_shadow_becomes_paper() -> None:
    whitened, _ = whiten(page((24, 24, 28), shadow=0.6))
    assert whitened[500:780, 700:1180].min() > 225


def test_large_picture_is_read_smaller_and_says_so() -> None:
    picture = np.asarray(Image.new("RGB", (3200, 1600), "white"))
    whitened, scale = whiten(picture)
    assert (whitened.shape, scale) == ((800, 1600, 3), 0.5)
