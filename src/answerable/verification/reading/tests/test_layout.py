"""Pieces of text, as the engine gives them, become fields: spread keys, merged keys, two columns, tilted pages."""

import math

from answerable.verification.reading.engine import Piece
from answerable.verification.reading.keys import BILL, CARD, KEYS, LICENCE
from answerable.verification.reading.layout import Sheet


def at(text: str, x: float, y: float, *, high: float = 30, wide: float | None = None, score: float = 0.99) -> Piece:
    """A piece whose upper left corner is at (x, y)."""
    width = wide if wide is not None else sum(0.55 if ord(c) < 0x2000 else 1.0 for c in text) * high
    return Piece(text, score, ((x, y), (x + width, y), (x + width, y + high), (x, y + high)))


def turned(piece: Piece, degrees: float) -> Piece:
    """The same piece on a page that lies askew."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Piece(piece.text, piece.score, tuple((x * c - y * s, x * s + y * c) for x, y in piece.corners))


def texts(pieces: list[Piece], keys: dict[str, tuple[str, ...]] = LICENCE) -> dict[str, str]:
    return {name: found.text for name, found in Sheet(pieces).collect(keys).items() if found.text}


PORTRAIT = [
    at("名称", 100, 100), at("北京示例华瑞科技有限公司", 300, 100),
    at("类型", 100, 150), at("有限责任公司", 300, 150),
    at("住所", 100, 200), at("北京市朝阳区中山路88号6号楼", 300, 200), at("301室", 300, 245),
    at("法定代表人", 100, 300), at("华建国", 300, 300),
    at("经营范围", 100, 350), at("技术开发；名称设计；", 300, 350), at("软件销售。", 300, 395),
    at("登记机关", 600, 600),
]  # fmt: skip
EXPECTED = {
    "name": "北京示例华瑞科技有限公司", "type": "有限责任公司", "address": "北京市朝阳区中山路88号6号楼301室",
    "person": "华建国", "scope": "技术开发；名称设计；软件销售。",
}  # fmt: skip


def test_portrait_licence_is_read_line_by_line() -> None:
    assert texts(PORTRAIT) == EXPECTED


def test_order_of_the_pieces_means_nothing() -> None:
    assert texts(PORTRAIT[::-1]) == EXPECTED


def test_page_that_lies_askew_is_levelled() -> None:
    for degrees in (-4, 3, 5):
        assert texts([turned(piece, degrees) for piece in PORTRAIT]) == EXPECTED


def test_spread_keys_cut_or_merged_by_the_engine_are_put_together() -> None:
    pieces = [
        at("名", 100, 100), at("称北京示例有限公司", 240, 100),
        at("住", 100, 200), at("所北京市中山路1号", 240, 200),
        at("经营者华建国", 100, 300),
    ]  # fmt: skip
    assert texts(pieces) == {"name": "北京示例有限公司", "address": "北京市中山路1号", "person": "华建国"}


def test_two_keys_read_as_one_upright_piece_are_told_apart() -> None:
    pieces = [
        Piece("名类", 0.99, ((100, 100), (130, 100), (130, 200), (100, 200))),
        at("称北京示例有限公司", 240, 110), at("型", 240, 160), at("有限责任公司", 300, 160),
        at("住所", 100, 220), at("北京市中山路1号", 300, 220), at("法定代表人", 100, 270), at("华建国", 300, 270),
    ]  # fmt: skip
    assert texts(pieces)["name"] == "北京示例有限公司"
    assert texts(pieces)["type"] == "有限责任公司"


def test_landscape_licence_keeps_its_columns_apart() -> None:
    pieces = [
        at("名称", 100, 100), at("北京示例有限公司", 300, 100), at("注册资本", 900, 95), at("壹佰万元整", 1050, 95),
        at("经营范围", 100, 150), at("技术开发；技术服务；", 300, 150), at("成立日期", 900, 150),
        at("2019年06月20日", 1050, 150), at("软件销售。", 300, 195), at("住所", 900, 205),
        at("北京市朝阳区中山路88号", 1050, 205), at("6号楼301室", 1050, 250),
    ]  # fmt: skip
    assert texts(pieces) == {
        "name": "北京示例有限公司", "capital": "壹佰万元整", "scope": "技术开发；技术服务；软件销售。",
        "started": "2019年06月20日", "address": "北京市朝阳区中山路88号6号楼301室",
    }  # fmt: skip


def test_card_keeps_one_line_fields_to_one_line() -> None:
    pieces = [
        at("姓名", 100, 100), at("华建国", 180, 100), at("性别男", 100, 160), at("民族汉", 300, 160),
        at("出生1980年1月1日", 100, 220), at("住址", 100, 280), at("北京市朝阳区中山路", 180, 280), at("88号", 180, 325),
        at("公民身份号码", 100, 420), at("110105198001011234", 320, 420, high=38),
    ]  # fmt: skip
    assert texts(pieces, CARD) == {
        "name": "华建国", "sex": "男", "nation": "汉", "born": "1980年1月1日", "address": "北京市朝阳区中山路88号",
        "id_number": "110105198001011234",
    }  # fmt: skip


def test_title_is_no_key_and_a_paragraph_returns_to_the_margin() -> None:
    pieces = [
        at("使用用途说明及话术", 300, 50, high=60), at("单位名称：北京示例有限公司", 100, 160), at("使用用途：售后报修", 100, 220),
        at("话术：您好，这里是客服中心，", 100, 280), at("请问有什么可以帮您？", 100, 330), at("感谢来电。", 100, 380, high=29),
    ]  # fmt: skip
    found = texts(pieces, KEYS["use_statement"])
    assert (found["use"], found["name"]) == ("售后报修", "北京示例有限公司")
    assert found["script"].startswith("您好，这里是客服中心，请问有什么可以帮您？")


def test_signature_block_below_is_no_column_beside_a_list() -> None:
    pieces = [
        at("使用单位：北京示例华瑞科技有限公司", 100, 100), at("统一社会信用代码：91110105MA01A2B325", 100, 160),
        at("单位（盖章）：", 500, 700), at("日期：2026年06月01日", 500, 760),
    ]  # fmt: skip
    assert texts(pieces, KEYS["commitment"])["user"] == "北京示例华瑞科技有限公司"


def test_bill_is_read_by_its_keys() -> None:
    pieces = [
        at("客户名称：北京示例有限公司", 100, 100), at("业务号码：010-65541234", 100, 150), at("计费账期：2026年05月", 100, 200),
    ]  # fmt: skip
    assert texts(pieces, BILL) == {"holder": "北京示例有限公司", "line": "010-65541234", "period": "2026年05月"}


def test_nothing_read_gives_nothing() -> None:
    assert texts([]) == {}
    assert texts([at("名称", 0, 0, score=0.2)]) == {}
