"""Papers that are written, sealed and photographed: letters, forms, the contract's last page, a telephone bill."""

from __future__ import annotations

from datetime import date
from random import Random

from PIL import Image, ImageDraw

from answerable.verification.specimens import paper
from answerable.verification.specimens.invent import Truth
from answerable.verification.specimens.licence import chinese_date

SIZE = (1240, 1754)
NOBODY = "　　　　"
"""A blank left on a form."""


def draw_authorisation(truth: Truth, dice: Random) -> Image.Image:
    """Draw the letter by which the enterprise lets its handler act."""
    page = _headed("授权委托书")
    number = f"（身份证号码：{truth['handler_id']}）" if truth["handler_id"] else ""
    text = (
        f"兹授权 {truth['handler'] or NOBODY}{number}为我单位经办人，"
        f"前往贵司办理400业务号码的申请、实名登记及相关手续。"
    )
    y = paper.write_block(page, (150, 380), f"致：{truth['operator']}", 34, width=940)
    y = paper.write_block(page, (150, y + 30), "　　" + text, 34, width=940, leading=1.9)
    pairs = [
        ("单位名称", truth["name"]), ("统一社会信用代码", truth["code"]), ("法定代表人", truth["person"]),
        ("经办人", truth["handler"]), ("经办人身份证号码", truth["handler_id"]),
        ("经办人手机号", truth["handler_mobile"]),
    ]  # fmt: skip
    paper.rows(page, (150, y + 30), pairs, 34, width=940)
    return _signed(page, truth, dice)


def draw_commitment(truth: Truth, dice: Random) -> Image.Image:
    """Draw the information-security commitment; `user` is who is named as user."""
    page = _headed("信息安全承诺书")
    text = (
        "我单位作为400业务使用单位，郑重承诺：遵守《中华人民共和国反电信网络诈骗法》等法律法规，不出租、出借、转让号码，"
        "不利用号码从事违法活动，不改变登记用途，如有违反愿意承担相应责任并接受停止服务。"
    )
    y = paper.write_block(page, (150, 380), "　　" + text, 34, width=940, leading=1.9)
    pairs = [("使用单位", truth.get("user", truth["name"])), ("统一社会信用代码", truth["code"])]
    paper.rows(page, (150, y + 40), pairs, 34, width=940)
    return _signed(page, truth, dice)


def draw_contract(truth: Truth, dice: Random) -> Image.Image:
    """Draw the page of the service contract that both sides sign."""
    page = _headed("400业务服务合同（签署页）")
    text = f"双方就400业务号码 {truth['number_400']} 的使用签订本合同。资费以合同附件为准，签署后价格不变。"
    y = paper.write_block(page, (150, 380), "　　" + text, 34, width=940, leading=1.9)
    pairs = [("甲方", truth["operator"]), ("乙方", truth["name"]), ("统一社会信用代码", truth["code"]),
             ("法定代表人", truth["person"])]  # fmt: skip
    paper.rows(page, (150, y + 40), pairs, 34, width=940)
    return _signed(page, truth, dice)


def draw_acceptance(truth: Truth, dice: Random) -> Image.Image:
    """Draw the acceptance form, a table with starred fields."""
    page = _headed("400业务受理单")
    pairs = [
        ("*客户名称", truth["name"]), ("*统一社会信用代码", truth["code"]), ("*法定代表人", truth["person"]),
        ("*经办人", truth["handler"]), ("*经办人证件号码", truth["handler_id"]), ("*400号码", truth["number_400"]),
        ("*第一目的码", truth["line"]), ("*使用用途", truth["use"]),
    ]  # fmt: skip
    pen = ImageDraw.Draw(page)
    for index, (key, value) in enumerate(pairs):
        top = 360 + index * 84
        pen.rectangle((140, top, 470, top + 84), outline=(90, 90, 90), width=2)
        pen.rectangle((470, top, 1100, top + 84), outline=(90, 90, 90), width=2)
        paper.write(page, (156, top + 22), key, 32, font="sans")
        paper.write(page, (488, top + 22), value, 32, font="sans")
    return _signed(page, truth, dice)


def draw_use_statement(truth: Truth, dice: Random) -> Image.Image:
    """Draw the statement of use with its call script."""
    page = _headed("使用用途说明及话术")
    y = paper.rows(page, (150, 380), [("单位名称", truth["name"]), ("使用用途", truth["use"])], 34, width=940)
    paper.write_block(page, (150, y + 20), f"话术：{truth['script']}", 34, width=940, leading=1.9)
    return _signed(page, truth, dice)


def draw_statement(truth: Truth, dice: Random) -> Image.Image:
    """Draw what is no bill of a carrier: a bank's statement or a carrier's web page (`source`), with payments for a line."""
    bank = truth.get("source", "bank") == "bank"
    page = _headed("示例银行账户交易明细" if bank else "中国电信网上营业厅 > 我的账单")
    pairs = [("客户名称", truth["name"]), ("业务号码", truth["line"]), ("账期", f"{truth['billed']:%Y年%m月}"),
             ("交易摘要" if bank else "应缴金额", "代扣话费 56.46 元")]  # fmt: skip
    paper.rows(page, (150, 360), pairs, 34, width=940, font="sans")
    paper.mark_specimen(page)
    return page


def draw_code_certificate(truth: Truth, dice: Random) -> Image.Image:
    """Draw the separate organisation-code certificate that was merged into the licence in 2015."""
    page = _headed("组织机构代码证")
    organisation = f"{truth['code'][8:16]}-{truth['code'][16]}"
    pairs = [("代码", organisation), ("机构名称", truth["name"]), ("机构类型", "企业法人"), ("地址", truth["address"])]
    paper.rows(page, (150, 400), pairs, 34, width=940)
    paper.mark_specimen(page)
    return page


def draw_bill(truth: Truth, dice: Random) -> Image.Image:
    """Draw a carrier's bill for one line, with the carrier's seal; empty facts leave their row out."""
    page = _headed(f"{truth['carrier']}客户账单")
    billed: date | None = truth.get("billed")
    month = f"{billed.year}年{billed.month:02d}月" if billed else ""
    pairs = [
        ("客户名称", truth.get("holder", truth["name"])), ("业务号码", truth["line"]), ("计费账期", month),
        ("开具日期", chinese_date(billed) if billed else ""), ("客户地址", truth["address"]),
    ]  # fmt: skip
    y = paper.rows(page, (150, 360), [pair for pair in pairs if pair[1]], 34, width=940, font="sans")
    pen = ImageDraw.Draw(page)
    for index, (item, yuan) in enumerate(
        [("费用项目", "金额（元）"), ("固定电话月租费", "25.00"), ("本地通话费", "31.46"), ("合计", "56.46")]
    ):
        top = y + 40 + index * 70
        pen.rectangle((150, top, 1090, top + 70), outline=(120, 120, 120), width=2)
        paper.write(page, (170, top + 16), item, 30, font="sans")
        paper.write(page, (850, top + 16), yuan, 30, font="sans")
    paper.write(page, (700, y + 430), truth["carrier"], 34, font="sans")
    if truth.get("has_seal", True):
        mark = paper.seal(truth["carrier"], 130, below="业务专用章", turn=dice.uniform(-15, 15))
        paper.press(page, mark, (870, y + 470))
    paper.mark_specimen(page)
    return page


def _headed(title: str) -> Image.Image:
    page = paper.sheet(SIZE, (253, 253, 251))
    paper.write(page, (SIZE[0] / 2, 240), title, 60, font="serif_bold", anchor="mm")
    return page


def _signed(page: Image.Image, truth: Truth, dice: Random) -> Image.Image:
    """Write signature, unit and date at the foot and press the seal over them, unless `seal` is empty."""
    foot = 1260
    paper.write(page, (620, foot), f"单位（盖章）：{truth['name']}", 30)
    paper.write(page, (620, foot + 90), f"法定代表人（签字）：{truth.get('signature', truth['person'])}", 30)
    signed: date | None = truth.get("signed")
    paper.write(page, (620, foot + 180), f"日期：{chinese_date(signed) if signed else ''}", 30)
    if truth.get("template"):
        paper.write(page, (150, 1660), f"模板版本：{truth['template']}", 26, font="sans")
    text = truth.get("seal", truth["name"])
    if text:
        colour = truth.get("seal_colour", paper.SEAL_RED)
        mark = paper.seal(text, 135, colour=colour, turn=dice.uniform(-20, 20))
        paper.press(page, mark, (880 + dice.randint(-20, 20), foot + 80 + dice.randint(-20, 20)))
    paper.mark_specimen(page)
    return page
