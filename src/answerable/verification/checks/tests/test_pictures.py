"""Each reason that is found in a picture, on a made picture read by the engine: exactly that reason is flagged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from answerable.verification.checks import Account, DestinationClaim, DossierFacts, Policy, run_all
from answerable.verification.checks.tests.papers import (
    CLAIMS,
    FIRM,
    HANDLER,
    LEGAL,
    OTHER,
    REGISTER,
    dossier,
    paper,
)

pytestmark = pytest.mark.documents

FOREIGN = {"watermark": "爱企查 www.aiqicha.invalid", "watermark_ink": 150}


def _wrong_digit(number: str) -> str:
    return number[:17] + ("0" if number[17] != "0" else "1")


def _other_seal() -> tuple[str, ...]:
    return tuple(seal.digest for seal in paper("commitment").seals)


def _swapped() -> DossierFacts:
    return dossier(papers={"rep_id_portrait": paper("rep_id_emblem"), "rep_id_emblem": paper("rep_id_portrait")})


def _licence(**changed: object) -> DossierFacts:
    return dossier(papers={"licence": paper("licence", **changed)}, register=None)


def _one(slot: str, kind: str = "", **changed: object) -> DossierFacts:
    return dossier(papers={slot: paper(slot, kind, **changed)})


def _copy() -> DossierFacts:
    """A card as a copy, its other side not asked for: the emblem would show colour."""
    return dossier(papers={"rep_id_portrait": paper("rep_id_portrait", black_and_white=True), "rep_id_emblem": None})


def _acceptance(**changed: object) -> DossierFacts:
    return dossier(papers={"acceptance_form": paper("acceptance_form", "acceptance_form", **changed)})


PICTURES: dict[str, Callable[[], DossierFacts]] = {
    "B01": lambda: dossier(papers={"licence": paper("commitment")}),
    "B02": lambda: _licence(black_and_white=True),
    "B03": lambda: _licence(cut=(0, 0.17, 0, 0)),
    "B04": lambda: _licence(blur=9.0),
    "B05": lambda: _licence(**FOREIGN),
    "B06": lambda: _one("rep_id_portrait", mirrored=True),
    "B07": lambda: _licence(qr=f"http://www.gsxt.gov.cn/index.html?uniscid={OTHER['code']}"),
    "B08": lambda: dossier(register=replace(REGISTER, address="上海市浦东新区人民路1号"), stated={"provenance": {"address": "register"}}),
    "B09": lambda: _licence(until=date(2026, 6, 14)),
    "B10": lambda: _licence(name=OTHER["name"]),
    "B11": lambda: dossier(stated={"credit_code": OTHER["code"]}, register=None),
    "B12": lambda: _licence(person="欧阳立新"),
    "B13": lambda: dossier(stated={"address": "上海市浦东新区人民路1号"}, register=None),
    "B15": lambda: _licence(layout="old"),
    "I01": lambda: dossier(papers={"rep_id_emblem": paper("rep_id_portrait")}),
    "I02": _swapped,
    "I03": lambda: _one("handler_id_emblem", until=date(2026, 6, 14)),
    "I04": lambda: dossier(papers={"rep_id_portrait": paper("rep_id_portrait", id_number=_wrong_digit(LEGAL["id_number"]))}, stated={"representative_id_number": ""}),
    "I05": lambda: dossier(stated={"representative_id_number": HANDLER["id_number"]}),
    "I06": _copy,
    "I07": lambda: _one("handler_photo", mirrored=True),
    "I08": lambda: _one("handler_photo", blur=9.0),
    "I10": lambda: dossier(papers={"handler_photo": paper("rep_id_portrait")}),
    "I12": lambda: _one("handler_id_portrait", "id_temporary", issued=date(2026, 6, 1)),
    "L02": lambda: _one("authorisation_letter", handler="", handler_id=""),
    "L03": lambda: _one("authorisation_letter", handler="赵立新", handler_id=LEGAL["id_number"]),
    "L04": lambda: _one("commitment", user="吴雪梅"),
    "L05": lambda: _one("commitment", seal=""),
    "L06": lambda: _one("commitment", seal=OTHER["name"]),
    "L07": lambda: _one("commitment", seal_colour=(60, 60, 200)),
    "L08": lambda: _one("commitment", signature=""),
    "L09": lambda: _one("authorisation_letter", signed=None),
    "L10": lambda: dossier(papers={"commitment": paper("commitment", template="V2024.1")}, policy=Policy(template_versions=("V2026.1",))),
    "L11": lambda: _acceptance(use=""),
    "U02": lambda: _one("use_statement", script="您好，请问有什么可以帮您？"),
    "U03": lambda: _one("use_statement", script=f"您好，{FIRM['name']}，请加微信领取资料。"),
    "U04": lambda: _one("use_statement", use="用于外呼客户做产品售后报修"),
    "D01": lambda: dossier(stated={"destinations": (DestinationClaim("01065549999"),)}),
    "D02": lambda: dossier(judged_on=date(2026, 8, 21)),
    "D03": lambda: _one("destination_proof", has_seal=False),
    "D04": lambda: _one("destination_proof", holder=f"{FIRM['name'][:2]}****公司"),
    "D05": lambda: _one("destination_proof", "statement"),
    "D10": lambda: _one("destination_proof", holder=OTHER["name"]),
    "D13": lambda: dossier(policy=Policy(own_carrier_only=True), account=Account(number_carrier="unicom")),
    "X03": lambda: dossier(other_seals=_other_seal()),
}  # fmt: skip
"""By reason: the firm's dossier of pictures with one thing wrong."""


def test_honest_pictures_raise_no_flag() -> None:
    assert [f for f in run_all(dossier()) if f.outcome == "flag"] == []
    assert [f.check for f in run_all(_acceptance()) if f.outcome == "flag"] == []


@pytest.mark.parametrize("code", PICTURES)
def test_reason_is_found_in_the_picture_and_nothing_else_is(code: str) -> None:
    flags = [finding for finding in run_all(PICTURES[code]()) if finding.outcome == "flag"]
    assert {finding.code for finding in flags} == {code}
    assert all(finding.fix_zh and finding.fix_en for finding in flags)


def test_copy_with_a_red_seal_and_a_bill_in_the_representatives_name_are_taken() -> None:
    sealed = _licence(black_and_white=True, seal=FIRM["name"])
    private = dossier(papers={"destination_proof": paper("destination_proof", holder=CLAIMS.legal_representative)})
    assert [f.code for facts in (sealed, private) for f in run_all(facts) if f.outcome == "flag"] == []


@pytest.mark.parametrize("colour", [(238, 205, 205), (40, 40, 40)])
def test_faint_and_black_seals_are_no_red_seals(colour: tuple[int, int, int]) -> None:
    flags = [f for f in run_all(_one("commitment", seal_colour=colour)) if f.outcome == "flag"]
    assert [f.code for f in flags] == ["L07"]


def test_reflection_over_the_text_is_told_from_blur() -> None:
    glare = paper("licence", glare=(0.5, 0.34, 0.25), seed=6)
    assert glare.quality.is_legible
    flags = [
        f
        for f in run_all(dossier(papers={"licence": glare}, register=None))
        if f.check == "legibility" and f.outcome == "flag"
    ]
    assert [f.code for f in flags] == ["B04"]
