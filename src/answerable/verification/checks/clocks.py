"""Has a day passed by which something had to be done?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "clocks"
_CLOCKS = (
    ("materials_until", "T01", "提交材料的期限", "the day for filing papers"),
    ("top_up_until", "T02", "充值的期限", "the day for topping up"),
    ("real_name_until", "T03", "实名的期限", "the day for being real-named"),
    ("papers_until", "T04", "备案证照的有效期", "the validity of the papers on file"),
)


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag T01 to T04 from the day after; the last day still counts."""
    found = []
    for name, code, zh, en in _CLOCKS:
        until = getattr(dossier.clocks, name)
        if until is not None and until < dossier.judged_on:
            text = (f"{zh}已过（{until}）。", f"It is past {en} ({until}).")
            found.append(flagged(NAME, code, *text, field=name, read=str(until), expected=str(dossier.judged_on)))
    return found
