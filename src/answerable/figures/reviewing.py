"""What reviews came to: the share that passes the first time, why the rest comes back, and whether the machine saw it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from answerable.figures.scope import Scope, month_of
from answerable.verification.models import Review
from answerable.verification.reasons import REASONS

RETURNED = ("ask", "decline")


@dataclass(frozen=True)
class FirstPass:
    """Of the applications whose first answer fell into a month: how many, and how many passed at once."""

    month: str
    decided: int
    passed: int

    @property
    def rate(self) -> float:
        """Return the share that passed the first time."""
        return self.passed / self.decided if self.decided else 0.0


def first_pass(scope: Scope) -> list[FirstPass]:
    """Count by month. The first answer is the carrier's approval, a question, or a refusal; our own delays are none."""
    answers: dict[int, tuple[str, bool]] = {}
    for one in _answers(scope).values("dossier", "decision", "at").iterator(2000):
        answers.setdefault(one["dossier"], (month_of(one["at"]), one["decision"] == "approve"))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for month, has_passed in answers.values():
        counts[month][0] += 1
        counts[month][1] += has_passed
    return [FirstPass(month, *counts[month]) for month in sorted(counts)]


def _answers(scope: Scope) -> QuerySet[Review]:
    """List the reviews that answered an applicant, oldest first: of an approval only the second, which puts it in force."""
    found = scope.reviews(Review.objects.filter(decision__in=["approve", *RETURNED]))
    return found.exclude(decision="approve", stage="pre_check").order_by("pk")


@dataclass(frozen=True)
class ReasonCount:
    """How many applications came back for a reason, and their share of all that came back."""

    code: str
    count: int
    share: float


@dataclass(frozen=True)
class Returns:
    """Why applications came back; `total` is how many did, each counted once."""

    total: int
    reasons: list[ReasonCount]


def returns(scope: Scope) -> Returns:
    """Count reasons, each once an application, the commonest first."""
    seen: dict[int, set[str]] = defaultdict(set)
    found = scope.reviews(Review.objects.filter(decision__in=RETURNED)).values_list("dossier", "reasons")
    for dossier, reasons in found.iterator(2000):
        seen[dossier].update(code for code in reasons if code in REASONS)
    counts = Counter(code for codes in seen.values() for code in codes)
    total = len(seen)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Returns(total, [ReasonCount(code, count, count / total) for code, count in ordered])


@dataclass
class Agreement:
    """One check against the reviewers: what it flagged, how often they agreed, its false alarms and its misses."""

    check: str
    flagged: int = 0
    agreed: int = 0
    false_alarms: int = 0
    misses: int = 0


def agreement(scope: Scope) -> list[Agreement]:
    """Compare what each reviewer was shown with what they gave as reasons, check by check.

    A flag is a false alarm where the application was approved; neither agreed nor false where it came back for something
    else. A reason that nothing flagged is a miss of the checks that flag it elsewhere, else of none (`—`).
    """
    rows: dict[str, Agreement] = {}
    checks_of: dict[str, set[str]] = defaultdict(set)
    missed: Counter[str] = Counter()
    for decision, reasons, flags in _shown(scope):
        for check, code in flags:
            checks_of[code].add(check)
            row = rows.setdefault(check, Agreement(check))
            row.flagged += 1
            row.agreed += decision != "approve" and code in reasons
            row.false_alarms += decision == "approve"
        missed.update(set(reasons) - {code for _, code in flags})
    for code, count in missed.items():
        for check in checks_of.get(code) or {"—"}:
            rows.setdefault(check, Agreement(check)).misses += count
    return sorted(rows.values(), key=lambda row: (-row.false_alarms - row.misses, row.check))


def _shown(scope: Scope) -> Iterator[tuple[str, list[str], set[tuple[str, str]]]]:
    """Give each answer with its reasons and the (check, code) pairs that were flagged before the reviewer's eyes."""
    for decision, reasons, shown in _answers(scope).values_list("decision", "reasons", "shown").iterator(2000):
        findings: list[dict[str, Any]] = shown.get("findings", [])
        yield decision, reasons, {(f["check"], f["code"]) for f in findings if f["outcome"] == "flag" and f["code"]}
