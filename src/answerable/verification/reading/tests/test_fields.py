"""Text becomes values: dates, terms, codes, numbers; and a document's kind is told by its words."""

from collections.abc import Sequence
from datetime import date

import pytest

from answerable.lib.identifiers import make_credit_code
from answerable.verification.reading import Box, Field, Line, Quality, Reading, Seal
from answerable.verification.reading.dates import read_day, read_end, read_month
from answerable.verification.reading.engine import Piece
from answerable.verification.reading.fields import as_code, assign
from answerable.verification.reading.kinds import tell_kind
from answerable.verification.reading.layout import Sheet
from answerable.verification.reading.model import QR, Kind
from answerable.verification.reading.qr import code_in
from answerable.verification.reading.read import read
from answerable.verification.reading.tests.test_layout import at

CODE = make_credit_code("91110105", "MA01A2B3")
BOX = Box(0, 0.0, 0.0, 1.0, 1.0)


def fields(kind: Kind, pieces: list[Piece]) -> dict[str, Field]:
    def whole(_: Sequence[Piece]) -> Box:
        return BOX

    return assign(kind, pieces, Sheet(pieces), whole)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019年06月20日", date(2019, 6, 20)), ("2019年6月2日", date(2019, 6, 2)), ("2019.06.20", date(2019, 6, 20)),
        ("20190620", date(2019, 6, 20)), ("二〇一九年六月二十日", date(2019, 6, 20)), ("二零一九年十月十二日", date(2019, 10, 12)),
        ("2019 年 06 月 20 日", date(2019, 6, 20)), ("2019年13月45日", None), ("长期", None), ("", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_papers_print_them(text: str, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2019年06月20日至2039年06月19日", (date(2039, 6, 19), False)), ("2019.05.28-2039.05.28", (date(2039, 5, 28), False)),
        ("2019年06月20日至长期", (None, True)), ("长期", (None, True)), ("2016.01.01-长期", (None, True)),
        ("2019年06月20日至", (None, False)),
    ],
)  # fmt: skip
def test_end_of_a_term_is_read_and_long_term_has_none(text: str, end: tuple[date | None, bool]) -> None:
    assert read_end(text) == end


def test_month_of_a_bill_is_its_first_day() -> None:
    assert read_month("2026年05月") == date(2026, 5, 1)
    assert read_month("2026-13") is None


def test_letters_where_only_digits_stand_are_digits() -> None:
    assert as_code(CODE.replace("0", "O", 1)) == CODE
    assert as_code(CODE[:2] + CODE[2:8].replace("0", "D") + CODE[8:]) == CODE


def test_code_whose_check_holds_wins_over_what_stands_beside_the_key() -> None:
    broken = CODE[:17] + ("0" if CODE[17] != "0" else "1")
    found = fields("business_licence", [at("统一社会信用代码", 100, 50), at(broken, 400, 50), at(CODE, 100, 400)])
    assert found["code"].value == CODE


def test_code_that_is_wrong_is_kept_as_it_is_printed() -> None:
    broken = CODE[:17] + ("0" if CODE[17] != "0" else "1")
    found = fields(
        "business_licence", [at(f"统一社会信用代码{broken}", 100, 50), at("名称", 100, 100), at("某有限公司", 300, 100)]
    )
    assert found["code"].text == broken


def test_name_is_found_without_its_key() -> None:
    assert fields("business_licence", [at("称北京示例有限公司", 300, 100)])["name"].text == "北京示例有限公司"


def test_old_licence_has_a_registration_number() -> None:
    found = fields("business_licence", [at("注册号", 100, 50), at("110105012345678", 300, 50)])
    assert found["registration_no"].value == "110105012345678"
    assert "code" not in found


def test_masked_line_has_text_and_no_value() -> None:
    found = fields("bill", [at("业务号码：0571****8821", 100, 50)])
    assert (found["line"].text, found["line"].value) == ("0571****8821", None)


def test_handler_is_read_from_the_sentence_of_a_letter() -> None:
    text = [
        at("兹授权陈晓燕（身份证号码：110105199002021240）为我单位", 100, 100),
        at("经办人，办理400业务。", 100, 150),
    ]
    found = fields("authorisation_letter", text)
    assert (found["handler"].text, found["handler_id"].value) == ("陈晓燕", "110105199002021240")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["营业执照", "统一社会信用代码", "经营范围", "登记机关"], "business_licence"),
        (["企业法人营业执照", "注册号", "经营范围"], "business_licence"),
        (["事业单位法人证书", "统一社会信用代码", "宗旨和业务范围"], "organisation_certificate"),
        (["中华人民共和国组织机构代码证"], "organisation_code_certificate"),
        (["姓名", "性别", "民族", "出生", "住址", "公民身份号码"], "id_portrait"),
        (["中华人民共和国", "居民身份证", "签发机关", "有效期限"], "id_emblem"),
        (["姓名", "民族", "住址", "公民身份号码", "居民身份证", "签发机关", "有效期限"], "id_both"),
        (["临时居民身份证", "签发机关", "有效期限"], "id_temporary"),
        (["授权委托书", "兹授权", "统一社会信用代码"], "authorisation_letter"),
        (["信息安全承诺书", "使用单位", "统一社会信用代码"], "commitment"),
        (["400业务服务合同", "甲方", "乙方"], "contract"),
        (["400业务受理单", "第一目的码", "使用用途"], "acceptance_form"),
        (["使用用途说明及话术", "使用用途"], "use_statement"),
        (["中国电信客户账单", "业务号码", "计费账期"], "bill"),
        (["菜单", "红烧肉"], "unknown"),
        ([], "unknown"),
    ],
)
def test_kind_is_told_by_the_words(words: list[str], kind: str) -> None:
    pieces = [at(word, 100, 50 + 60 * i, high=48 if i == 0 else 30) for i, word in enumerate(words)]
    assert tell_kind(pieces, 30, 1000) == kind


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}", CODE),
        (f"统一社会信用代码:{CODE};名称:北京示例有限公司", CODE),
        ("http://www.gsxt.gov.cn/index.html?uniscid=911101050000000000", "911101050000000000"),
        ("https://example.invalid/qr?id=0123456789abcdef", ""),
        ("", ""),
    ],
)
def test_credit_code_is_found_in_a_payload(payload: str, code: str) -> None:
    assert code_in(payload) == code


def test_reading_survives_json() -> None:
    import json

    quality = Quality(0.9, 20, 1.0, 0.8, True, 90)
    reading = Reading(
        "bill", {"line": Field("x", None, 0.5, None), "name": Field("y", "y", 0.9, BOX)}, (QR("p", CODE, BOX),),
        (Seal("carrier", "中国电信", 0.8, BOX),), (Line("x", 0.5, BOX),), quality, 2, ("long_term",),
    )  # fmt: skip
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading


def test_document_without_pages_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        read([])
