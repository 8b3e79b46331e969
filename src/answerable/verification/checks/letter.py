"""The authorisation letter: there when somebody else than the legal representative acts, and naming that person."""

from __future__ import annotations

from answerable.lib.identifiers import mask_id
from answerable.verification.checks.compare import SURE, compare_text, same
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.reading.model import Reading

NAME = "letter"
_SLOT = "authorisation_letter"
_NAMED = {
    "same": ("授权委托书上的经办人一致。", "The letter names the handler."),
    "close": ("授权委托书上的经办人未能确认。", "The handler in the letter is not surely the same."),
    "different": ("授权委托书上的经办人不一致。", "The letter names another handler."),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag L01 without a letter, L02 where a legible one names nobody, L03 where it names somebody else."""
    claims = dossier.claims
    if claims.role != "handler" or not (claims.handler_name or dossier.concerns(_SLOT)):
        return []
    if claims.handler_name and same(claims.handler_name, claims.legal_representative):
        text = (
            "经办人与法定代表人同名，请确认办理身份。",
            "The handler bears the representative's name; make sure who acts.",
        )
        return [unsure(NAME, *text, field="handler_name", slot=_SLOT)]
    if not dossier.uploaded(_SLOT):
        if any(required.slot == _SLOT for required in dossier.required):
            return []  # required_set has said it
        text = ("经办人办理须有授权委托书。", "A handler needs an authorisation letter.")
        return [flagged(NAME, "L01", *text, slot=_SLOT)]
    reading = dossier.reading(_SLOT)
    if reading is None or reading.kind != "authorisation_letter":
        return []
    return _handler(dossier, reading)


def _handler(dossier: DossierFacts, reading: Reading) -> list[Finding]:
    claims = dossier.claims
    seen = reading.fields.get("handler")
    if seen is None and reading.quality.confidence >= SURE:
        text = ("授权委托书没有写明经办人。", "The letter names no handler.")
        return [flagged(NAME, "L02", *text, slot=_SLOT, field="handler_name", expected=claims.handler_name)]
    if seen is None:
        text = ("没有读出授权委托书上的经办人。", "No handler was read in the letter.")
        return [unsure(NAME, *text, slot=_SLOT, field="handler_name", expected=claims.handler_name)]
    found = []
    if claims.handler_name:
        verdict = compare_text(claims.handler_name, seen)
        zh, en = _NAMED[verdict]
        if verdict == "different":
            found.append(
                flagged(NAME, "L03", zh, en, slot=_SLOT, field="handler_name", seen=seen, expected=claims.handler_name)
            )
        else:
            say = passed if verdict == "same" else unsure
            found.append(say(NAME, zh, en, slot=_SLOT, field="handler_name", seen=seen, expected=claims.handler_name))
    number = reading.fields.get("handler_id")
    if number is None and reading.quality.confidence >= SURE:
        text = ("授权委托书没有写明经办人身份证号码。", "The letter has no ID number of the handler.")
        found.append(flagged(NAME, "L02", *text, slot=_SLOT, field="handler_id_number"))
    elif number is None or not number.value:
        text = ("授权委托书上没有读出经办人身份证号码。", "No ID number of the handler was read in the letter.")
        found.append(unsure(NAME, *text, slot=_SLOT, field="handler_id_number"))
    elif claims.handler_id_number and not same(number.value, claims.handler_id_number) and number.confidence > 0.97:
        text = ("授权委托书上的身份证号码不一致。", "The ID number in the letter differs.")
        about_number = (mask_id(number.value), mask_id(claims.handler_id_number))
        found.append(
            flagged(NAME, "L03", *text, slot=_SLOT, field="handler_id_number", box=number.box, read=about_number[0],
                    expected=about_number[1])
        )  # fmt: skip
    return found
