"""Is the address on the form the one on the certificate and in the register?"""

from __future__ import annotations

from answerable.verification.checks.compare import SURE, Verdict, compare_place
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.stated import Subject, compare_stated
from answerable.verification.reading.model import Field

NAME = "address"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B13 where they differ; a province left out is no difference, details of a building are for a person."""
    return compare_stated(dossier, _SUBJECT)


def _compare(expected: str, seen: Field) -> Verdict:
    verdict = compare_place(expected, seen.text)
    return "close" if verdict == "different" and seen.confidence < SURE else verdict


_SUBJECT = Subject(NAME, "B13", "address", "address", "地址", "The address", _compare)
