from pathlib import Path

import pytest

from answerable.lib import images, pdf

TEMPLATE = """
#let data = json("data.json")
#set text(font: "Noto Sans CJK SC", lang: "zh", region: "cn")
#set document(title: "合同")
= 服务合同
乙方：#data.holder
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "contract.typ"
    file.write_text(TEMPLATE)
    return file


def test_same_data_give_the_same_bytes(template: Path) -> None:
    once = pdf.render(template, {"holder": "华示例科技有限公司"})
    assert pdf.render(template, {"holder": "华示例科技有限公司"}) == once
    assert pdf.render(template, {"holder": "另一家公司"}) != once
    assert len(pdf.sha256(once)) == 64


def test_data_are_printed_never_run(template: Path) -> None:
    made = pdf.render(template, {"holder": '#panic("x") #read("/etc/passwd") $'})
    assert images.admit(made).page_count == 1


def test_missing_font_names_the_package(template: Path, tmp_path: Path) -> None:
    with pytest.raises(pdf.FontMissing, match="fonts-noto-cjk"):
        pdf.render(template, {}, fonts=tmp_path)


def test_template_that_is_missing_or_wrong_is_named(template: Path, tmp_path: Path) -> None:
    with pytest.raises(pdf.TemplateError, match=r"nothing\.typ"):
        pdf.render(tmp_path / "nothing.typ", {})
    with pytest.raises(pdf.TemplateError, match="holder"):
        pdf.render(template, {})
