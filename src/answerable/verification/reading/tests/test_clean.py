from answerable.verification.reading.clean import clean, watermarks
from answerable.verification.reading.keys import LICENCE
from answerable.verification.reading.layout import Sheet
from answerable.verification.reading.tests.test_layout import at

MARK = "仅供办理业务使用"


def test_watermark_that_repeats_is_taken_away_whole_or_in_part() -> None:
    pieces = [at(MARK, 0, y) for y in (0, 300, 600)] + [
        at("共办理业务使用", 400, 0), at("仅供办理业", 400, 300), at("务", 500, 310), at("有限责任公司" + MARK, 100, 100),
        at("2单元202室务使用", 100, 200), at("办公用品销售", 100, 400),
    ]  # fmt: skip
    assert watermarks(pieces) == [MARK]
    assert [piece.text for piece in clean(pieces)] == ["有限责任公司", "2单元202室", "办公用品销售"]


def test_text_that_stands_twice_is_no_watermark() -> None:
    pieces = [at("北京示例有限公司", 0, 0), at("北京示例有限公司", 0, 100)]
    assert clean(pieces) == pieces


def test_symbols_inside_a_spread_key_do_not_hide_it() -> None:
    found = Sheet([at("经营☑者：周文强", 100, 100), at("经营场所：北京市中山路1号", 100, 160)]).collect(LICENCE)
    assert found["person"].text == "周文强"
