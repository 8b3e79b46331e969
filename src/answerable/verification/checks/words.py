"""Look for words that the operator's policy lists, in the form and in the papers."""

from __future__ import annotations

from collections.abc import Iterable

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts


def texts_about_use(dossier: DossierFacts) -> list[tuple[str, str, str]]:
    """Return (field, slot, text) of everything that says what the number is for."""
    found = [("use", "", dossier.claims.use), ("script", "", dossier.claims.script)]
    for reading in dossier.readings("use_statement"):
        found += [("use", "use_statement", reading.text("use")), ("script", "use_statement", reading.text("script"))]
    return [item for item in found if item[2]]


def first_word(text: str, words: Iterable[str]) -> str:
    """Return the first listed word that a text holds, however it is spaced, or nothing."""
    searched = plain(text)
    return next((word for word in words if plain(word) in searched), "")
