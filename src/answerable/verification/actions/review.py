"""Review (审核) in two stages, the operator's pre-check (初审) and the carrier's review (复审), by two different people.

Neither is the submitter or the counter; the database asks for the same.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import transaction

from answerable.lib import vault
from answerable.lib.jobs import defer
from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.parties.actions import actor_of, prove
from answerable.parties.models import Staff
from answerable.parties.notices import notify
from answerable.parties.publication import holder_entry, pseudonym
from answerable.parties.queries import may, require
from answerable.trail.actions import record
from answerable.transparency.actions import publish
from answerable.verification import errors, evaluation
from answerable.verification.actions import recheck_ends
from answerable.verification.actions.changes import PURPOSES, apply_change
from answerable.verification.actions.transfer import pass_on
from answerable.verification.models import Dossier, Handling, Review
from answerable.verification.queries import claims, is_called_back, stage_of
from answerable.verification.reasons import REASONS

CLAIM_LASTS = dt.timedelta(minutes=20)
STATE_AFTER = {
    "ask": "more_information_needed",
    "decline": "declined",
    "defer": "deferred",
    "unsuccessful": "unsuccessful",
}
NOTICE_AFTER = {"ask": "MORE_INFORMATION", "decline": "DECLINED", "defer": "DEFERRED", "unsuccessful": "UNSUCCESSFUL"}


def claim(dossier: Dossier, *, staff: Staff, at: dt.datetime) -> Dossier:
    """Take a dossier from the queue for 20 minutes, so that nobody works on what another holds; raise ClaimedByOther."""
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        _require_reviewable(locked, staff)
        if locked.claimed_by_id not in {None, staff.pk} and locked.claimed_until and locked.claimed_until > at:
            raise errors.ClaimedByOther(name=locked.claimed_by.name if locked.claimed_by else "")
        locked.claimed_by, locked.claimed_until = staff, at + CLAIM_LASTS
        locked.save(update_fields=["claimed_by", "claimed_until"])
        if locked.kind == "holder" and Number.objects.filter(pk=locked.number, business_state="handled").exists():
            numbers.move(locked.number, "under_review", what="number.under_review", by=actor_of(staff), at=at)
        record("review.claimed", by=actor_of(staff), at=at, subject=("dossier", locked.pk), number=locked.number)
    return locked


def unclaim(dossier: Dossier, *, staff: Staff, at: dt.datetime) -> None:
    """Give a dossier back to the queue."""
    with transaction.atomic():
        if Dossier.objects.filter(pk=dossier.pk, claimed_by=staff).update(claimed_by=None, claimed_until=None):
            record(
                "review.unclaimed", by=actor_of(staff), at=at, subject=("dossier", dossier.pk), number=dossier.number
            )


def decide(
    dossier: Dossier, *, staff: Staff, decision: str, reasons: list[str], note: str, message: str, at: dt.datetime
) -> Dossier:
    """Decide one stage: the carrier's approval after the pre-check verifies; anything else ends the round at once.

    Keeps what the reviewer was shown. Raise NotHandled, NotYourStage, HandledByReviewer, SubmittedByReviewer,
    SecondReviewerMustDiffer, ReasonsNeeded, or ClaimedByOther.
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        stage = _require_reviewable(locked, staff)
        _require_reasons(decision, reasons)
        if locked.claimed_by_id != staff.pk or not locked.claimed_until or locked.claimed_until <= at:
            raise errors.ClaimedByOther(name=locked.claimed_by.name if locked.claimed_by else "—")
        Review.objects.create(
            dossier=locked,
            round=locked.round,
            stage=stage,
            reviewer=staff,
            decision=decision,
            reasons=reasons,
            note=note,
            message=message,
            shown=_shown(locked, at),
            at=at,
        )
        locked.claimed_by = locked.claimed_until = None
        locked.save(update_fields=["claimed_by", "claimed_until"])
        record(
            "review.decided",
            by=actor_of(staff),
            at=at,
            subject=("dossier", locked.pk),
            number=locked.number,
            after={"stage": stage, "decision": decision, "reasons": reasons, "round": locked.round},
        )
        if decision != "approve":
            _end_round(locked, decision, staff, at)
        elif stage == "carrier_review":
            _approve(locked, staff, at)
    return locked


def _require_reviewable(dossier: Dossier, staff: Staff) -> str:
    """Return the stage a dossier waits for, if this member of staff may do it."""
    require(staff, "review")
    if dossier.state not in {"submitted", "deferred", "unsuccessful"}:
        raise errors.NotInQueue
    handling = Handling.objects.filter(dossier=dossier).first()
    if dossier.visits_counter and handling is None:
        raise errors.NotHandled
    if handling is not None and handling.staff_id == staff.pk:
        raise errors.HandledByReviewer
    if staff.person_id is not None and staff.person_id in {dossier.submitted_by_id, dossier.opened_by_id}:
        raise errors.SubmittedByReviewer
    if dossier.reviews.filter(round=dossier.round, reviewer=staff, decision="approve").exists():
        raise errors.SecondReviewerMustDiffer
    stage = stage_of(dossier)
    if not may(staff, stage):
        raise errors.NotYourStage(zh=Review.Stage(stage).label, en=stage.replace("_", " "))
    return stage


def _require_reasons(decision: str, reasons: list[str]) -> None:
    if decision not in Review.Decision.values:
        raise errors.ReasonUnknown(reason=decision)
    if decision in {"ask", "decline"} and not reasons:
        raise errors.ReasonsNeeded
    unknown = [code for code in reasons if code not in REASONS]
    if unknown:
        raise errors.ReasonUnknown(reason=unknown[0])


def _shown(dossier: Dossier, at: dt.datetime) -> dict[str, Any]:
    """Keep digests of the documents and of what was stated, and the findings, as they stood before the reviewer's eyes."""
    documents = dossier.documents.filter(replaced_at=None).order_by("slot", "position")
    findings = evaluation.evaluate(dossier, at=at)
    return {
        "requirement_set": dossier.requirement_set_id,
        # Keyed: a plain digest of a form with an ID number could be tried through.
        "claims_hash": vault.keyed_hash(json.dumps(claims(dossier), sort_keys=True), "claims"),
        "documents": [{"id": str(d.pk), "slot": d.slot, "sha256": d.sha256} for d in documents],
        "findings": [{"check": f.check, "code": f.code, "outcome": f.outcome, "slot": f.slot} for f in findings],
    }


def _end_round(dossier: Dossier, decision: str, staff: Staff, at: dt.datetime) -> None:
    dossier.state = STATE_AFTER[decision]
    dossier.decided_at = at if decision == "decline" else None
    if decision in {"defer", "unsuccessful"}:
        dossier.round += 1  # it stays in the queue: whoever decided this round may decide again
    dossier.save(update_fields=["state", "decided_at", "round"])
    is_proof = decision == "decline" and not dossier.names_its_line
    code = "DESTINATION_DECLINED" if is_proof else NOTICE_AFTER[decision]
    notify(dossier.opened_by, code, at=at, number=dossier.number, link=f"/console/dossiers/{dossier.pk}/")
    defer("orders.follow_dossier", dossier_id=dossier.pk)


def _publish(dossier: Dossier, at: dt.datetime) -> None:
    """Say in the public log who was verified, by which rules, by which two reviewers (pseudonyms)."""
    rules, until = dossier.requirement_set, dossier.verified_until or at
    approvals = (
        dossier.reviews.filter(round=dossier.round, decision="approve").select_related("reviewer").order_by("pk")
    )
    publish(
        "approval", number=dossier.number, at=at, holder=holder_entry(dossier.enterprise, number=dossier.number),
        requirement_set=f"{rules.carrier}/{rules.subject_type}/{rules.use}/{rules.purpose}/{rules.industry or '*'}/{rules.channel or '*'}/{rules.version}",
        reviewers=[pseudonym(approval.reviewer) for approval in approvals], verified_until=until.date().isoformat(),
    )  # fmt: skip


def _approve(dossier: Dossier, staff: Staff, at: dt.datetime) -> None:
    """Put the verdict in force: the holder's until its documents end, the line's as long as its proof lasts."""
    if dossier.kind == "change":
        _approve_change(dossier, staff, at)
        return
    if not is_called_back(dossier):
        raise errors.NotCalledBack(line=dossier.line)
    rules, by = dossier.requirement_set, actor_of(staff)
    line_until = at + dt.timedelta(days=rules.line_proof_days)
    dossier.state, dossier.decided_at, dossier.line_proven_until = "approved", at, line_until
    if dossier.kind == "holder":
        dossier.verified_until = evaluation.verified_until(dossier, at=at)
        if dossier.verified_until <= at:
            raise errors.ExpiredAlready(day=f"{dossier.verified_until.astimezone(CHINA):%Y-%m-%d}")
    dossier.save(update_fields=["state", "decided_at", "line_proven_until", "verified_until"])
    if dossier.opens_a_number:
        numbers.move(
            dossier.number, "approved", what="number.approved", by=by, at=at, verified_until=dossier.verified_until
        )
    elif dossier.is_transfer:
        pass_on(dossier, by=by, at=at)
    elif dossier.kind == "holder":
        numbers.prolong(dossier.number, by=by, at=at, verified_until=dossier.verified_until)
    if dossier.kind == "holder":
        if dossier.needs_counter:
            prove(dossier.opened_by, dossier.enterprise, by=by, at=at)
        _publish(dossier, at)
    recheck_ends.fulfil(dossier, by=by, at=at)
    line_until = recheck_ends.latest_proof(dossier.number, dossier.line, line_until)
    numbers.prove_line(dossier.number, dossier.line, until=line_until, by=by, at=at)
    notify(dossier.opened_by, _notice_of_approval(dossier), at=at, number=dossier.number, line=dossier.line)
    defer("orders.follow_dossier", dossier_id=dossier.pk)


def _notice_of_approval(dossier: Dossier) -> str:
    if dossier.kind == "destination":
        return "DESTINATION_APPROVED"
    return "APPROVED" if dossier.opens_a_number else "TRANSFER_RECEIVED" if dossier.is_transfer else "REVERIFIED"


def _approve_change(dossier: Dossier, staff: Staff, at: dt.datetime) -> None:
    """Put an approved change into force; the proof of holder and lines stays as it is."""
    dossier.state, dossier.decided_at = "approved", at
    dossier.save(update_fields=["state", "decided_at"])
    apply_change(dossier, by=actor_of(staff), at=at)
    zh, en = PURPOSES[dossier.purpose]
    link = f"/console/numbers/{dossier.number}/"
    notify(dossier.opened_by, "CHANGE_APPROVED", at=at, number=dossier.number, what_zh=zh, what_en=en, link=link)
    defer("orders.follow_dossier", dossier_id=dossier.pk)
