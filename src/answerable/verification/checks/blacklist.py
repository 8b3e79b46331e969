"""Is the organisation, its representative or its handler on the punishment or black list? The list is never named."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts, Person
from answerable.verification.checks.finding import Finding, flagged

NAME = "blacklist"
_WHO: dict[Person, tuple[str, str, str]] = {
    "enterprise": ("单位", "The organisation", "credit_code"),
    "legal_representative": ("法定代表人", "The legal representative", "legal_representative"),
    "handler": ("经办人", "The handler", "handler_name"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E09 for each of them that the operator's table holds."""
    found = []
    for person in dossier.account.blacklisted:
        zh, en, field = _WHO[person]
        text = (f"{zh}在涉诈惩戒或黑名单内。", f"{en} is on the punishment or black list.")
        found.append(flagged(NAME, "E09", *text, field=field))
    return found
