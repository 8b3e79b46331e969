"""Made papers through the real engine: few pictures, the whole way."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from answerable.cli.main import main
from answerable.lib import images
from answerable.verification.reading.pool import ReaderPool, ReadingFailed
from answerable.verification.reading.read import read
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


def test_command_compares_a_paper_with_what_was_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make(
        "business_licence", {"layout": "portrait", "subject": "company", "until": date(2039, 5, 1), "term": True}, 8
    )
    (tmp_path / "licence.jpg").write_bytes(made.jpeg)
    typed = {"credit_code": made.truth["code"], "name": "北京示例有限公司", "address": made.truth["address"], "slot": "licence", "judged_on": "2039-05-02"}  # fmt: skip
    (tmp_path / "claims.json").write_text(json.dumps(typed), "utf-8")
    command = ["documents", "read", str(tmp_path / "licence.jpg"), "--claims", str(tmp_path / "claims.json"), "--json"]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["kind"], said["fields"]["code"]["value"]) == ("business_licence", made.truth["code"])
    assert said["fields"]["name"].keys() == {"text", "value", "confidence", "box"}
    assert [f["code"] for f in said["findings"] if f["outcome"] == "flag" and f["slot"] == "licence"] == ["B10", "B09"]
    (tmp_path / "claims.json").write_text('{"nmae": 1}', "utf-8")
    assert main(command) == 2
    assert "nmae" in capsys.readouterr().err


def test_command_masks_the_id_number_of_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = make("id_portrait", {}, 3)
    (tmp_path / "card.jpg").write_bytes(card.jpeg)
    assert main(["documents", "read", str(tmp_path / "card.jpg")]) == 0
    said = capsys.readouterr().out
    assert card.truth["id_number"] not in said.replace(" ", "")
    assert "*" * 14 + card.truth["id_number"][-4:] in said
    for asked in ("--unmasked", "--json"):
        assert main(["documents", "read", str(tmp_path / "card.jpg"), asked]) == 0
        assert card.truth["id_number"] in capsys.readouterr().out


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
