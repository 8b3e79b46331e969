"""Read dossiers and documents, each query narrowed to who may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from answerable.lib import keystore
from answerable.parties.models import Person, Staff
from answerable.parties.queries import may, proven_for
from answerable.verification import errors
from answerable.verification.models import (
    Appointment,
    CallBack,
    Document,
    Dossier,
    Handling,
    Message,
    RequirementSet,
    Review,
)


def requirement_set(
    *,
    carrier: str,
    subject_type: str,
    use: str,
    day: dt.date,
    industry: str = "",
    channel: str = "",
    purpose: str = "open",
) -> RequirementSet:
    """Return the most specific set in force on a day, of these the newest; raise NoRequirementSet where there is none.

    A set for any ("") applies to all; one that names industry, channel, use or kind goes before one that does not, in
    that order. Where nothing of its own is set for verifying again, all is asked as for opening.
    """
    asked = {"industry": industry, "channel": channel, "use": use, "subject_type": subject_type}
    found = (
        RequirementSet.objects.filter(
            carrier=carrier, purpose=purpose, effective_from__lte=day, state="approved",
            **{f"{name}__in": {value, ""} for name, value in asked.items()},
        )
        .order_by(*(f"-{name}" for name in asked), "-effective_from", "-version")
        .first()
    )  # fmt: skip
    if found is None and purpose == "reverify":
        return requirement_set(
            carrier=carrier, subject_type=subject_type, use=use, day=day, industry=industry, channel=channel
        )
    if found is None:
        raise errors.NoRequirementSet
    return found


def requirement_sets(*, carrier: str = "", purpose: str = "") -> QuerySet[RequirementSet]:
    """List all versions that were loaded or approved, by what they are for, the newest first."""
    found = RequirementSet.objects.filter(state="approved")
    found = found.filter(carrier=carrier) if carrier else found
    found = found.filter(purpose=purpose) if purpose else found
    return found.order_by(*RequirementSet.KEY, "-effective_from", "-version")


def set_before(rules: RequirementSet) -> RequirementSet | None:
    """Return the version that a proposal takes the place of, on the day it begins."""
    return (
        requirement_sets()
        .filter(**rules.key, effective_from__lte=rules.effective_from)
        .exclude(pk=rules.pk)
        .order_by("-effective_from", "-version")
        .first()
    )


def requirement_history(rules: RequirementSet) -> QuerySet[RequirementSet]:
    """List every version of one set, proposed and rejected ones too, the newest first."""
    versions = RequirementSet.objects.filter(**rules.key).select_related("proposed_by", "decided_by")
    return versions.order_by("-version")


def requirement_proposals() -> QuerySet[RequirementSet]:
    """List the versions that wait for a second compliance officer."""
    return RequirementSet.objects.filter(state="proposed").select_related("proposed_by").order_by("proposed_at")


def _is_for(person: Person, own: str) -> Q:
    """Whose it is, or who is proven to act for its organisation: knowing a credit code opens nothing."""
    return Q(**{own: person}) | Q(enterprise__in=proven_for(person))


def dossier_of(person: Person, dossier_id: int) -> Dossier | None:
    """Fetch a dossier of an organisation that `person` acts for; None for anybody else's."""
    return (
        Dossier.objects.filter(_is_for(person, "opened_by"), pk=dossier_id)
        .select_related("enterprise", "requirement_set", "opened_by")
        .first()
    )


def dossiers_of(person: Person) -> QuerySet[Dossier]:
    """List the dossiers of the organisations a person acts for, newest first."""
    return Dossier.objects.filter(_is_for(person, "opened_by")).select_related("enterprise").order_by("-id")


def papers_for(person: Person) -> Q:
    """Whose a document is: who uploaded it, or who is proven to act for the organisation.

    What an agent's member filed is never the uploader's: it is the applicant's, who may not be proven yet.
    """
    return (
        Q(uploaded_by=person, filed_by_agent=None)
        | Q(dossier__opened_by=person, filed_by_agent__isnull=False)
        | Q(enterprise__in=proven_for(person))
    )


def document_of(person: Person, document_id: UUID | str) -> Document | None:
    """Fetch a document of an organisation that `person` acts for; none that is locked (keep_until)."""
    return (
        Document.objects.filter(papers_for(person), pk=document_id, replaced_at=None, keep_until=None)
        .select_related("dossier")
        .first()
    )


def documents(dossier: Dossier) -> QuerySet[Document]:
    """List the documents in force of a dossier; none of a locked one."""
    found = dossier.documents.filter(replaced_at=None, keep_until=None)
    return found.select_related("filed_by_agent__organisation").order_by("slot", "position")


def claims(dossier: Dossier) -> dict[str, Any]:
    """Open what the applicant stated; nothing of a locked dossier."""
    return (
        {}
        if dossier.keep_until
        else dict(keystore.open_json(dossier.claims, keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}"))
    )


def stage_of(dossier: Dossier) -> str:
    """Say which stage a dossier waits for: the operator's pre-check, or the carrier's review once that approved."""
    is_checked = dossier.reviews.filter(round=dossier.round, stage="pre_check", decision="approve").exists()
    return "carrier_review" if is_checked else "pre_check"


NO_VISIT = Q(kind="destination") | Q(needs_counter=False) | Q(kind="change", requirement_set__needs_handling=False)
"""What goes to review without a visit to the counter."""


def queue(*, staff: Staff) -> QuerySet[Dossier]:
    """List what waits for a stage that `staff` may do, oldest first, without what `staff` handled or already approved."""
    handled = Handling.objects.filter(dossier=OuterRef("pk"))
    approved = Review.objects.filter(dossier=OuterRef("pk"), round=OuterRef("round"), decision="approve")
    mine, checked = approved.filter(reviewer=staff), approved.filter(stage="pre_check")
    stages = [stage for stage in Review.Stage.values if may(staff, stage)]
    return (
        Dossier.objects.filter(state__in=["submitted", "deferred", "unsuccessful"])
        .filter(NO_VISIT | Exists(handled))
        .exclude(Exists(handled.filter(staff=staff)))
        .exclude(Exists(mine))
        .annotate(stage=Case(When(Exists(checked), then=Value("carrier_review")), default=Value("pre_check")))
        .filter(stage__in=stages)
        .select_related("enterprise", "claimed_by", "handling", "requirement_set")
        .order_by("submitted_at")
    )


def for_review(dossier_id: int) -> Dossier | None:
    """Fetch a dossier for a reviewer; the reviewer's permission is asked by the caller's door. None that is locked."""
    return (
        Dossier.objects.filter(pk=dossier_id, keep_until=None)
        .exclude(state="draft")
        .select_related("enterprise", "requirement_set", "claimed_by")
        .first()
    )


def document_for_review(document_id: UUID | str) -> Document | None:
    """Fetch a document for a reviewer; none that is locked."""
    return (
        Document.objects.filter(pk=document_id, replaced_at=None, keep_until=None)
        .exclude(dossier__state="draft")
        .select_related("dossier")
        .first()
    )


def waits_since(dossier: Dossier) -> dt.datetime:
    """Say since when a dossier waits for review: since the counter handled it, or its last submission after that."""
    handling, submitted = getattr(dossier, "handling", None), dossier.submitted_at or dossier.opened_at
    return max(handling.at, submitted) if handling else submitted


@dataclass(frozen=True)
class Said:
    """One message of a thread, opened."""

    at: dt.datetime
    by_staff: str
    """The staff member's name, for the desk only; empty where the applicant wrote."""
    text: str


def thread(dossier: Dossier, *, internal: bool = False) -> list[Said]:
    """Open the thread with the applicant, or the notes that only staff may see, oldest first; nothing of a locked one."""
    if dossier.keep_until:
        return []
    return [
        Said(m.at, m.staff.name if m.staff else "", open_message(m))
        for m in dossier.messages.filter(is_internal=internal).select_related("staff").order_by("id")
    ]


def open_message(message: Message) -> str:
    """Open one message; an erased one is empty."""
    return (
        str(keystore.open_json(message.text, keystore.dossier_key(message.dossier_id), f"message:{message.dossier_id}"))
        if message.text
        else ""
    )


def is_called_back(dossier: Dossier) -> bool:
    """Say whether somebody at the dossier's line heard and entered a code in this dossier."""
    return dossier.callbacks.filter(line=dossier.line, confirmed_at__isnull=False).exists()


def callback_waiting_for_code(dossier: Dossier, *, at: dt.datetime, most_tries: int) -> CallBack | None:
    """Return the newest call to the dossier's line, if its code may still be entered."""
    newest = dossier.callbacks.filter(line=dossier.line).order_by("-pk").first()
    is_waiting = newest is not None and newest.confirmed_at is None and newest.tries < most_tries
    return newest if is_waiting and newest and newest.code_until and newest.code_until > at else None


def due_callbacks(at: dt.datetime) -> QuerySet[CallBack]:
    """List the call-backs that wait for the caller."""
    return CallBack.objects.filter(state="due", listed_until__gt=at).select_related("dossier").order_by("pk")


def lines_to_list(at: dt.datetime) -> dict[str, int]:
    """List the lines the gates let the platform's own caller ring, each with its end (epoch seconds)."""
    waiting = CallBack.objects.exclude(state="done").filter(listed_until__gt=at)
    return {line: int(until.timestamp()) for line, until in waiting.values_list("line", "listed_until")}


def booking(code: str) -> Appointment | None:
    """Find a booking by its code, in any case and spacing."""
    return (
        Appointment.objects.filter(code=code.strip().upper().replace(" ", ""), cancelled_at=None)
        .select_related("dossier__enterprise", "dossier__requirement_set", "counter")
        .first()
    )


def bookings(day: dt.date, counter_code: str) -> QuerySet[Appointment]:
    """List a counter's bookings of a day that are not handled yet."""
    return (
        Appointment.objects.filter(
            day=day, counter=counter_code, cancelled_at=None, dossier__handling=None, dossier__state="submitted"
        )
        .select_related("dossier__enterprise")
        .order_by("booked_at")
    )
