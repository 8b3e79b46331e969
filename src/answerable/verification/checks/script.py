"""Does the script, or the purpose, hold words that fraud uses?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.words import first_word, texts_about_use

NAME = "script"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag U03 for each text with a banned word; the words are the operator's data."""
    found = []
    texts = texts_about_use(dossier)
    for field, slot, text in texts:
        word = first_word(text, dossier.policy.banned_words)
        if word:
            about = (f"含有不允许的内容：“{word}”。", f"It holds words that are not allowed: “{word}”.")
            found.append(flagged(NAME, "U03", *about, field=field, slot=slot, read=text[:200], expected=word))
    if texts and not found:
        found.append(
            passed(NAME, "话术没有不允许的内容。", "The script holds nothing that is not allowed.", field="script")
        )
    return found
