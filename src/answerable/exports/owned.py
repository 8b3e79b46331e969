"""What belongs to one organisation, and since when: a number may have had another holder before and after."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from answerable.numbers.models import Tenure
from answerable.orders.models import Order
from answerable.parties.models import Enterprise
from answerable.verification.models import Dossier


@dataclass(frozen=True)
class Window:
    """A time in which what happens to a number is about this organisation; `until` None: still."""

    number: str
    since: dt.datetime
    until: dt.datetime | None

    def holds(self, field: str, at: str) -> Q:
        """Narrow a query to what names this number within the window."""
        inside = Q(**{field: self.number, f"{at}__gte": self.since})
        return inside & Q(**{f"{at}__lt": self.until}) if self.until else inside


def windows_of(enterprise: Enterprise) -> list[Window]:
    """List the windows of an organisation: from its order, dossier or tenure until another's begins."""
    events: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    sources = (
        (Order.objects, "number", "created_at", "enterprise"),
        (Tenure.objects, "number", "since", "holder"),
        (Dossier.objects, "number", "opened_at", "enterprise"),
    )
    for objects, number, since, owner in sources:
        mine = objects.filter(**{owner: enterprise}).values(number)
        for row in objects.filter(**{f"{number}__in": mine}).values_list(number, since, owner):
            events[row[0]].append((row[1], row[2]))
    return [window for number, found in sorted(events.items()) for window in _windows(number, found, enterprise.pk)]


def _windows(number: str, events: list[tuple[dt.datetime, int]], mine: int) -> list[Window]:
    found: list[Window] = []
    since: dt.datetime | None = None
    for at, owner in sorted(events):
        if owner == mine and since is None:
            since = at
        elif owner != mine and since is not None:
            found.append(Window(number, since, at))
            since = None
    return found if since is None else [*found, Window(number, since, None)]


def within(windows: list[Window], *, field: str = "number", at: str = "at") -> Q:
    """Narrow a query to what lies in any of the windows; nothing where there is none."""
    asked = Q(pk__in=[])
    for window in windows:
        asked |= window.holds(field, at)
    return asked
