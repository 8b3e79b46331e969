"""Is a seal also on another applicant's papers? Then one picture of it was pasted, or one firm hides behind two."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged
from answerable.verification.reading.rings import differing

NAME = "same_seal"
SAME = 0.25
"""Share of a digest's bits: photographs of one seal differ in less, seals of other names in at least 0.35."""


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag X03 for each slot with such a seal; whose it is is never said. Names alike but for a character look equal."""
    found = []
    for upload in dossier.uploads:
        if upload.reading is None:
            continue
        seal = next(
            (
                s
                for s in upload.reading.seals
                if s.kind in {"applicant", "other"} and any(differing(s.digest, o) < SAME for o in dossier.other_seals)
            ),
            None,
        )
        if seal:
            text = ("同一印章图样出现在其他单位的材料上。", "The same seal is on another organisation's papers.")
            found.append(flagged(NAME, "X03", *text, slot=upload.slot, box=seal.box, read=seal.text))
    return found
