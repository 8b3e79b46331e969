"""Does the industry, or the use, need a licence of its own, and is it there?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.words import first_word, texts_about_use

NAME = "sector"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E06 without the sector's licence, E11 where the use is a telecom business without the telecom licence."""
    industries = [dossier.claims.industry, dossier.register.industry if dossier.register else ""]
    uses = [text for field, _, text in texts_about_use(dossier) if field == "use"]
    asked = (
        ("E06", "sector_licence", "行业许可证", "the sector's licence", industries, dossier.policy.licensed_industries),
        ("E11", "telecom_licence", "电信业务经营许可证", "the telecom licence", uses, dossier.policy.telecom_uses),
    )
    found = []
    for code, slot, zh, en, texts, words in asked:
        word = next((hit for text in texts if (hit := first_word(text, words))), "")
        if word and not dossier.uploaded(slot):
            said = (f"“{word}”须提供{zh}。", f"“{word}” needs {en}.")
            found.append(flagged(NAME, code, *said, slot=slot, read=word))
        elif word:
            found.append(passed(NAME, f"已提供{zh}。", f"There is {en}.", slot=slot, read=word))
    return found
