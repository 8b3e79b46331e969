"""Is a file somebody else's? Same file means the same SHA-256: a perceptual hash would match any two licences."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "same_file"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag files that other applicants uploaded too; who they are is never said."""
    return [
        flagged(
            NAME, "X02", "同一文件出现在其他单位的申请中。", "The same file is in another organisation's application.",
            slot=upload.slot, read=upload.sha256[:12],
        )
        for upload in dossier.uploads
        if upload.also_used_by
    ]  # fmt: skip
