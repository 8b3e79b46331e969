"""Is the purpose stated, and clear enough to judge later use by?"""

from __future__ import annotations

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "use"
LEAST = 6
"""Characters: fewer cannot say who calls and about what."""


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag U01 for a purpose that is missing, too short, or nothing but a common word."""
    if not (dossier.claims.name or dossier.claims.use):
        return []
    use = plain(dossier.claims.use)
    if not use:
        return [flagged(NAME, "U01", "没有填写使用用途。", "No purpose is stated.", field="use")]
    vague = {plain(word) for word in dossier.policy.vague_uses}
    if len(use) < LEAST or use in vague or use.removesuffix("使用") in vague:
        text = ("使用用途过于笼统。", "The purpose is too vague.")
        return [flagged(NAME, "U01", *text, field="use", read=dossier.claims.use)]
    return [passed(NAME, "已填写使用用途。", "A purpose is stated.", field="use", read=dossier.claims.use)]
