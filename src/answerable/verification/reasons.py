"""The reasons for which an application comes back: one table of data, with what the applicant does about each.

Staff texts are for the desk only; an applicant is shown `title` and `fix`, never `staff`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

FILE = Path(__file__).with_name("reasons.csv")
EXAMPLES_FILE = Path(__file__).with_name("examples.csv")
Level = Literal["blocker", "fixable", "config", "manual", "auto"]
Retry = Literal["yes", "no", "other_choice"]


@dataclass(frozen=True)
class Reason:
    """One normalised reason. `detect_by` names what can find it; `retry` says whether the applicant may try again."""

    code: str
    group: str
    level: Level
    detect_by: str
    title_zh: str
    title_en: str
    retry: Retry
    fix_zh: str
    fix_en: str
    staff_zh: str
    staff_en: str

    @property
    def is_blocker(self) -> bool:
        """Say whether the application cannot go on while this holds."""
        return self.level == "blocker"

    def title(self, language: str) -> str:
        """Return the title in the reader's language; Chinese governs."""
        return self.title_en if language.startswith("en") else self.title_zh

    def fix(self, language: str) -> str:
        """Return what the applicant should do, in the reader's language."""
        return self.fix_en if language.startswith("en") else self.fix_zh


def load(file: Path = FILE) -> dict[str, Reason]:
    """Read the table; raise ValueError on a code given twice, or a reason that lacks the applicant's fix or the staff's text."""
    reasons: dict[str, Reason] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            reason = Reason(**row)  # type: ignore[arg-type]
            if reason.code in reasons or not all((reason.fix_zh, reason.fix_en, reason.staff_zh, reason.staff_en)):
                raise ValueError(
                    f"{file.name}: {reason.code} is there twice, says no way out, or tells the staff nothing."
                )
            reasons[reason.code] = reason
    return reasons


REASONS: MappingProxyType[str, Reason] = MappingProxyType(load())
"""Every reason by its code, in the order of the table."""


def load_examples(file: Path = EXAMPLES_FILE) -> dict[str, tuple[str, str]]:
    """Read the made-up cases, one a reason, in both languages; raise ValueError on a reason that does not exist."""
    with file.open(encoding="utf-8", newline="") as stream:
        examples = {row["code"]: (row["example_zh"], row["example_en"]) for row in csv.DictReader(stream)}
    if unknown := examples.keys() - REASONS.keys():
        raise ValueError(f"{file.name}: there is no reason {', '.join(sorted(unknown))}.")
    return examples


EXAMPLES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(load_examples())
"""A case of each reason that the public is told of."""
