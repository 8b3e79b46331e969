"""Is an outbound use intended? A 400 number only receives calls and may never be shown as a caller."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged
from answerable.verification.checks.words import first_word, texts_about_use

NAME = "outbound"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag U04 for words of calling out or showing the number."""
    found = []
    for field, slot, text in texts_about_use(dossier):
        word = first_word(text, dossier.policy.outbound_words)
        if word and "不" + word not in text:
            about = (f"用途含有外呼或外显：“{word}”。", f"The use means calling out or showing the number: “{word}”.")
            found.append(flagged(NAME, "U04", *about, field=field, slot=slot, read=text[:200], expected=word))
    return found
