"""The hand-held photo: is the card in it legible, not mirrored, and the applicant's? Faces are for people to compare."""

from __future__ import annotations

from answerable.lib.identifiers import mask_id, read_id_number
from answerable.verification.checks.compare import compare_text, same
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.reading.model import Reading

NAME = "hand_held"
_SLOT = "handler_photo"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I08 where the card cannot be read, I07 where it is mirrored, I10 where it is somebody else's."""
    reading = dossier.reading(_SLOT)
    if reading is None:
        return []
    if reading.quality.mirrored:
        return [flagged(NAME, "I07", "手持照左右颠倒。", "The hand-held photo is mirrored.", slot=_SLOT)]
    if not (reading.text("name") and reading.value("id_number")):
        text = ("手持照中的身份证看不清。", "The card in the hand-held photo cannot be read.")
        return [flagged(NAME, "I08", *text, slot=_SLOT)]
    return [_whose(dossier, reading)]


def _whose(dossier: DossierFacts, reading: Reading) -> Finding:
    claims = dossier.claims
    is_handler = claims.role == "handler"
    name = claims.handler_name if is_handler else claims.legal_representative
    number = claims.handler_id_number if is_handler else claims.representative_id_number
    if not name:
        text = ("还不知道谁来办理，手持照未作比对。", "Who applies is not known yet; nothing to compare.")
        return unsure(NAME, *text, slot=_SLOT)
    seen = reading.fields["name"]
    printed = read_id_number(reading.value("id_number"))
    if number and printed.is_valid and not same(number, printed.number):
        text = ("手持照中的身份证不是办理人的。", "The card in the hand-held photo is not the applicant's.")
        return flagged(
            NAME, "I10", *text, slot=_SLOT, box=seen.box, read=mask_id(printed.number), expected=mask_id(number)
        )
    verdict = compare_text(name, seen)
    if verdict == "same":
        text = ("手持照中的身份证是办理人的。", "The card in the hand-held photo is the applicant's.")
        return passed(NAME, *text, slot=_SLOT, field="name", seen=seen, expected=name)
    if verdict == "close" or (number and same(number, printed.number)):
        text = ("手持照中的姓名未能确认。", "The name in the hand-held photo is not surely the same.")
        return unsure(NAME, *text, slot=_SLOT, field="name", seen=seen, expected=name)
    text = ("手持照中的身份证不是办理人的。", "The card in the hand-held photo is not the applicant's.")
    return flagged(NAME, "I10", *text, slot=_SLOT, field="name", seen=seen, expected=name)
