"""Paper and ink: text, key and value rows, seals, an emblem-like mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from answerable.lib.images import load_font

FACES = {
    "sans": Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    "sans_bold": Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"),
    "serif": Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    "serif_bold": Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
}
INK = (24, 24, 28)
SEAL_RED = (214, 36, 40)
Colour = tuple[int, int, int]


def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels."""
    return load_font(size, FACES[name])


def sheet(size: tuple[int, int], colour: Colour = (252, 251, 246)) -> Image.Image:
    """Return blank paper."""
    return Image.new("RGB", size, colour)


def write(
    page: Image.Image, at: tuple[float, float], text: str, size: int, *, font: str = "serif", ink: Colour = INK,
    anchor: str = "la",
) -> None:  # fmt: skip
    """Write one line of text."""
    ImageDraw.Draw(page).text(at, text, fill=ink, font=face(font, size), anchor=anchor)


def wrap(text: str, width: float, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break text wherever the width ends, as Chinese does."""
    lines, line = [], ""
    for character in text:
        if line and font.getlength(line + character) > width:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def write_block(
    page: Image.Image, at: tuple[float, float], text: str, size: int, *, width: float, font: str = "serif",
    ink: Colour = INK, leading: float = 1.5,
) -> float:  # fmt: skip
    """Write text over as many lines as it needs; return where the next line would start."""
    x, y = at
    for line in wrap(text, width, face(font, size)):
        write(page, (x, y), line, size, font=font, ink=ink)
        y += size * leading
    return y


def spaced(key: str, width: int) -> str:
    """Spread a short key over the width of `width` characters, as licences print 名　　称."""
    if len(key) >= width or len(key) < 2:
        return key
    gap = (width - len(key)) / (len(key) - 1)
    return ("　" * int(gap) + (" " if gap % 1 >= 0.5 else "")).join(key)


def mark_specimen(page: Image.Image) -> None:
    """Say in two corners that this is no document."""
    size = max(16, page.width // 60)
    for place, anchor in (((size, page.height - size * 1.8), "la"), ((page.width - size, size * 0.5), "ra")):
        write(page, place, "样本 SPECIMEN", size, font="sans", ink=(120, 120, 130), anchor=anchor)


def press(page: Image.Image, mark: Image.Image, centre: tuple[float, float]) -> None:
    """Press a mark on white onto the page, as ink adds to ink."""
    left, top = int(centre[0] - mark.width / 2), int(centre[1] - mark.height / 2)
    box = (left, top, left + mark.width, top + mark.height)
    page.paste(ImageChops.multiply(page.crop(box).convert("RGB"), mark), (left, top))


def seal(ring: str, radius: int, *, colour: Colour = SEAL_RED, below: str = "", turn: float = 0) -> Image.Image:
    """Draw a round company seal on white: ring, star, the name along the upper arc, a word below (GB/T 33190 style)."""
    side = radius * 2 + 8
    mark = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(mark)
    middle = side / 2
    pen.ellipse((4, 4, side - 4, side - 4), outline=colour, width=max(3, radius // 22))
    _star(pen, (middle, middle), radius * 0.3, colour)
    span = min(270.0, 14.0 + len(ring) * 17.0)
    size = int(min(radius * 0.27, math.radians(span) * radius * 0.74 / max(len(ring), 1)))
    step = span / max(len(ring) - 1, 1)
    for index, character in enumerate(ring):
        _place_on_ring(mark, _glyph(character, size, colour), radius * 0.76, -span / 2 + index * step)
    if below:
        pen.text(
            (middle, middle + radius * 0.56), below, fill=colour, font=face("sans", int(radius * 0.17)), anchor="mm"
        )
    return mark.rotate(turn, fillcolor="white", resample=Image.Resampling.BICUBIC) if turn else mark


def emblem(radius: int) -> Image.Image:
    """Draw a red and golden disc where a licence has the national emblem; deliberately not the emblem."""
    side = radius * 2 + 6
    mark = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(mark)
    middle = side / 2
    pen.ellipse((3, 3, side - 3, side - 3), fill=(226, 178, 60))
    inner = radius * 0.82
    pen.ellipse((middle - inner, middle - inner, middle + inner, middle + inner), fill=(208, 32, 36))
    _star(pen, (middle, middle - radius * 0.35), radius * 0.26, (240, 200, 80))
    for dx in (-0.5, -0.2, 0.2, 0.5):
        _star(pen, (middle + radius * dx, middle), radius * 0.1, (240, 200, 80))
    pen.rectangle(
        (middle - radius * 0.5, middle + radius * 0.25, middle + radius * 0.5, middle + radius * 0.45),
        fill=(240, 200, 80),
    )
    return mark


def _star(pen: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    points: list[tuple[float, float]] = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.radians(corner * 36 - 90)
        points.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
    pen.polygon(points, fill=colour)


def _place_on_ring(mark: Image.Image, glyph: Image.Image, reach: float, degrees: float) -> None:
    """Put one character on the ring, `degrees` clockwise from the top, its head outwards."""
    tile = glyph.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor="white")
    angle = math.radians(degrees - 90)
    x = mark.width / 2 + reach * math.cos(angle) - tile.width / 2
    y = mark.height / 2 + reach * math.sin(angle) - tile.height / 2
    press(mark, tile, (x + tile.width / 2, y + tile.height / 2))


@lru_cache(maxsize=512)
def _glyph(character: str, size: int, colour: Colour) -> Image.Image:
    side = int(size * 1.6)
    tile = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(tile).text((side / 2, side / 2), character, fill=colour, font=face("serif_bold", size), anchor="mm")
    return tile


def rows(
    page: Image.Image, at: tuple[float, float], pairs: Sequence[tuple[str, str]], size: int, *, width: float,
    font: str = "serif", gap: float = 2.0, colon: str = "：",
) -> float:  # fmt: skip
    """Write key and value pairs, one a line; return where the next would start."""
    x, y = at
    for key, value in pairs:
        y = write_block(page, (x, y), f"{key}{colon}{value}", size, width=width, font=font) + size * (gap - 1.5)
    return y
