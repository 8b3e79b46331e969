"""What a check found: an observation with its evidence, for a person to judge. Never a verdict (PIPL art. 24)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypedDict, Unpack

from answerable.verification.reading.model import Box, Field
from answerable.verification.reasons import REASONS

HIDDEN = {"B07", "X02", "X03", "E09"}
"""Reasons whose evidence is for staff only: it would teach a forger, or tell about others."""
Outcome = Literal["pass", "flag", "cannot_tell"]
Severity = Literal["info", "manual", "fixable", "blocker"]
_SEVERITY: dict[str, Severity] = {
    "blocker": "blocker", "config": "blocker", "fixable": "fixable", "manual": "manual", "auto": "fixable",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One observation: which check, with which outcome, about which field or slot, what was read and what was expected.

    `code` is a reason's code and set only when the outcome is `flag`. `read` may hold an ID number: mask before showing
    it to anybody but a reviewer.
    """

    check: str
    outcome: Outcome
    text_zh: str
    text_en: str
    code: str | None = None
    severity: Severity = "info"
    field: str = ""
    slot: str = ""
    page: int = 0
    box: Box | None = None
    read: str = ""
    expected: str = ""
    fix_zh: str = ""
    fix_en: str = ""

    def for_applicant(self) -> Finding:
        """Return what the applicant may see: of signs of forgery only the way out, never what gave them away."""
        if self.code not in HIDDEN:
            return self
        reason = REASONS[self.code or ""]
        return replace(
            self, text_zh="这份材料需要人工核对。", text_en="A person has to look at this paper.", field="", box=None, page=0,
            read="", expected="", fix_zh=reason.fix_zh, fix_en=reason.fix_en,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """Rebuild a finding from `to_dict`'s data."""
        return cls(**(data | {"box": Box(**data["box"]) if data.get("box") else None}))


class About(TypedDict, total=False):
    """Where a finding points: field, slot, the field that was read (gives text, page and box), and the expectation."""

    field: str
    slot: str
    seen: Field | None
    read: str
    expected: str
    box: Box | None


def passed(check: str, zh: str, en: str, **about: Unpack[About]) -> Finding:
    """Say that a check holds."""
    return _finding(check, ("pass", None), (zh, en), about)


def unsure(check: str, zh: str, en: str, **about: Unpack[About]) -> Finding:
    """Say that a check could not tell, and why."""
    return _finding(check, ("cannot_tell", None), (zh, en), about)


def flagged(check: str, code: str, zh: str, en: str, **about: Unpack[About]) -> Finding:
    """Say that a check found a reason; severity and fix come from the table of reasons."""
    return _finding(check, ("flag", code), (zh, en), about)


def _finding(check: str, result: tuple[Outcome, str | None], text: tuple[str, str], about: About) -> Finding:
    outcome, code = result
    seen = about.get("seen")
    box = about.get("box") or (seen.box if seen else None)
    reason = REASONS[code] if code else None
    return Finding(
        check=check, outcome=outcome, text_zh=text[0], text_en=text[1], code=code,
        severity=_SEVERITY[reason.level] if reason else "info",
        field=about.get("field", ""), slot=about.get("slot", ""), page=box.page if box else 0, box=box,
        read=about.get("read", seen.text if seen else ""), expected=about.get("expected", ""),
        fix_zh=reason.fix_zh if reason else "", fix_en=reason.fix_en if reason else "",
    )  # fmt: skip
