"""审核: the queue, and one dossier with its images, fields and findings side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.lib.workdays import add_workdays
from answerable.orders.queries import transfer_behind
from answerable.parties.actions import actor_of
from answerable.permits import actions as permits
from answerable.permits.queries import waiting_for
from answerable.verification import actions, consent, evaluation, licence, queries
from answerable.verification.actions.changes import PURPOSES
from answerable.verification.checks import Finding
from answerable.verification.models import Document, Dossier, Handling
from answerable.verification.reasons import REASONS
from answerable.verification.slots import OWNERS, SLOTS
from answerable.web.desk.views.permits import confirm_beside, words_of
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.findings import boxes
from answerable.web.middleware import Request

PROMISED_WORKDAYS = 2
"""What the applicant is told at the counter; the queue counts down to it."""
COUNTER_NAMES = {"site_photo": ("现场照片", "On-site photo"), "acceptance_form": ("业务受理单", "Acceptance form")}


@staff_only("review")
def queue(request: Request) -> HttpResponse:
    """List what waits, oldest first, with its age and who holds it."""
    now = timezone.now()
    rows = [
        {
            "dossier": d,
            "stage": d.stage,  # type: ignore[attr-defined]
            "hours": (now - since).total_seconds() / 3600, "due": due, "is_late": due < now,
            "is_claimed": bool(d.claimed_until and d.claimed_until > now),
        }
        for d in queries.queue(staff=staff_of(request))[:100]
        for since in [queries.waits_since(d)]
        for due in [add_workdays(since, PROMISED_WORKDAYS)]
    ]  # fmt: skip
    return render(request, "web/desk/queue.html", {"section": "review", "rows": rows, "purposes": PURPOSES})


@staff_only("review")
def dossier(request: Request, dossier_id: int) -> HttpResponse:
    """Show a dossier."""
    return _show(request, found(queries.for_review(dossier_id)))


def _show(request: Request, one: Dossier, problem: Problem | None = None) -> HttpResponse:
    now, staff = timezone.now(), staff_of(request)
    findings = evaluation.evaluate(one, at=now)
    stated, suggested = queries.claims(one), {f.code for f in findings if f.outcome == "flag"}
    handling = getattr(one, "handling", None)
    context: dict[str, Any] = {
        "section": "review", "dossier": one, "documents": _rows(one, findings), "stated": stated,
        "general_open": _open(f for f in findings if not f.slot),
        "general_passed": [f for f in findings if not f.slot and f.outcome == "pass"],
        "callbacks": one.callbacks.filter(line=one.line, state="done").order_by("pk"),
        "purposes": PURPOSES, "register_now": evaluation.register_words(one), "line_owner": OWNERS.get(stated.get("line_owner", "holder"), OWNERS["holder"]),
        "licence_said": stated.get(licence.SLOT, {}).get("fields", {}),
        "is_photo_declined": consent.is_declined(one),
        "transfer": (transfer := transfer_behind(one)),
        "consent_pages": range(transfer.consent.pages if transfer and transfer.consent else 0),
        "handling": handling, "verified_until": evaluation.verified_until(one, at=now) if one.kind == "holder" else None,
        "stage": queries.stage_of(one), "thread": queries.thread(one), "notes": queries.thread(one, internal=True),
        "reviews": one.reviews.select_related("reviewer").order_by("id"),
        "is_mine": one.claimed_by_id == staff.pk and bool(one.claimed_until and one.claimed_until > now),
        "is_open": one.state in {"submitted", "deferred", "unsuccessful"}, "suggested": suggested,
        "reasons": sorted(REASONS.values(), key=lambda reason: reason.code not in suggested),  # suggested ones first
        "problem": say(problem) if problem else "", "permit": words_of(asked) if (asked := waiting_for(one)) else None,
    }  # fmt: skip
    response = render(request, "web/desk/review.html", context)
    return conflict(response) if problem else response


def _rows(one: Dossier, findings: list[Finding]) -> list[dict[str, Any]]:
    """Put the documents in the order in which they are asked for; what the counter added comes last."""
    order = [*SLOTS, *COUNTER_NAMES]
    documents = sorted(queries.documents(one), key=lambda d: order.index(d.slot) if d.slot in order else len(order))
    handling = getattr(one, "handling", None)
    return [_row(document, findings, handling) for document in documents]


def _row(document: Document, findings: list[Finding], handling: Handling | None) -> dict[str, Any]:
    """Put together one document: pages, fields read, findings with their boxes in percent of the page."""
    reading = licence.reading_of(document)
    mine = [f for f in findings if f.slot == document.slot]
    slot = SLOTS.get(document.slot)
    return {
        "document": document,
        "is_after_handling": handling is not None and document.uploaded_at > handling.at,
        "names": (slot.zh, slot.en) if slot else COUNTER_NAMES.get(document.slot, (document.slot,) * 2),
        "pages": range(document.pages),
        "fields": list(reading.fields.items()) if reading else [],
        "open": _open(mine),
        "passed": [f for f in mine if f.outcome == "pass"],
        "flags": sum(f.outcome == "flag" for f in mine),
        "boxes": boxes(_open(mine)),
    }


def _open(findings: Iterable[Finding]) -> list[Finding]:
    """Keep what a person has to look at, contradictions first."""
    return sorted((f for f in findings if f.outcome != "pass"), key=lambda f: f.outcome != "flag")


@staff_only("review")
def document(request: Request, document_id: UUID, page: int) -> HttpResponse:
    """Show one page to a reviewer, stamped; the showing is written down."""
    one = found(queries.document_for_review(document_id))
    if page >= one.pages:
        found(None)
    jpeg = actions.view(one, page=page, purpose="审核", by=actor_of(request.staff), at=timezone.now())
    return HttpResponse(jpeg, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@staff_only("review")
@require_POST
def claim(request: Request, dossier_id: int) -> HttpResponse:
    """Take it from the queue."""
    one = found(queries.for_review(dossier_id))
    try:
        actions.claim(one, staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    return redirect("desk:review", one.pk)


@staff_only("review")
@require_POST
def unclaim(request: Request, dossier_id: int) -> HttpResponse:
    """Give it back."""
    actions.unclaim(found(queries.for_review(dossier_id)), staff=staff_of(request), at=timezone.now())
    return redirect("desk:queue")


@staff_only("review")
@require_POST
def write(request: Request, dossier_id: int) -> HttpResponse:
    """Write to the applicant, or note something for the staff alone."""
    one, is_note = found(queries.for_review(dossier_id)), request.POST.get("kind") == "note"
    act = actions.note if is_note else actions.tell_applicant
    try:
        act(one, request.POST.get("text", ""), staff=staff_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem)
    return redirect(f"{reverse('desk:review', args=[one.pk])}#{'notes' if is_note else 'thread'}")


@staff_only("review")
@require_POST
def decide(request: Request, dossier_id: int) -> HttpResponse:
    """Decide; what the reviewer was shown is kept with it."""
    one = found(queries.for_review(dossier_id))
    try:
        decided = actions.decide(
            one, staff=staff_of(request), decision=request.POST.get("decision", ""), reasons=request.POST.getlist("reasons"),
            note=request.POST.get("note", "")[:2000], message=request.POST.get("message", "")[:2000], at=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        one.refresh_from_db()
        return _show(request, one, problem)
    said = _("已通过，即将登记。") if decided.state == "approved" else _("意见已记录。")
    messages.success(request, said)
    if request.POST.get("decision") == "approve":
        asked = permits.ask_for_dossier(decided, by=actor_of(request.staff), at=timezone.now())
        confirm_beside(request, asked)
    return redirect("desk:queue")
