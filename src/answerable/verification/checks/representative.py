"""Is the legal representative on the form the one on the certificate and in the register?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.stated import Subject, compare_stated

NAME = "representative"
_SUBJECT = Subject(NAME, "B12", "legal_representative", "person", "法定代表人", "The legal representative")


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B12 where they differ."""
    return compare_stated(dossier, _SUBJECT)
