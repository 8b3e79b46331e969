"""Made papers through the real engine: few pictures, the whole way."""

import re
import unicodedata
from pathlib import Path

import pytest

from answerable.lib import images
from answerable.verification.reading.pool import ReaderPool, ReadingFailed
from answerable.verification.reading.read import read, report
from answerable.verification.specimens import make
from answerable.verification.specimens.photograph import encode

pytestmark = pytest.mark.documents


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(("layout", "seed"), [("portrait", 1), ("landscape", 2)])
def test_photographed_licence_is_read_with_its_qr_and_seals(layout: str, seed: int) -> None:
    made = make("business_licence", {"layout": layout, "seal": "北京示例华瑞科技有限公司", "subject": "company"}, seed)
    found = read([made.image])
    assert found.kind == "business_licence"
    assert found.value("code") == made.truth["code"]
    for name in ("name", "person", "address", "type", "capital", "scope"):
        assert plain(found.text(name)) == plain(made.truth[name])
    assert [qr.payload for qr in found.qr] == [made.truth["qr"]]
    assert sorted(seal.kind for seal in found.seals) == ["applicant", "emblem", "registrar"]
    assert "北京示例华瑞科技有限公司" in [seal.text for seal in found.seals]


def test_old_licence_is_told_from_a_new_one() -> None:
    found = read([make("business_licence", {"layout": "old", "subject": "company"}, 3).image])
    assert (found.notes[:1], "code" in found.fields) == (("old_edition",), False)


def test_licence_on_its_side_is_turned_and_its_boxes_turned_back() -> None:
    upright = make("business_licence", {"layout": "portrait"}, 4)
    found = read([upright.image.rotate(90, expand=True)])
    assert found.quality.turned == 90
    assert found.value("code") == upright.truth["code"]
    box = found.fields["code"].box
    assert box
    assert box.bottom - box.top > box.right - box.left


def test_both_sides_of_a_card_are_read() -> None:
    portrait, emblem = make("id_portrait", {}, 5), make("id_emblem", {}, 5)
    front, back = read([portrait.image]), read([emblem.image])
    assert (front.kind, back.kind) == ("id_portrait", "id_emblem")
    assert front.value("id_number") == portrait.truth["id_number"]
    assert front.text("name") == portrait.truth["name"]
    assert back.value("validity") == emblem.truth["until"].isoformat()


def test_letter_and_bill_are_read() -> None:
    letter, bill = make("authorisation_letter", {}, 6), make("bill", {}, 6)
    found = read([letter.image])
    assert (found.kind, found.text("handler"), found.value("handler_id")) == (
        "authorisation_letter", letter.truth["handler"], letter.truth["handler_id"],
    )  # fmt: skip
    proof = read([bill.image])
    assert (proof.kind, proof.value("line"), proof.value("billed")) == (
        "bill", bill.truth["line"], bill.truth["billed"].isoformat(),
    )  # fmt: skip
    assert [seal.kind for seal in proof.seals] == ["carrier"]


def test_forged_code_is_reported_for_a_command(tmp_path: Path) -> None:
    honest = make("business_licence", {}, 7).truth["code"]
    made = make(
        "business_licence", {"layout": "portrait", "qr": f"http://www.gsxt.gov.cn/index.html?uniscid={honest}"}, 8
    )
    file = tmp_path / "licence.jpg"
    file.write_bytes(made.jpeg)
    said = report(file)
    assert said["kind"] == "business_licence"
    assert said["fields"]["code"]["value"] == made.truth["code"]
    assert [f["code"] for f in said["findings"] if f["outcome"] == "flag"] == ["B07"]


def test_blurred_picture_is_illegible() -> None:
    found = read([make("business_licence", {"blur": 9.0}, 9).image])
    assert not found.quality.is_legible


def test_pool_reads_refuses_and_survives_the_death_of_its_child() -> None:
    pool = ReaderPool(tasks_per_child=2)
    stages: list[str] = []
    card = encode(make("id_emblem", {}, 10).image, 85)
    try:
        assert pool.read(card, "id_emblem", stages.append).kind == "id_emblem"
        assert stages == ["waiting", "opening", "text", "qr", "seals"]
        with pytest.raises(images.NotAnImage):
            pool.read(b"MZ")
        pool._timeout = 0.05
        with pytest.raises(ReadingFailed):
            pool.read(card)
        pool._timeout = 60
        assert pool.read(card).kind == "id_emblem"
    finally:
        pool.close()
