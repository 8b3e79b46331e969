"""Is the industry one that the operator refuses? Asked before any money is."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.words import first_word

NAME = "industry"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E05 by the industry stated and the one in the register; the list is the operator's data."""
    stated = [
        ("industry", dossier.claims.industry),
        ("register", dossier.register.industry if dossier.register else ""),
    ]
    said = [(field, text) for field, text in stated if text]
    for field, text in said:
        word = first_word(text, dossier.policy.refused_industries)
        if word:
            about = (f"所属行业不受理：{word}。", f"This industry is not served: {word}.")
            return [flagged(NAME, "E05", *about, field=field, read=text, expected=word)]
    return (
        [passed(NAME, "所属行业可以受理。", "The industry is served.", field="industry", read=said[0][1])]
        if said
        else []
    )
