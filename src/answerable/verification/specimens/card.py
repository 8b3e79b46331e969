"""Both sides of an ID card (GA 448 layout, invented holder, no picture of anybody)."""

from __future__ import annotations

from datetime import date

from PIL import Image, ImageDraw

from answerable.verification.specimens import paper
from answerable.verification.specimens.invent import Truth

SIZE = (1084, 684)
_BLUE = (60, 100, 160)


def draw_portrait(truth: Truth) -> Image.Image:
    """Draw the side with name, address and number (人像面); a grey shape stands where the portrait is."""
    page = paper.sheet(SIZE, (232, 240, 244))
    born: date = truth["born"]
    for y, key, value in (
        (80, "姓名", truth["name"]),
        (160, "性别", truth["sex"]),
        (240, "出生", f"{born.year} 年 {born.month} 月 {born.day} 日"),
    ):
        paper.write(page, (70, y), key, 30, font="sans", ink=_BLUE)
        paper.write(page, (160, y - 3), value, 38 if key == "姓名" else 34, font="sans")
    paper.write(page, (270, 160), "民族", 30, font="sans", ink=_BLUE)
    paper.write(page, (350, 157), truth["nation"], 34, font="sans")
    paper.write(page, (70, 330), "住址", 30, font="sans", ink=_BLUE)
    paper.write_block(page, (160, 327), truth["address"], 34, width=470, font="sans", leading=1.4)
    paper.write(page, (70, 575), "公民身份号码", 30, font="sans", ink=_BLUE)
    paper.write(page, (330, 567), truth["id_number"], 42, font="sans_bold")
    pen = ImageDraw.Draw(page)
    pen.ellipse((780, 120, 920, 280), fill=(168, 174, 180))
    pen.rounded_rectangle((720, 290, 980, 490), 80, fill=(168, 174, 180))
    paper.mark_specimen(page)
    return page


def draw_emblem(truth: Truth) -> Image.Image:
    """Draw the side with the emblem, the issuing authority and the validity (国徽面)."""
    page = paper.sheet(SIZE, (236, 240, 240))
    paper.press(page, paper.emblem(95), (160, 150))
    paper.write(page, (640, 120), "中华人民共和国", 56, font="serif_bold", anchor="mm")
    paper.write(page, (640, 220), "居 民 身 份 证", 72, font="serif_bold", anchor="mm")
    until = truth["until"]
    end = f"{until:%Y.%m.%d}" if until else "长期"
    for y, key, value in (
        (490, "签发机关", truth["authority"]),
        (570, "有效期限", f"{truth['issued']:%Y.%m.%d}-{end}"),
    ):
        paper.write(page, (230, y), key, 32, font="sans", ink=_BLUE)
        paper.write(page, (400, y - 2), value, 36, font="sans")
    paper.mark_specimen(page)
    return page
