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


def draw_temporary(truth: Truth) -> Image.Image:
    """Draw a temporary ID card: one side, its name in large print, name, number and a short validity."""
    page = paper.sheet(SIZE, (238, 242, 244))
    paper.write(page, (542, 110), "临时居民身份证", 64, font="serif_bold", anchor="mm")
    for y, key, value in (
        (220, "姓名", truth["name"]), (300, "住址", truth["address"][:18]), (420, "公民身份号码", truth["id_number"]),
        (500, "有效期限", f"{truth['issued']:%Y.%m.%d}-{truth['issued']:%Y}.12.31"), (580, "签发机关", truth["authority"]),
    ):  # fmt: skip
        paper.write(page, (70, y), key, 30, font="sans", ink=_BLUE)
        paper.write(page, (330, y - 2), value, 34, font="sans")
    paper.mark_specimen(page)
    return page


def draw_hand_held(truth: Truth) -> Image.Image:
    """Draw a card held up before a grey shape of nobody, as a hand-held photo shows it."""
    page = paper.sheet((1700, 1900), (206, 210, 204))
    pen = ImageDraw.Draw(page)
    pen.rounded_rectangle((250, 700, 1450, 2200), 320, fill=(98, 106, 118))
    pen.ellipse((560, 60, 1140, 820), fill=(196, 170, 150))
    held = draw_portrait(truth).resize((1000, 631), Image.Resampling.LANCZOS)
    page.paste(held, (350, 1050))
    for x in (300, 1300):
        pen.rounded_rectangle((x, 1240, x + 110, 1520), 50, fill=(196, 170, 150))
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
