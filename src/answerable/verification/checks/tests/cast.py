"""华 Hua's firm and its papers as readings given as data: a dossier in which every check holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from answerable.lib.identifiers import id_check, make_credit_code
from answerable.verification.checks import (
    Claims,
    DestinationClaim,
    DossierFacts,
    Finding,
    RegisterRow,
    Required,
    Upload,
    run_all,
)
from answerable.verification.reading import QR, Box, Field, Quality, Reading, Seal

TODAY = date(2026, 6, 15)
CODE = make_credit_code("91110105", "MA01A2B3")
OTHER_CODE = make_credit_code("91310115", "MA7K2P9Q")
NAME = "北京示例华瑞科技有限公司"
PERSON = "华建国"
HANDLER = "陈晓燕"
ADDRESS = "北京市朝阳区中山路88号6号楼301室"
BOX = Box(0, 0.1, 0.2, 0.3, 0.25)
GOOD = Quality(0.98, 200, 300.0, 0.8, True)


def made_id(seventeen: str) -> str:
    return seventeen + id_check(seventeen)


REP_ID = made_id("11010519800101123")
HANDLER_ID = made_id("11010519900202124")


def field(text: str, value: str | None = None, confidence: float = 0.99) -> Field:
    return Field(text, text if value is None else value, confidence, BOX)


def seal(kind: Any = "applicant", text: str = NAME, confidence: float = 0.97) -> Seal:
    return Seal(kind, text, confidence, BOX)


def reading(kind: Any, fields: dict[str, Field], *seals: Seal, **more: Any) -> Reading:
    return replace(Reading(kind, fields, (), tuple(seals), (), GOOD), **more)


def id_portrait(name: str, number: str) -> Reading:
    return reading("id_portrait", {"name": field(name), "id_number": field(number)})


def id_emblem(text: str = "2016.01.01-2036.01.01", value: str = "2036-01-01") -> Reading:
    return reading(
        "id_emblem", {"authority": field("北京市公安局朝阳分局"), "validity": field(text, value)}, seal("emblem", "")
    )


SIGNED = {"signed": field("2026年06月01日", "2026-06-01"), "signature": field(PERSON)}


def readings() -> dict[str, Reading]:
    """One reading for each slot, all consistent."""
    return {
        "licence": reading(
            "business_licence",
            {
                "code": field(CODE), "name": field(NAME), "person": field(PERSON), "address": field(ADDRESS),
                "term": field("2019年06月20日至长期", "long_term"),
            },
            seal("emblem", ""), seal("registrar", "北京市朝阳区市场监督管理局"),
            qr=(QR(f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}", CODE, BOX),),
        ),
        "rep_id_portrait": id_portrait(PERSON, REP_ID),
        "rep_id_emblem": id_emblem(),
        "handler_id_portrait": id_portrait(HANDLER, HANDLER_ID),
        "handler_id_emblem": id_emblem(),
        "authorisation_letter": reading(
            "authorisation_letter",
            {"handler": field(HANDLER), "handler_id": field(HANDLER_ID), **SIGNED},
            seal(),
        ),
        "commitment": reading("commitment", {"user": field(NAME), **SIGNED}, seal()),
        "use_statement": reading("use_statement", {"use": field("产品售后报修"), "script": field("您好，这里是华瑞科技")}),
        "destination_proof": reading(
            "bill",
            {
                "holder": field(NAME), "line": field("010-65541234", "01065541234"),
                "billed": field("2026年05月20日", "2026-05-20"),
            },
            seal("carrier", "中国电信股份有限公司"),
        ),
    }  # fmt: skip


def claims(**changed: Any) -> Claims:
    stated = Claims(
        credit_code=CODE, name=NAME, legal_representative=PERSON, address=ADDRESS, role="handler",
        representative_id_number=REP_ID, handler_name=HANDLER, handler_id_number=HANDLER_ID,
        use="产品售后报修和安装预约", script="您好，这里是华瑞科技客服中心", industry="软件和信息技术服务业",
        destinations=(DestinationClaim("010-65541234"),),
    )  # fmt: skip
    return replace(stated, **changed)


REGISTER = RegisterRow(CODE, NAME, PERSON, ADDRESS, "存续", industry="软件和信息技术服务业")


def dossier(*, stated: Claims | None = None, papers: dict[str, Any] | None = None, **changed: Any) -> DossierFacts:
    """A consistent dossier, with some readings exchanged or (None) taken away."""
    all_papers: dict[str, Reading | None] = {**readings(), **(papers or {})}
    facts = DossierFacts(
        claims=stated or claims(),
        judged_on=TODAY,
        required=tuple(Required(slot) for slot in readings()),
        uploads=tuple(Upload(slot, paper) for slot, paper in all_papers.items() if paper is not None),
        register=REGISTER,
    )
    return replace(facts, **changed)


def with_fields(slot: str, **fields: Field | None) -> dict[str, Reading]:
    """The slot's reading with some fields exchanged or (None) taken away."""
    paper = readings()[slot]
    kept = {name: value for name, value in {**paper.fields, **fields}.items() if value is not None}
    return {slot: replace(paper, fields=kept)}


def codes(facts: DossierFacts) -> list[str]:
    """The reasons found, in order."""
    return [finding.code for finding in run_all(facts) if finding.code]


def outcomes(facts: DossierFacts, check: str) -> list[str]:
    return [finding.outcome for finding in run_all(facts) if finding.check == check]


def only(facts: DossierFacts, code: str) -> Finding:
    """The one flag of a dossier that has exactly this reason."""
    (flag,) = [finding for finding in run_all(facts) if finding.outcome == "flag"]
    assert flag.code == code
    return flag
