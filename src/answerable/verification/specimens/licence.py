"""Business licences in the layouts that are met: portrait, landscape, and the old one without a QR code."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import segno
from PIL import Image, ImageDraw

from answerable.verification.specimens import paper
from answerable.verification.specimens.invent import Truth

LAYOUTS = ("portrait", "landscape", "old")
PORTRAIT_ORDERS = (
    ("name", "type", "address", "person", "capital", "paid_capital", "started", "term", "scope"),
    ("name", "type", "person", "scope", "capital", "paid_capital", "started", "term", "address"),
    ("name", "person", "address", "type", "started", "term", "scope", "capital", "paid_capital"),
)
LANDSCAPE_COLUMNS = (
    (("name", "type", "person", "scope"), ("capital", "started", "term", "address")),
    (("name", "type", "address", "person"), ("capital", "started", "term", "scope")),
    (("name", "address", "person", "type"), ("capital", "term", "started", "scope")),
)
KEY_INK = (96, 40, 30)
KEY_VARIANTS = {
    "code": ("统一社会信用代码", "社会信用代码"),
    "registration_no": ("注册号",),
    "name": ("名称", "字号名称", "企业名称"),
    "type": ("类型", "企业类型", "公司类型", "组成形式", "主体类型"),
    "person": ("法定代表人", "执行事务合伙人", "经营者", "法定代表人姓名", "经营者姓名", "负责人", "投资人"),
    "address": ("住所", "主要经营场所", "经营场所", "营业场所"),
    "capital": ("注册资本", "成员出资总额"),
    "started": ("成立日期", "注册日期"),
    "term": ("营业期限", "经营期限", "合伙期限"),
    "scope": ("经营范围", "业务范围"),
}
"""How 748 annotated licences print each field's key; `keys` of a specimen fixes one."""
PERSON_KEYS = {
    "company": "法定代表人", "sole_trader": "经营者", "partnership": "执行事务合伙人", "branch": "负责人",
    "owner": "投资人",
}  # fmt: skip
ADDRESS_KEYS = {
    "company": "住所", "sole_trader": "经营场所", "partnership": "主要经营场所", "branch": "营业场所", "owner": "住所",
}  # fmt: skip
TYPES = {
    "sole_trader": ("组成形式", "个人经营"), "partnership": ("类型", "有限合伙企业"),
    "branch": ("类型", "有限责任公司分公司"), "owner": ("类型", "个人独资企业"),
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How one licence happens to be printed."""

    layout: str
    subject: str
    key_font: str
    value_font: str
    size: int
    colon: str
    spread: bool
    has_qr: bool
    qr_payload: str
    seal: str
    term: bool
    black_and_white: bool
    watermark: str
    watermark_ink: int
    order: int
    keys: Mapping[str, str]
    seal_at: tuple[float, float]


def draw(truth: Truth, dice: Random) -> Image.Image:
    """Draw a licence; details of print that `truth` does not fix are random."""
    style = _style(truth, dice)
    truth["layout"], truth["subject"], truth["qr"] = style.layout, style.subject, style.qr_payload
    if style.layout == "old":
        truth["code"] = truth.get("registration_no") or "".join(dice.choice("123456789") for _ in range(15))
    page = {"portrait": _portrait, "landscape": _landscape, "old": _portrait}[style.layout](truth, style)
    if style.watermark:
        _watermark(page, style.watermark, style.watermark_ink)
    if style.black_and_white:
        page = page.convert("L").point(lambda v: 255 if v > 205 else int(v * 0.8)).convert("RGB")
    if style.seal:
        mark = paper.seal(style.seal, int(page.height * 0.085), turn=dice.uniform(-25, 25))
        paper.press(page, mark, (page.width * style.seal_at[0], page.height * style.seal_at[1]))
    paper.mark_specimen(page)
    return page


def _style(truth: Truth, dice: Random) -> Style:
    layout = truth.get("layout") or dice.choices(["portrait", "landscape"], [1, 1])[0]
    drawn = dice.choices(list(PERSON_KEYS), [8, 2, 1, 1, 1])[0]
    subject = truth.get("subject") or (_subject_of(truth["name"]) if "name" in truth.get("given", ()) else drawn)
    if subject == "sole_trader" and "name" not in truth.get("given", ()):
        truth["name"] = truth["name"].replace("有限公司", "店")
    if subject in TYPES and "type" not in truth.get("given", ()):
        truth["type"] = TYPES[subject][1]
    copy = bool(truth.get("black_and_white", False))
    return Style(
        layout=layout, subject=subject,
        key_font=dice.choice(["serif_bold", "sans_bold", "serif"]),
        value_font=dice.choice(["serif", "sans", "serif"]),
        size=dice.randint(29, 36), colon=dice.choice(["", "", "", "：", ":"]), spread=dice.random() < 0.7,
        has_qr=layout != "old" and bool(truth.get("has_qr", True)),
        qr_payload=truth.get("qr") or _payload(truth, dice),
        seal=truth.get("seal", ""), term=bool(truth.get("term", layout == "old" or dice.random() < 0.6)),
        black_and_white=copy, watermark=truth.get("watermark", ""),
        watermark_ink=int(truth.get("watermark_ink", 222)), order=int(truth.get("order", dice.randrange(3))),
        keys=truth.get("keys", {}), seal_at=truth.get("seal_at", (0.36 if layout == "landscape" else 0.5, 0.83)),
    )  # fmt: skip


def _subject_of(name: str) -> str:
    """Guess the subject from a name that was given, so that a company's licence is a company's."""
    if name.endswith("分公司"):
        return "branch"
    return "company" if name.endswith("公司") else "partnership" if "合伙" in name else "sole_trader"


def _payload(truth: Truth, dice: Random) -> str:
    code = truth["code"]
    return dice.choice(
        [
            f"http://www.gsxt.gov.cn/index.html?uniscid={code}",
            f"https://example.invalid/qr?id={dice.randrange(16**12):012x}",
            f"统一社会信用代码:{code};名称:{truth['name']};登记机关:{truth['registrar']}",
        ]
    )


def _pairs(truth: Truth, style: Style) -> dict[str, tuple[str, str]]:
    """Pair each field's printed key with its printed value."""
    old = style.layout == "old"
    started, until = truth["started"], truth["until"]
    term = f"{chinese_date(started)}至{chinese_date(until) if until else '长期'}"
    term_key = "合伙期限" if style.subject == "partnership" else "营业期限"
    type_key = TYPES.get(style.subject, ("公司类型" if old else "类型", ""))[0]
    person_key = PERSON_KEYS[style.subject] + ("姓名" if old and style.subject == "company" else "")
    name_key = "字号名称" if style.subject == "sole_trader" and old else "名称"
    found = {
        "name": (name_key, truth["name"]),
        "type": (type_key, truth["type"]),
        "address": (ADDRESS_KEYS[style.subject], truth["address"]),
        "person": (person_key, truth["person"]),
        "capital": ("注册资本", truth["capital"]),
        "started": ("注册日期" if style.subject == "sole_trader" else "成立日期", chinese_date(started)),
        "term": (term_key, term),
        "scope": ("经营范围", truth["scope"]),
    }
    if old and style.subject == "company":
        found["paid_capital"] = ("实收资本", truth["capital"])
    if style.subject in {"sole_trader", "branch", "owner"}:
        del found["capital"]
    if not style.term:
        del found["term"]
        truth["until"] = None
    return {name: (style.keys.get(name, key), value) for name, (key, value) in found.items()}


def _row(
    page: Image.Image, at: tuple[float, float], pair: tuple[str, str], style: Style, *, width: float, key_width: float
) -> float:
    key = (paper.spaced(pair[0], 5) if style.spread else pair[0]) + style.colon
    paper.write(page, at, key, style.size, font=style.key_font, ink=KEY_INK)
    start = at[0] + max(key_width, paper.face(style.key_font, style.size).getlength(key) + style.size * 0.6)
    end = paper.write_block(
        page, (start, at[1]), pair[1], style.size, width=at[0] + width - start, font=style.value_font, leading=1.4
    )
    return end + style.size * 0.55


def _fitted(
    columns: Sequence[Sequence[str]], pairs: Mapping[str, tuple[str, str]], style: Style, *, widths: Sequence[float], room: float,
    key_widths: Sequence[float],
) -> Style:  # fmt: skip
    """Print smaller, as registrars do, until every column ends above registrar and QR code."""
    blank = paper.sheet((10, 10))
    for size in range(style.size, 17, -1):
        small = replace(style, size=size)
        ends = []
        for column, width, key_width in zip(columns, widths, key_widths, strict=True):
            y = 0.0
            for name in column:
                if name in pairs:
                    y = _row(blank, (0, y), pairs[name], small, width=width, key_width=size * key_width)
            ends.append(y)
        if max(ends) <= room:
            return small
    return small


def _portrait(truth: Truth, style: Style) -> Image.Image:
    page = paper.sheet((1240, 1700))
    _frame(page)
    paper.press(page, paper.emblem(75), (620, 170))
    old = style.layout == "old"
    paper.write(page, (620, 320), "企业法人营业执照" if old else "营 业 执 照", 84, font="serif_bold", anchor="mm")
    paper.write(page, (620, 400), "（副　本）", 34, anchor="mm")
    label = "注册号" if old else style.keys.get("code", "统一社会信用代码")
    paper.write(page, (620, 460), f"{label}  {truth['code']}", 34, font="sans_bold" if old else "sans", anchor="mm")
    y = 510.0
    pairs = _pairs(truth, style)
    style = _fitted([PORTRAIT_ORDERS[style.order]], pairs, style, widths=[950], key_widths=[6.2], room=800)
    for name in PORTRAIT_ORDERS[style.order]:
        if name in pairs:
            y = _row(page, (150, y), pairs[name], style, width=950, key_width=style.size * 6.2)
    if style.has_qr:
        page.paste(_qr(style.qr_payload, 230), (150, 1340))
    _registrar(page, truth, (930, 1450))
    foot = "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn　　国家市场监督管理总局监制"
    paper.write(page, (620, 1640), foot, 20, font="sans", anchor="mm")
    return page


def _landscape(truth: Truth, style: Style) -> Image.Image:
    page = paper.sheet((1750, 1240))
    _frame(page)
    paper.press(page, paper.emblem(72), (875, 160))
    paper.write(page, (875, 300), "营 业 执 照", 96, font="serif_bold", anchor="mm")
    paper.write(page, (875, 380), "（副　本）", 32, anchor="mm")
    paper.write(page, (150, 170), style.keys.get("code", "统一社会信用代码"), 28, font="serif_bold")
    paper.write(page, (150, 215), truth["code"], 32, font="sans")
    if style.has_qr:
        page.paste(_qr(style.qr_payload, 190), (1300, 130))
        note = ["扫描二维码登录“国家", "企业信用信息公示系统”", "了解更多登记、备案、", "许可、监管信息。"]
        for index, line in enumerate(note):
            paper.write(page, (1496, 140 + index * 30), line, 17, font="sans")
    pairs = _pairs(truth, style)
    left, right = 460.0, 460.0
    columns = LANDSCAPE_COLUMNS[style.order]
    style = _fitted(columns, pairs, style, widths=[780, 640], key_widths=[5.6, 5.4], room=445)
    for name in columns[0]:
        left = _row(page, (150, left), pairs[name], style, width=780, key_width=style.size * 5.6)
    for name in columns[1]:
        if name in pairs:
            right = _row(page, (985, right), pairs[name], style, width=640, key_width=style.size * 5.4)
    _registrar(page, truth, (1360, 985))
    foot = "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn　市场主体应当于每年1月1日至6月30日报送公示年度报告"
    paper.write(page, (875, 1182), foot, 19, font="sans", anchor="mm")
    return page


def _registrar(page: Image.Image, truth: Truth, at: tuple[int, int]) -> None:
    paper.write(page, (at[0] - 360, at[1] - 70), "登 记 机 关", 34, font="serif_bold", ink=KEY_INK)
    issued: date = truth["issued"]
    paper.write(page, at, f"{issued.year} 年 {issued.month:02d} 月 {issued.day:02d} 日", 32, font="sans", anchor="mm")
    paper.press(page, paper.seal(truth["registrar"], 125), (at[0] + 10, at[1] - 10))


def _frame(page: Image.Image) -> None:
    pen = ImageDraw.Draw(page)
    for inset, colour in ((46, (186, 150, 84)), (58, (206, 176, 120))):
        pen.rectangle((inset, inset, page.width - inset, page.height - inset), outline=colour, width=6)


def _watermark(page: Image.Image, text: str, ink: int) -> None:
    layer = Image.new("RGB", page.size, "white")
    for y in range(200, page.height, 260):
        for x in range(80, page.width, 520):
            paper.write(layer, (x, y), text, 44, font="sans", ink=(ink, ink, min(ink + 4, 255)))
    paper.press(page, layer, (page.width / 2, page.height / 2))


def _qr(payload: str, side: int) -> Image.Image:
    out = io.BytesIO()
    segno.make(payload, error="m").save(out, kind="png", scale=8, border=2)
    return Image.open(out).convert("RGB").resize((side, side), Image.Resampling.BILINEAR)


def chinese_date(day: date) -> str:
    """Print a date as licences do."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
