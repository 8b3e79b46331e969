"""Read reports and appeals."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from answerable.complaints.models import Appeal, Disavowal, DutyNotice, DutyShift, Evidence, Handover, Partner, Report
from answerable.lib import vault
from answerable.numbers.models import Measure
from answerable.parties.models import Person, Staff
from answerable.parties.queries import proven_for

URGENT = Q(urgent_due_at__isnull=False, decision="") & ~Q(state="answered")
LANES: dict[str, Q] = {"urgent": URGENT, "proven": Q(calls_matched__gt=0), "fraud": Q(report_class="fraud")}
"""What goes first, in this order; the rest follows."""


def by_reference(reference: str) -> Report | None:
    """Find a report by its reference: whoever has it may read its state."""
    return Report.objects.filter(pk=reference.strip().upper()).first()


def waiting() -> QuerySet[Report]:
    """List what waits for the operator: urgent, proven callers, fraud, the rest; in each the nearest deadline first."""
    return in_order(Report.objects.exclude(state="answered"))


def in_order(found: QuerySet[Report]) -> QuerySet[Report]:
    """Put reports in the order in which they are to be looked at."""
    lanes = [When(where, then=Value(place)) for place, where in enumerate(LANES.values())]
    lane = Case(*lanes, default=Value(len(lanes)), output_field=IntegerField())
    return found.annotate(lane=lane).order_by("lane", F("urgent_due_at").asc(nulls_last=True), "answer_due_at", "pk")


def queue(*, lane: str = "", report_class: str = "", state: str = "", at: dt.datetime) -> QuerySet[Report]:
    """Narrow what waits; `state` may also be `overdue` or `answered` (newest first)."""
    found = Report.objects.filter(state="answered") if state == "answered" else waiting()
    if state == "overdue":
        found = found.filter(Q(answer_due_at__lte=at) | Q(urgent_due_at__lte=at, decision=""))
    elif state in {"received", "in_hand"}:
        found = found.filter(state=state)
    if lane in LANES:
        found = found.filter(LANES[lane])
    if report_class in Report.Class.values:
        found = found.filter(report_class=report_class)
    return found.order_by("-answered_at") if state == "answered" else found


def overdue(at: dt.datetime) -> QuerySet[Report]:
    """List what should have been answered or decided by now."""
    return queue(state="overdue", at=at)


def told(staff: Staff) -> QuerySet[DutyNotice]:
    """List what a member of staff was told about reports that still wait."""
    waits = DutyNotice.objects.filter(staff=staff).exclude(report__state="answered")
    return waits.filter(Q(code="reminder") | Q(report__decision="")).select_related("report").order_by("-at", "-pk")


def shifts(at: dt.datetime) -> QuerySet[DutyShift]:
    """List the shifts that run or are to come."""
    return DutyShift.objects.filter(until__gt=at, removed_at=None).select_related("staff").order_by("since", "pk")


def evidence_of(evidence_id: UUID) -> Evidence | None:
    """Find one file; the action asks for the permission."""
    return Evidence.objects.select_related("report").filter(pk=evidence_id).first()


def partner_key_hash(key: str) -> str:
    """Hash a partner's key as the table keeps it."""
    return vault.keyed_hash(key, "partner")


def partner_of(key: str) -> Partner | None:
    """Find the partner whose key this is, unless it has ended."""
    return Partner.objects.filter(key_hash=partner_key_hash(key), ended_at=None).first()


def partners() -> QuerySet[Partner]:
    """List the partners, those in force first."""
    return Partner.objects.order_by(F("ended_at").asc(nulls_first=True), "code")


def handed_over(source: str, external_reference: str) -> Report | None:
    """Find the report that came before under a source's own reference."""
    return Report.objects.filter(source=source, external_reference=external_reference).first()


def handed_over_by(partner: Partner, reference: str) -> Report | None:
    """Find a report of a partner's own by our reference: another's is none."""
    return Report.objects.filter(pk=reference.strip().upper(), source=f"api:{partner.code}").first()


def handovers() -> QuerySet[Handover]:
    """List the files that were handed over, newest first."""
    return Handover.objects.select_related("staff").order_by("-pk")


def measure_of(person: Person, measure_id: int) -> Measure | None:
    """Find a measure against an organisation the person is proven to act for."""
    return Measure.objects.filter(pk=measure_id, holder__in=proven_for(person)).first()


def appeals_by_state(*states: str) -> QuerySet[Appeal]:
    """List appeals, the nearest clock first; without a state all of them."""
    rows = Appeal.objects.select_related("measure__holder", "measure__staff", "decided_by").order_by("due_at")
    return rows.filter(state__in=states) if states else rows


def disavowals(*states: str) -> QuerySet[Disavowal]:
    """List claims that a number is not an organisation's hotline, the nearest end of the time to contest first."""
    found = Disavowal.objects.select_related("number", "holder", "person", "entered_by", "decided_by").defer("letter")
    return (found.filter(state__in=states) if states else found).order_by("contest_until", "pk")


def disavowal_of(person: Person, disavowal_id: int) -> Disavowal | None:
    """Fetch a claim for who is proven to act for the organisation that made it, or for the holder; None for anybody else."""
    theirs = proven_for(person)
    mine = Q(holder__in=theirs) | Q(credit_code__in=theirs.values("credit_code"))
    return disavowals().filter(mine, pk=disavowal_id).first()


def disavowals_of(person: Person) -> QuerySet[Disavowal]:
    """List the claims that concern the organisations a person is proven to act for, newest first."""
    theirs = proven_for(person)
    return disavowals().filter(Q(holder__in=theirs) | Q(credit_code__in=theirs.values("credit_code"))).order_by("-pk")
