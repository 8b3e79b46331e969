"""The shape that name, representative and address share: form, picture and register must say the same.

A claim filled from the picture proves nothing about the picture; it is compared with the register instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from answerable.verification.checks.compare import Verdict, compare_text
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.reading.model import Field


@dataclass(frozen=True)
class Subject:
    """What is compared: the check, its reason, the claim's name, the licence's field, and how people call it."""

    check: str
    code: str
    claim: str
    field: str
    zh: str
    en: str
    compare: Callable[[str, Field], Verdict] = compare_text


def compare_stated(dossier: DossierFacts, subject: Subject) -> list[Finding]:
    """Compare the claim with the licence and with the register, and the licence with the register (newest edition)."""
    stated = str(getattr(dossier.claims, subject.claim))
    reading = dossier.reading("licence")
    seen = reading.fields.get(subject.field) if reading else None
    listed = str(getattr(dossier.register, subject.claim)) if dossier.register else ""
    found = []
    if stated and reading is not None:
        found.append(_with_picture(dossier, subject, stated, seen))
    if stated and listed and dossier.claims.came_from(subject.claim) != "register":
        found.append(_with_register(subject, stated, listed))
    if listed and seen is not None and subject.compare(listed, seen) == "different":
        text = (f"证照上的{subject.zh}与登记信息不同，可能不是最新证照。",
                f"{subject.en} on the certificate differs from the register: not the newest edition?")  # fmt: skip
        found.append(
            flagged(subject.check, "B08", *text, field=subject.claim, slot="licence", seen=seen, expected=listed)
        )
    return found


def _with_picture(dossier: DossierFacts, subject: Subject, stated: str, seen: Field | None) -> Finding:
    about = {"field": subject.claim, "slot": "licence"}
    if seen is None:
        text = (f"没有读出证照上的{subject.zh}，将由人工查看。", f"{subject.en} was not read; a person will look.")
        return unsure(subject.check, *text, field=subject.claim, slot="licence", expected=stated)
    if dossier.claims.came_from(subject.claim) == "filled_from_picture":
        text = (f"{subject.zh}由照片识别填入，不能证明与照片一致。",
                f"{subject.en} was filled from the picture, which proves nothing about the picture.")  # fmt: skip
        return unsure(subject.check, *text, seen=seen, field=about["field"], slot=about["slot"])
    verdict = subject.compare(stated, seen)
    if verdict == "same":
        text = (f"{subject.zh}与证照一致。", f"{subject.en} agrees with the certificate.")
        return passed(subject.check, *text, field=subject.claim, slot="licence", seen=seen, expected=stated)
    if verdict == "close":
        text = (f"{subject.zh}与证照接近但未能确认，将由人工查看。",
                f"{subject.en} is close to the certificate's, not surely the same; a person will look.")  # fmt: skip
        return unsure(subject.check, *text, field=subject.claim, slot="licence", seen=seen, expected=stated)
    text = (f"{subject.zh}与证照不一致。", f"{subject.en} differs from the certificate.")
    return flagged(subject.check, subject.code, *text, field=subject.claim, slot="licence", seen=seen, expected=stated)


def _with_register(subject: Subject, stated: str, listed: str) -> Finding:
    verdict = subject.compare(listed, Field(stated, stated, 1.0, None))
    if verdict == "same":
        text = (f"{subject.zh}与登记信息一致。", f"{subject.en} agrees with the register.")
        return passed(subject.check, *text, field=subject.claim, read=stated, expected=listed)
    if verdict == "close":
        text = (
            f"{subject.zh}与登记信息接近，将由人工查看。",
            f"{subject.en} is close to the register's; a person will look.",
        )
        return unsure(subject.check, *text, field=subject.claim, read=stated, expected=listed)
    text = (f"{subject.zh}与登记信息不一致。", f"{subject.en} differs from the register.")
    return flagged(subject.check, subject.code, *text, field=subject.claim, read=stated, expected=listed)
