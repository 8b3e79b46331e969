"""Count the fields of one week. What happened is counted by its time; what stands is read as it stands now.

No table keeps how many verifications were in force on a day past: the report says when it was counted, and is made
within the hour after the week.
"""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Least

from answerable.calls.models import Call
from answerable.complaints.models import Report
from answerable.numbers.models import Measure, Number, Tenure
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.models import Agent, AgentSpell
from answerable.reports.weeks import Week
from answerable.routing.models import Trunk
from answerable.stock.models import StockCheck

STOCK_CHECK_HOLDS = dt.timedelta(days=365)


class Figure(TypedDict):
    """A count has a value (None: not entered yet); a rate has part and whole."""

    value: int | None
    part: int | None
    whole: int | None


def count(week: Week, *, at: dt.datetime) -> dict[str, Figure]:
    """Count every field of `fields.FIELDS`, in its order; `at` is now."""
    stops = Measure.objects.filter(level=Measure.Level.SUSPEND, taken_at__gte=week.since, taken_at__lt=week.until)
    enabled = Trunk.objects.filter(is_enabled=True).count()
    received = Report.objects.filter(received_at__gte=week.since, received_at__lt=week.until)
    return {
        "users": _count(_tenures(week.until).values("holder").distinct().count()),
        "real_name_rate": _real_names(at),
        "old_user_check_rate": _old_users(week, at),
        "enterprises_stopped": _count(stops.exclude(holder=None).values("holder").distinct().count()),
        "numbers_stopped": _count(stops.values("number").distinct().count()),
        "agents": _count(_agents(week.until)),
        "agents_cleaned": _count(Agent.objects.filter(ended_at__gte=week.since, ended_at__lt=week.until).count()),
        "trunks": _count(Trunk.objects.count()),
        "trunks_unauthenticated": _count(0),
        "trunks_closed": _count(Trunk.objects.filter(is_enabled=False).count()),
        "trunk_authentication_rate": _rate(enabled, enabled),
        "spoofed_callers_blocked": _count(_spoofed(week)),
        "reports_received": _count(received.count()),
        "reports_handled": _count(_handled(week)),
        "warnings_sent": _count(
            Measure.objects.filter(level=Measure.Level.WARN, taken_at__gte=week.since, taken_at__lt=week.until).count()
        ),
        "leads_passed_on": _count(None),
    }


def _count(value: int | None) -> Figure:
    return {"value": value, "part": None, "whole": None}


def _rate(part: int, whole: int) -> Figure:
    return {"value": None, "part": part, "whole": whole}


def _tenures(at: dt.datetime) -> QuerySet[Tenure]:
    """List who answers for a number at a moment."""
    return Tenure.objects.filter(since__lt=at).filter(Q(until=None) | Q(until__gte=at))


def _real_names(at: dt.datetime) -> Figure:
    asked = Number.objects.filter(business_state__in=[*ANSWERED_FOR, "unverified"])
    verified = asked.filter(business_state__in=ANSWERED_FOR, verified_until__gt=at)
    return _rate(verified.count(), asked.count())


def _old_users(week: Week, at: dt.datetime) -> Figure:
    held = Tenure.objects.filter(number=OuterRef("pk"), until=None)
    old = Number.objects.filter(Exists(held.filter(since__lt=week.since)), business_state__in=ANSWERED_FOR)
    looked_at = Q(pk__in=[])
    for check in StockCheck.objects.filter(moved_at__gte=at - STOCK_CHECK_HOLDS, started_at__lt=week.until):
        asked = {"carrier": check.carrier, "batch__branch": check.branch, "batch": check.batch}
        within = Q(Exists(held.filter(since__lt=check.started_at)), **{k: v for k, v in asked.items() if v})
        looked_at |= within if check.state == StockCheck.State.FINISHED else within & Q(pk__lte=check.upto)
    return _rate(old.filter(looked_at).count(), old.count())


def _agents(at: dt.datetime) -> int:
    """Count agents whose last spell before a moment is no end."""
    last = AgentSpell.objects.filter(since__lt=at).order_by("agent", "-since", "-pk").distinct("agent")
    return sum(spell.state != Agent.State.ENDED for spell in last)


def _spoofed(week: Week) -> int:
    return Call.objects.filter(
        end_status=Call.End.REFUSED, refusal="CALLER_IS_400", started_at__gte=week.since, started_at__lt=week.until
    ).count()


def _handled(week: Week) -> int:
    """Count reports whose first decision or answer fell into the week; PostgreSQL's LEAST passes over what is not there."""
    first = Report.objects.annotate(handled_at=Least("decided_at", "answered_at"))
    return first.filter(handled_at__gte=week.since, handled_at__lt=week.until).count()
