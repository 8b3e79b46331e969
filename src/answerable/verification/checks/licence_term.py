"""Is the business term running? A licence 长期 has no end, and newer ones print none."""

from __future__ import annotations

from datetime import date

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure

NAME = "licence_term"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag a term that ended before the day judged by; its last day still counts."""
    reading = dossier.reading("licence")
    if reading is None:
        return []
    seen = reading.fields.get("term")
    if seen is None:
        text = ("证照没有载明营业期限。", "The certificate names no term.")
        return [passed(NAME, *text, slot="licence", field="term")]
    if seen.value == "long_term":
        return [passed(NAME, "营业期限为长期。", "The term has no end.", slot="licence", field="term", seen=seen)]
    if not seen.value:
        text = ("没有读出营业期限的截止日，将由人工查看。", "The end of the term was not read; a person will look.")
        return [unsure(NAME, *text, slot="licence", field="term", seen=seen)]
    expected = f"≥ {dossier.judged_on.isoformat()}"
    if date.fromisoformat(seen.value) < dossier.judged_on:
        text = (f"营业期限已于{seen.value}届满。", f"The business term ended on {seen.value}.")
        return [flagged(NAME, "B09", *text, slot="licence", field="term", seen=seen, expected=expected)]
    text = (f"营业期限至{seen.value}。", f"The business term runs until {seen.value}.")
    return [passed(NAME, *text, slot="licence", field="term", seen=seen, expected=expected)]
