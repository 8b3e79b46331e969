"""Red round marks on drawn pages, found and told apart without the engine: the ring's reader is given."""

import numpy as np
import pytest
from PIL import Image

from answerable.verification.reading import rings, seals
from answerable.verification.reading.engine import Pixels
from answerable.verification.reading.model import Kind
from answerable.verification.specimens import paper


def page_with(*marks: tuple[Image.Image, tuple[int, int]]) -> Pixels:
    page = paper.sheet((1240, 1700))
    for mark, centre in marks:
        paper.press(page, mark, centre)
    return np.asarray(page)


def reads(text: str, score: float = 0.95) -> seals.Reader:
    return lambda strip: (text, score)


EMBLEM = (paper.emblem(75), (620, 170))
REGISTRAR = (paper.seal("北京市朝阳区市场监督管理局", 125), (930, 1440))
APPLICANT = (paper.seal("北京示例华瑞科技有限公司", 135, turn=14), (500, 1400))


@pytest.mark.parametrize(
    ("marks", "read", "kinds"),
    [
        ((), "", []),
        ((EMBLEM,), "", ["emblem"]),
        ((EMBLEM, REGISTRAR), "北京市朝阳区市场监督管理局", ["emblem", "registrar"]),
        ((EMBLEM, REGISTRAR), "", ["emblem", "registrar"]),
        ((EMBLEM, APPLICANT), "北京示例华瑞科技有限公司", ["emblem", "applicant"]),
    ],
)
def test_seals_of_a_licence_are_told_apart(
    marks: tuple[tuple[Image.Image, tuple[int, int]], ...], read: str, kinds: list[str]
) -> None:
    found = seals.read_seals(page_with(*marks), "business_licence", reads(read))
    assert [seal.kind for seal in found] == kinds


@pytest.mark.parametrize(("kind", "text", "whose"), [("bill", "中国电信股份有限公司", "carrier"), ("bill", "北京示例有限公司", "other"), ("contract", "北京示例有限公司", "applicant")])  # fmt: skip
def test_seal_of_other_papers_is_the_carriers_or_the_applicants(kind: Kind, text: str, whose: str) -> None:
    (seal,) = seals.read_seals(page_with(APPLICANT), kind, reads(text))
    assert (seal.kind, seal.text) == (whose, text)


def test_seal_is_boxed_where_it_is() -> None:
    (seal,) = seals.read_seals(page_with(APPLICANT), "contract", reads(""))
    assert abs((seal.box.left + seal.box.right) / 2 - 500 / 1240) < 0.01
    assert abs((seal.box.top + seal.box.bottom) / 2 - 1400 / 1700) < 0.01


def test_red_text_and_red_bars_are_no_seals() -> None:
    page = paper.sheet((1240, 1700))
    paper.write(page, (300, 300), "红头文件红头文件", 90, ink=paper.SEAL_RED)
    page.paste(paper.SEAL_RED, (100, 500, 1100, 520))
    assert seals.read_seals(np.asarray(page), "contract", reads("")) == ()


@pytest.mark.parametrize(
    ("colour", "ink"), [((30, 30, 30), "black"), ((60, 60, 200), "blue"), ((238, 205, 205), "faint")]
)
def test_seal_of_another_ink_is_found_and_not_taken_for_a_red_one(colour: tuple[int, int, int], ink: str) -> None:
    (seal,) = seals.read_seals(
        page_with((paper.seal("北京示例华瑞科技有限公司", 135, colour=colour), (500, 1400))), "contract", reads("")
    )
    assert (seal.kind, seal.ink) == ("applicant", ink)
    assert abs((seal.box.left + seal.box.right) / 2 - 500 / 1240) < 0.02


def test_digest_tells_seals_apart_whatever_their_turn() -> None:
    def of(name: str, turn: float, at: tuple[int, int]) -> str:
        (seal,) = seals.read_seals(page_with((paper.seal(name, 135, turn=turn), at)), "contract", reads(""))
        return seal.digest

    first = of("北京示例华瑞科技有限公司", 14, (500, 1400))
    assert rings.differing(first, of("北京示例华瑞科技有限公司", -8, (640, 1210))) < 0.25
    assert rings.differing(first, of("上海远通建材有限公司", 14, (500, 1400))) > 0.3
    assert rings.differing(first, "") == 1.0


def test_unrolled_ring_is_one_dark_line_on_white() -> None:
    picture = page_with(APPLICANT)
    (spot,) = seals.find_rounds(seals.red_mask(picture))
    strip = seals.unroll(picture, spot)
    assert strip.shape[1] > strip.shape[0] * 4
    assert np.median(strip) > 200
    assert strip.min() < 60
