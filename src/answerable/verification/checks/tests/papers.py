"""One made-up firm's papers, photographed and read by the engine: each picture once a session, small to be quick."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import Any

from answerable.lib import images
from answerable.verification.checks import Claims, DestinationClaim, DossierFacts, RegisterRow, Required, Upload
from answerable.verification.reading import Reading
from answerable.verification.reading.read import read_admitted
from answerable.verification.specimens import make
from answerable.verification.specimens.invent import firm, person
from answerable.verification.specimens.photograph import encode

TODAY = date(2026, 6, 15)
FIRM = {**firm(Random("papers/firm")), "until": date(2039, 5, 1), "term": True, "line": "01065541234"}
LEGAL = {**person(Random("papers/legal")), "name": FIRM["person"], "until": date(2039, 5, 1)}
HANDLER = {**person(Random("papers/handler")), "until": date(2039, 5, 1)}
OTHER = {**firm(Random("papers/other"))}
LETTER = FIRM | {"handler": HANDLER["name"], "handler_id": HANDLER["id_number"], "holder": FIRM["name"], "signed": date(2026, 6, 1),
                 "billed": date(2026, 5, 20), "carrier": "中国电信股份有限公司", "script": f"您好，这里是{FIRM['name']}，请问需要报修什么？",
                 "use": "产品售后报修和安装预约"}  # fmt: skip
BASE: dict[str, tuple[str, dict[str, Any]]] = {
    "licence": ("business_licence", FIRM | {"layout": "portrait", "subject": "company"}),
    "rep_id_portrait": ("id_portrait", LEGAL),
    "rep_id_emblem": ("id_emblem", LEGAL),
    "handler_id_portrait": ("id_portrait", HANDLER),
    "handler_id_emblem": ("id_emblem", HANDLER),
    "handler_photo": ("hand_held", HANDLER),
    "authorisation_letter": ("authorisation_letter", LETTER),
    "commitment": ("commitment", LETTER),
    "use_statement": ("use_statement", LETTER),
    "destination_proof": ("bill", LETTER),
}
"""What is uploaded to each slot: kind and facts of a specimen."""
CLAIMS = Claims(
    credit_code=FIRM["code"], name=FIRM["name"], legal_representative=FIRM["person"], address=FIRM["address"], role="handler",
    representative_id_number=LEGAL["id_number"], handler_name=HANDLER["name"], handler_id_number=HANDLER["id_number"],
    use=LETTER["use"], industry="软件和信息技术服务业", destinations=(DestinationClaim(FIRM["line"]),),
)  # fmt: skip
REGISTER = RegisterRow(FIRM["code"], FIRM["name"], FIRM["person"], FIRM["address"], "存续")
_SIDE = {"business_licence": 1600}


@lru_cache(maxsize=128)
def _read(slot: str, kind: str, changed: tuple[tuple[str, Any], ...], seed: int) -> Reading:
    facts = BASE.get(slot, ("", LETTER))[1] | dict(changed)
    picture = make(kind, facts, seed).image
    picture.thumbnail((_SIDE.get(kind, 1280),) * 2)
    out = io.BytesIO(encode(picture, 88))
    return read_admitted(images.admit(out.getvalue()), "id_portrait" if slot == "handler_photo" else None)


def paper(slot: str, kind: str = "", *, seed: int = 5, **changed: Any) -> Reading:
    """Read the firm's paper for a slot, with some facts or the kind changed."""
    return _read(slot, kind or BASE[slot][0], tuple(changed.items()), seed)


def dossier(
    *, stated: dict[str, Any] | None = None, papers: dict[str, Reading | None] | None = None, **changed: Any
) -> DossierFacts:
    """The firm's consistent dossier of pictures, with some papers exchanged or (None) taken away."""
    readings: dict[str, Reading | None] = {slot: paper(slot) for slot in BASE} | (papers or {})
    there = {slot: reading for slot, reading in readings.items() if reading is not None}
    facts = DossierFacts(
        claims=replace(CLAIMS, **(stated or {})),
        judged_on=TODAY,
        required=tuple(Required(slot) for slot in there),
        uploads=tuple(Upload(slot, reading) for slot, reading in there.items()),
        register=REGISTER,
    )
    return replace(facts, **changed)
