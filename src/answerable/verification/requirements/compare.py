"""Say in words how a proposed version differs from the one in force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.verification.models import RequirementSet
from answerable.verification.slots import OWNERS, SLOTS, USES

REQUIRED: dict[str, tuple[str, str]] = {
    "always": ("必交", "always"),
    "handler": ("经办人办理时必交", "where a handler applies"),
    "never": ("不要求", "not asked for"),
}
FIELDS: dict[str, tuple[str, str]] = {
    "effective_from": ("生效日", "In force from"),
    "needs_handling": ("须营业厅受理", "Handled at a counter"),
    "verification_days": ("实名有效天数", "Days of verification"),
    "line_proof_days": ("线路证明有效天数", "Days of a line's proof"),
}
_NONE = ("—", "—")


@dataclass(frozen=True)
class Change:
    """One difference: what, before and after, in both languages."""

    name_zh: str
    name_en: str
    before_zh: str
    before_en: str
    after_zh: str
    after_en: str


Industries = Mapping[str, tuple[str, ...]]
"""Names of the industries, which whoever shows a set knows; without them their codes are said."""


def changes(before: RequirementSet | None, after: RequirementSet, industries: Industries | None = None) -> list[Change]:
    """List what a version changes; without one in force before, all that it asks for."""
    return [*_fields(before, after), *_slots(before, after, industries), *_policy(before, after)]


def _fields(before: RequirementSet | None, after: RequirementSet) -> Iterator[Change]:
    for name, names in FIELDS.items():
        was = _plain(getattr(before, name)) if before else _NONE
        now = _plain(getattr(after, name))
        if was != now:
            yield Change(*names, *was, *now)


def _slots(before: RequirementSet | None, after: RequirementSet, industries: Industries | None) -> Iterator[Change]:
    old = {row["slot"]: row for row in before.slots} if before else {}
    new = {row["slot"]: row for row in after.slots}
    for code in SLOTS:
        was, now = describe(old.get(code), industries), describe(new.get(code), industries)
        if was != now:
            yield Change(SLOTS[code].zh, SLOTS[code].en, *was, *now)


def _policy(before: RequirementSet | None, after: RequirementSet) -> Iterator[Change]:
    old, new = (before.policy if before else {}), after.policy
    for name in sorted({*old, *new}):
        was, now = (_plain(p[name]) if name in p else _NONE for p in (old, new))
        if was != now:
            yield Change(name, name, *was, *now)


def describe(row: dict[str, Any] | None, industries: Industries | None = None) -> tuple[str, str]:
    """Say what one slot's row asks for."""
    if row is None or row["required"] == "never":
        return REQUIRED["never"]
    zh, en = REQUIRED[row["required"]]
    if int(row.get("pages") or 1) > 1:
        zh, en = f"{zh}，{row['pages']} 页", f"{en}, {row['pages']} pages"
    for name, wanted in row.get("when", {}).items():
        known: Industries = {"use": USES, "owner": OWNERS, "industry": industries or {}}.get(name, {})
        said = [known.get(code, (code, code)) for code in wanted] if isinstance(wanted, list) else [("", "")]
        zh = f"{zh}；{_WHEN[name][0]}{'、'.join(names[0] for names in said)}"
        en = f"{en}; {_WHEN[name][1]} {' / '.join(names[1] for names in said)}".rstrip()
    return zh, en


_WHEN: dict[str, tuple[str, str]] = {
    "use": ("用途为", "use is"),
    "industry": ("行业为", "industry is"),
    "owner": ("线路户主为", "line belongs to"),
    "off_site": ("线路不在注册地址", "line at another place"),
}


def _plain(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, list | dict):
        return (json.dumps(value, ensure_ascii=False),) * 2
    return (str(value),) * 2
