"""May this kind of subject hold a number at all, and does this carrier take it?"""

from __future__ import annotations

from answerable.lib.identifiers import read_credit_code, read_id_number
from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.reading.amounts import read_yuan

NAME = "subject"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E01 for a person, E02 for a kind of organisation or E03 for a capital that the carrier's policy refuses."""
    claims = dossier.claims
    if not (claims.credit_code or claims.name):
        return []
    found = [*_person(dossier), *_kind(dossier), *_capital(dossier)]
    return found or [
        passed(NAME, "主体类型可以受理。", "This kind of subject is served.", field="name", read=claims.name)
    ]


def _person(dossier: DossierFacts) -> list[Finding]:
    """An ID number in the place of the credit code, or the representative's own name as the organisation's."""
    claims = dossier.claims
    is_id = read_id_number(claims.credit_code).is_valid and not read_credit_code(claims.credit_code).is_valid
    is_name = bool(claims.name) and plain(claims.name) == plain(claims.legal_representative)
    if not (is_id or is_name):
        return []
    text = ("申请主体是个人。", "The applicant is a natural person.")
    return [flagged(NAME, "E01", *text, field="credit_code" if is_id else "name")]


def _kind(dossier: DossierFacts) -> list[Finding]:
    policy, row = dossier.policy, dossier.register
    if row and policy.accepted_subjects and row.subject_type not in policy.accepted_subjects:
        text = ("本运营商不受理这类主体。", "This carrier does not take this kind of subject.")
        return [flagged(NAME, "E02", *text, field="name", read=row.subject_type)]
    reading = dossier.reading("licence")
    printed = reading.text("type") if reading else ""
    word = next((w for w in policy.refused_types if plain(w) in plain(printed)), "")
    if not (word and reading):
        return []
    text = (f"本运营商不受理{word}。", f"This carrier does not take this type: {word}.")
    return [flagged(NAME, "E02", *text, slot="licence", field="type", seen=reading.fields["type"], expected=word)]


def _capital(dossier: DossierFacts) -> list[Finding]:
    """Take the register's amount, else the printed one; what is not known is not held against anybody."""
    least, row, reading = dossier.policy.minimum_capital_yuan, dossier.register, dossier.reading("licence")
    listed = row.capital_yuan if row else None
    yuan = listed if listed is not None else read_yuan(reading.text("capital") if reading else "")
    if not least or yuan is None or yuan >= least:
        return []
    text = ("注册资本低于本运营商的要求。", "The registered capital is below this carrier's minimum.")
    return [flagged(NAME, "E03", *text, field="capital", read=str(yuan), expected=f"≥ {least}")]
