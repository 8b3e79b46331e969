"""How long applications have waited for a reviewer, now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from answerable.figures.scope import Scope
from answerable.verification.models import Dossier, Handling
from answerable.verification.queries import NO_VISIT, waits_since

BUCKETS: tuple[tuple[int, tuple[str, str]], ...] = (
    (1, ("1 天内", "Up to 1 day")), (2, ("1–2 天", "1–2 days")), (3, ("2–3 天", "2–3 days")), (5, ("3–5 天", "3–5 days")),
)  # fmt: skip
OLDER = ("5 天以上", "More than 5 days")


@dataclass(frozen=True)
class Waiting:
    """How many wait, by age, and for how many days the oldest has."""

    buckets: list[tuple[tuple[str, str], int]]
    oldest_days: float
    count: int


def waiting(scope: Scope, *, at: dt.datetime) -> Waiting:
    """Count what waits for either stage of the review."""
    handled = Handling.objects.filter(dossier=OuterRef("pk"))
    queue = scope.dossiers(Dossier.objects.filter(state__in=["submitted", "deferred", "unsuccessful"])).filter(
        NO_VISIT | Exists(handled)
    )
    rows = queue.select_related("handling").only("submitted_at", "opened_at", "handling__at")
    ages = [(at - waits_since(one)).total_seconds() / 86400 for one in rows.iterator(2000)]
    counts = [0] * (len(BUCKETS) + 1)
    for age in ages:
        counts[next((n for n, (days, _) in enumerate(BUCKETS) if age <= days), len(BUCKETS))] += 1
    labels = [*(words for _, words in BUCKETS), OLDER]
    return Waiting(list(zip(labels, counts, strict=True)), max(ages, default=0.0), len(ages))
