"""Is the name on the form the name on the certificate and in the register?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.stated import Subject, compare_stated

NAME = "licence_name"
_SUBJECT = Subject(NAME, "B10", "name", "name", "单位名称", "The name")


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B10 where the names differ; brackets and width are no difference."""
    return compare_stated(dossier, _SUBJECT)
