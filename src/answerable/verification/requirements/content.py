"""What may stand in a requirement set: every mistake is named with its place, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from answerable.parties.models import Counter, SubjectType
from answerable.verification.checks.facts import policy_mistakes
from answerable.verification.models import RequirementSet
from answerable.verification.slots import OWNERS, SLOTS, USES

REQUIRED = ("always", "handler", "never")
CHANNELS = ("web", *Counter.Kind.values)
MOST_PAGES = 50
_CODE = re.compile(r"[a-z_]{0,40}")


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, and where."""

    field: str
    zh: str
    en: str


def mistakes(rules: RequirementSet) -> list[Mistake]:
    """List everything that is wrong with an unsaved set."""
    return [*_key(rules), *_days(rules), *_slots(rules.slots), *_policy(rules.policy)]


def _key(rules: RequirementSet) -> Iterator[Mistake]:
    known: dict[str, tuple[str, ...]] = {
        "subject_type": ("", *SubjectType.values), "use": ("", *USES), "channel": ("", *CHANNELS), "purpose": tuple(RequirementSet.Purpose.values),
    }  # fmt: skip
    for field, values in known.items():
        if getattr(rules, field) not in values:
            said = ", ".join(value for value in values if value)
            yield Mistake(field, f"须为 {said} 之一", f"must be one of {said}")
    if not _CODE.fullmatch(rules.industry):
        yield Mistake("industry", "须为行业代码", "must be an industry's code")


def _days(rules: RequirementSet) -> Iterator[Mistake]:
    if type(rules.effective_from) is not dt.date:
        yield Mistake("effective_from", "须为日期，如 2026-12-31", "must be a day such as 2026-12-31")
    for field in ("verification_days", "line_proof_days"):
        value = getattr(rules, field)
        if type(value) is not int or not 1 <= value <= 3650:
            yield Mistake(field, "须为 1 至 3650 天", "must be 1 to 3650 days")


def _slots(slots: Any) -> Iterator[Mistake]:
    if not isinstance(slots, list) or not slots:
        yield Mistake("slots", "至少要求一项材料", "ask for at least one item")
        return
    seen: set[str] = set()
    for index, row in enumerate(slots):
        code = row.get("slot") if isinstance(row, dict) else None
        if not isinstance(code, str) or code not in SLOTS:
            said = ", ".join(SLOTS)
            yield Mistake(f"slots.{index}", f"slot 须为 {said} 之一", f"slot must be one of {said}")
            continue
        place = f"slots.{code}"
        if code in seen:
            yield Mistake(place, "重复", "is there twice")
        seen.add(code)
        yield from _row(row, place)
    if all(isinstance(row, dict) and row.get("required") == "never" for row in slots):
        yield Mistake("slots", "至少要求一项材料", "ask for at least one item")


def _row(row: dict[str, Any], place: str) -> Iterator[Mistake]:
    if unknown := row.keys() - {"slot", "required", "pages", "when"}:
        yield Mistake(place, f"不认识 {sorted(unknown)[0]}", f"{sorted(unknown)[0]} is unknown")
    if row.get("required") not in REQUIRED:
        yield Mistake(place, "required 须为 always、handler 或 never", "required must be always, handler or never")
    pages = row.get("pages", 1)
    if type(pages) is not int or not 1 <= pages <= MOST_PAGES:
        yield Mistake(place, f"页数须为 1 至 {MOST_PAGES}", f"pages must be 1 to {MOST_PAGES}")
    when = row.get("when", {})
    if not isinstance(when, dict):
        yield Mistake(place, "when 须为对象", "when must be an object")
        return
    for name, wanted in when.items():
        if not _is_condition(name, wanted):
            yield Mistake(
                place, f"条件 {name} 无效：use、industry、owner 须为代码列表，off_site 须为 true",
                f"condition {name} is not valid: use, industry and owner are lists of codes, off_site is true",
            )  # fmt: skip


def _is_condition(name: str, wanted: Any) -> bool:
    if name == "off_site":
        return wanted is True
    if not isinstance(wanted, list) or not wanted or not all(isinstance(word, str) for word in wanted):
        return False
    known = {"use": USES.keys(), "owner": OWNERS.keys()}
    if name == "industry":
        return all(word and _CODE.fullmatch(word) for word in wanted)
    return name in known and set(wanted) <= set(known[name])


def _policy(policy: Any) -> Iterator[Mistake]:
    if not isinstance(policy, dict):
        yield Mistake("policy", "须为 JSON 对象", "must be a JSON object")
        return
    for name, zh, en in policy_mistakes(policy):
        yield Mistake(f"policy.{name}", zh, en)
