"""Collect what is known of a batch of numbers: a fixed number of queries, whatever the batch's size."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, F, Q

from answerable.calls.models import Call
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.models import BlacklistEntry
from answerable.stock.rules import SILENT_DAYS, Calls, Seen
from answerable.verification import errors, lookups
from answerable.verification.consent import declined_among
from answerable.verification.licence import reading_of
from answerable.verification.models import Document, Dossier
from answerable.verification.queries import claims, requirement_set
from answerable.verification.slots import Situation, asked

SHORT = dt.timedelta(seconds=10)


def look(numbers: Sequence[Number], *, at: dt.datetime) -> list[tuple[Number, Seen]]:
    """Return each number, which must come with its holder, beside what is known of it."""
    codes = {n.holder.credit_code for n in numbers if n.holder}
    register = lookups.registered(codes)
    black = set(BlacklistEntry.objects.filter(kind="firm", value__in=codes).values_list("value", flat=True))
    papers, calls, over = _papers(numbers), _calls(numbers, at), _over_quota(numbers)
    filed, declined = _filed(papers.values()), declined_among(papers.values())
    sets = dict[tuple[str, str, str, str], tuple[str, ...]]()
    seen = []
    for number in numbers:
        holder, dossier = number.holder, papers.get(number.pk)
        if holder is None:
            continue
        stated = claims(dossier) if dossier else {}
        slots = filed.get(dossier.pk, {}) if dossier else {}
        wanted = _wanted(number, dossier, str(stated.get("use", "own")), at, sets) if dossier else ()
        seen.append((number, Seen(
            day=at.astimezone(CHINA).date(), in_service_days=(at - number.state_since).days, holder_name=holder.name,
            representative=holder.legal_representative, credit_code=holder.credit_code, register=register.get(holder.credit_code),
            is_blacklisted=holder.credit_code in black, has_papers=dossier is not None,
            missing_slots=tuple(slot for slot in wanted if slot not in slots and (dossier, slot) not in declined), use_text=str(stated.get("use_text", "")),
            industry=str(stated.get("industry", "")), licence_until=_licence_end(slots.get("licence")),
            over_quota=over.get((holder.pk, number.carrier_id), 0), calls=calls.get(number.pk, Calls()),
        )))  # fmt: skip
    return seen


def _papers(numbers: Sequence[Number]) -> dict[str, Dossier]:
    """Return the newest approved dossier of each number's present holder."""
    holders = {n.pk: n.holder_id for n in numbers}
    found = (
        Dossier.objects.filter(
            number__in=holders, enterprise__in=set(holders.values()), kind="holder", state="approved"
        )
        .select_related("enterprise")
        .order_by("number", F("decided_at").asc(nulls_first=True))
    )
    return {one.number: one for one in found if one.enterprise_id == holders[one.number]}


def _filed(dossiers: object) -> dict[int, dict[str, Document]]:
    """Return the papers in force of each dossier by their slot; nothing is opened yet."""
    keys = [d.pk for d in dossiers]  # type: ignore[attr-defined]
    filed: dict[int, dict[str, Document]] = defaultdict(dict)
    for document in Document.objects.filter(dossier__in=keys, replaced_at=None).order_by("dossier", "-position"):
        filed[document.dossier_id or 0][document.slot] = document
    return filed


def _wanted(
    number: Number, dossier: Dossier, use: str, at: dt.datetime, sets: dict[tuple[str, str, str, str], tuple[str, ...]]
) -> tuple[str, ...]:
    """List the slots that the set in force today asks of such a holder; none where the operator has loaded no set."""
    key = (number.carrier_id, dossier.enterprise.subject_type, use, dossier.role)
    if key not in sets:
        try:
            found = requirement_set(carrier=key[0], subject_type=key[1], use=use, day=at.astimezone(CHINA).date())
        except errors.NoRequirementSet:
            sets[key] = ()
        else:
            # What depends on industry, owner or place was asked when it was filed; here the use and the role decide.
            situation = Situation(use=use, role=dossier.role)
            sets[key] = tuple(one.slot for one in asked(found.slots, situation))
    return sets[key]


def _licence_end(document: Document | None) -> dt.date | None:
    reading = reading_of(document) if document else None
    try:
        return dt.date.fromisoformat(reading.value("term")) if reading else None
    except ValueError:  # 长期, or not read
        return None


def _calls(numbers: Sequence[Number], at: dt.datetime) -> dict[str, Calls]:
    recent = Call.objects.filter(
        number__in=[n.pk for n in numbers], started_at__gte=at - dt.timedelta(days=SILENT_DAYS)
    ).exclude(end_status="refused")
    answered = Q(answered_at__isnull=False, ended_at__isnull=False)
    counted = recent.values("number").annotate(
        count=Count("pk"), answered=Count("pk", filter=answered),
        short=Count("pk", filter=answered & Q(ended_at__lt=F("answered_at") + SHORT)),
    )  # fmt: skip
    return {row["number"]: Calls(row["count"], row["answered"], row["short"]) for row in counted}


def _over_quota(numbers: Sequence[Number]) -> dict[tuple[int, str], int]:
    """Count how many numbers a holder has over its limit with a carrier (MIIT 452 (七)四)."""
    quotas = {n.holder.pk: n.holder.quota for n in numbers if n.holder}
    held = Number.objects.filter(holder__in=quotas).values_list("holder", "carrier").annotate(Count("pk"))
    return {(holder or 0, carrier): count - quotas[holder or 0] for holder, carrier, count in held}
