"""All the papers one made-up firm needs for one application."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, Protocol

from answerable.verification.specimens.invent import person
from answerable.verification.specimens.make import make


class Firm(Protocol):
    """What the papers say: a row of the register has it."""

    credit_code: str
    name: str
    legal_representative: str
    address: str


def legal_person(name: str) -> dict[str, Any]:
    """Invent the natural person behind a name: the same name is always the same made-up person."""
    return {**person(Random(f"person/{name}")), "name": name}


def papers(firm: Firm, *, role: str, line: str, number: str, day: dt.date, handler: str = "") -> dict[str, bytes]:
    """Make one photographed paper (JPEG) for each slot that a holder's dossier in `role` asks for."""
    legal = legal_person(firm.legal_representative)
    stated = {
        "name": firm.name, "credit_code": firm.credit_code, "legal_representative": firm.legal_representative, "address": firm.address,
        "seal": firm.name, "number_400": number, "line": line, "holder": firm.name, "signed": day, "billed": day - dt.timedelta(days=20),
    }  # fmt: skip
    made = {
        "licence": make("business_licence", stated, seed=1).jpeg,
        "rep_id_portrait": make("id_portrait", legal, seed=2).jpeg,
        "rep_id_emblem": make("id_emblem", legal, seed=3).jpeg,
        "handler_photo": make("id_portrait", legal, seed=4).jpeg,
        "commitment": make("commitment", stated, seed=5).jpeg,
        "use_statement": make("use_statement", stated, seed=10).jpeg,
        "destination_proof": make("bill", stated, seed=6).jpeg,
    }
    if role == "handler":
        agent = legal_person(handler)
        letter = stated | {"handler": handler, "handler_id": agent["id_number"]}
        made |= {
            "handler_id_portrait": make("id_portrait", agent, seed=7).jpeg,
            "handler_id_emblem": make("id_emblem", agent, seed=8).jpeg,
            "handler_photo": make("id_portrait", agent, seed=4).jpeg,
            "authorisation_letter": make("authorisation_letter", letter, seed=9).jpeg,
        }
    return made
