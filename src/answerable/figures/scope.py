"""What figures are asked about: the last months, of all carriers or one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.verification.models import Dossier, Review

MONTHS = 12


@dataclass(frozen=True)
class Scope:
    """From the first day of a month, China time; `carrier` empty means all."""

    since: dt.datetime
    carrier: str = ""

    @classmethod
    def of(cls, at: dt.datetime, carrier: str = "", months: int = MONTHS) -> Scope:
        """Return the scope of this month and those before it."""
        now = at.astimezone(CHINA)
        index = now.year * 12 + now.month - 1 - (months - 1)
        return cls(dt.datetime(index // 12, index % 12 + 1, 1, tzinfo=CHINA), carrier)

    def dossiers(self, found: QuerySet[Dossier]) -> QuerySet[Dossier]:
        """Narrow dossiers to the carrier."""
        return found.filter(number__in=self._numbers()) if self.carrier else found

    def reviews(self, found: QuerySet[Review]) -> QuerySet[Review]:
        """Narrow reviews to the carrier and the time."""
        found = found.filter(at__gte=self.since)
        return found.filter(dossier__number__in=self._numbers()) if self.carrier else found

    def _numbers(self) -> QuerySet[Number, str]:
        return Number.objects.filter(carrier=self.carrier).values_list("pk", flat=True)


def month_of(at: dt.datetime) -> str:
    """Name a month: 2026-03."""
    return f"{at.astimezone(CHINA):%Y-%m}"
