"""A blank is told from handwriting that nobody reads, and from a seal across the place."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from answerable.verification.reading.blanks import find_blanks
from answerable.verification.reading.engine import Piece
from answerable.verification.reading.model import Box
from answerable.verification.specimens import paper

KEY = "法定代表人（签字）："


def found(page: Image.Image, text: str = KEY, name: str = "signature") -> tuple[str, str | None] | None:
    piece = Piece(text, 0.99, ((200, 300), (560, 300), (560, 340), (200, 340)))
    field = find_blanks(np.asarray(page), [piece], lambda pieces: Box(0, 0, 0, 0, 0)).get(name)
    return (field.text, field.value) if field else None


def blank() -> Image.Image:
    return paper.sheet((1240, 800))


def test_nothing_written_is_a_blank() -> None:
    assert found(blank()) == ("", None)


def test_scrawl_is_ink_though_it_reads_as_nothing() -> None:
    page = blank()
    ImageDraw.Draw(page).line([(590, 330), (640, 296), (660, 338), (720, 300), (760, 332)], fill=(30, 30, 60), width=4)
    assert found(page) == ("", "ink")


def test_seal_across_the_place_is_no_signature() -> None:
    page = blank()
    paper.press(page, paper.seal("北京示例华瑞科技有限公司", 135), (700, 330))
    assert found(page) == ("", None)


def test_what_is_read_after_the_key_is_the_signature() -> None:
    assert found(blank(), KEY + "华建国") == ("华建国", "华建国")


@pytest.mark.parametrize(("text", "name"), [("日期：", "signed"), ("*法定代表人（签字）", "signature")])
def test_keys_are_known_in_their_variants(text: str, name: str) -> None:
    assert found(blank(), text, name) == ("", None)


def test_other_words_ask_for_nothing() -> None:
    assert found(blank(), "单位（盖章）：") is None
