"""Is a file or a paper somebody else's? The same file has the same SHA-256, the same paper the same number on it.

A perceptual hash would match any two licences: they share one template.
"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "same_file"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag X02 for files or papers that other applicants uploaded too; who they are is never said."""
    found = []
    for upload in dossier.uploads:
        if upload.also_used_by:
            text = ("同一文件出现在其他单位的申请中。", "The same file is in another organisation's application.")
            found.append(flagged(NAME, "X02", *text, slot=upload.slot, read=upload.sha256[:12]))
        elif upload.also_documents_of:
            text = ("同一证件出现在其他单位的申请中。", "The same paper is in another organisation's application.")
            found.append(flagged(NAME, "X02", *text, slot=upload.slot))
    return found
