"""The desk for authorities' requests: one compliance officer takes the document, another confirms it; a legal hold follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from answerable.lib import keystore
from answerable.lib.images import RefusedFile, admit
from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import is_same_human, require
from answerable.tracing import errors, scope
from answerable.tracing.actions.open import Question, draft, queue_bundle, save_opened
from answerable.tracing.models import AuthorityRequest, TraceCase
from answerable.trail.actions import record
from answerable.verification.actions import confirm_hold, place_hold
from answerable.verification.errors import HoldExists
from answerable.verification.models import Dossier, LegalHold


@dataclass(frozen=True)
class Officer:
    """One of the two who came: name, and number of the service card (警官证、工作证)."""

    name: str
    card_no: str


@dataclass(frozen=True)
class Letter:
    """What an authority's document says, and its scan."""

    agency_kind: str
    agency: str
    document_no: str
    officers: Sequence[Officer]
    scope: Sequence[str]
    deadline: dt.datetime
    hold_until: dt.date
    scan: bytes


def take_request(asked: Question, letter: Letter, *, why: str, staff: Staff, at: dt.datetime) -> TraceCase:
    """Take an authority's request: a case that waits for a second person, and a legal hold that is placed at once.

    The clock runs from now; the document's own deadline counts where it is nearer. Nothing is collected before the
    confirmation. Raise AgencyInvalid, OfficersInvalid, ScopeEmpty, DeadlineInvalid, ScanRefused, or what open_case raises.
    """
    require(staff, "answer_authorities")
    officers = _check(letter, at)
    media_type, sha256 = _admit(letter.scan)
    case = draft(asked, basis="authority", why=why, staff=staff, at=at)
    case.ground, case.state = "authority", "waiting"
    case.parts = list(scope.parts_of("authority", letter.scope))
    case.due_at = min(case.due_at, letter.deadline)
    key = keystore.trace_key(case.pk)
    with transaction.atomic():
        save_opened(case, asked.caller, by=actor_of(staff), at=at)
        request = AuthorityRequest.objects.create(
            case=case, agency_kind=letter.agency_kind, agency=letter.agency.strip()[:100],
            document_no=letter.document_no.strip()[:100], scope=[part for part in scope.PARTS if part in letter.scope],
            officers=keystore.seal_json([asdict(one) for one in officers], key, f"officers:{case.pk}"),
            deadline=letter.deadline, hold_until=letter.hold_until, taken_by=staff, taken_at=at,
            scan=keystore.seal_bytes(letter.scan, key, f"scan:{case.pk}"), scan_sha256=sha256, scan_mime=media_type,
        )  # fmt: skip
        request.hold = _hold(request, staff=staff, at=at)
        request.save(update_fields=["hold"])
        record(
            "trace.request_taken", by=actor_of(staff), at=at, subject=("trace", case.pk),
            after={
                "agency": request.agency, "document_no": request.document_no, "scope": request.scope,
                "deadline": request.deadline.isoformat(), "officers": len(officers), "scan_sha256": sha256,
                "hold": request.hold_id,
            },
        )  # fmt: skip
    return case


def _check(letter: Letter, at: dt.datetime) -> list[Officer]:
    officers = [Officer(one.name.strip()[:60], one.card_no.strip().upper()[:40]) for one in letter.officers]
    is_named = bool(letter.agency.strip() and letter.document_no.strip())
    if letter.agency_kind not in scope.AGENCIES or not is_named:
        raise errors.AgencyInvalid
    are_whole = len(officers) == 2 and all(one.name and len(one.card_no) >= 4 for one in officers)
    if not are_whole or officers[0].card_no == officers[1].card_no:
        raise errors.OfficersInvalid
    if not set(letter.scope) & set(scope.PARTS):
        raise errors.ScopeEmpty
    if letter.deadline <= at or letter.hold_until < at.astimezone(CHINA).date():
        raise errors.DeadlineInvalid
    return officers


def _admit(scan: bytes) -> tuple[str, str]:
    try:
        admitted = admit(scan)
    except RefusedFile as refused:
        raise errors.ScanRefused(why_zh=refused.text_zh, why_en=refused.text_en) from refused
    return admitted.media_type, admitted.sha256


def _hold(request: AuthorityRequest, *, staff: Staff, at: dt.datetime) -> LegalHold | None:
    """Place the hold that follows; None where nobody answered then. The same document's hold serves a second number."""
    holder, number = request.case.holder, request.case.number_id
    if holder is None:
        return None
    number = number if Dossier.objects.filter(enterprise=holder, number=number).exists() else ""
    try:
        with transaction.atomic():
            return place_hold(
                holder, number=number, agency=request.agency, document_no=request.document_no, until=request.hold_until,
                staff=staff, at=at,
            )  # fmt: skip
    except HoldExists:
        return LegalHold.objects.get(enterprise=holder, number=number, document_no=request.document_no, ended_at=None)


def confirm_request(case: TraceCase, *, staff: Staff, at: dt.datetime) -> TraceCase:
    """Confirm what another took, having compared it with the original: the hold is in force, the bundle is made."""
    require(staff, "answer_authorities")
    with transaction.atomic():
        locked, request = _lock(case)
        require_other(request.taken_by, staff)
        request.confirmed_by, request.confirmed_at = staff, at
        request.save(update_fields=["confirmed_by", "confirmed_at"])
        if request.hold is not None and request.hold.confirmed_at is None and request.hold.placed_by_id != staff.pk:
            confirm_hold(request.hold, staff=staff, at=at)
        locked.state = "open"
        locked.save(update_fields=["state"])
        record(
            "trace.request_confirmed",
            by=actor_of(staff),
            at=at,
            subject=("trace", case.pk),
            after={"hold": request.hold_id},
        )
        queue_bundle(locked, staff=staff, at=at)
    return locked


def refuse_request(case: TraceCase, refusal: str, *, staff: Staff, at: dt.datetime) -> None:
    """Hand nothing out, and say why; the hold that was placed stays until two people end it."""
    require(staff, "answer_authorities")
    said = refusal.strip()
    if not 4 <= len(said) <= 200:
        raise errors.RefusalUnexplained
    with transaction.atomic():
        locked, request = _lock(case)
        request.refused_by, request.refused_at, request.refusal = staff, at, said
        request.save(update_fields=["refused_by", "refused_at", "refusal"])
        locked.state = "refused"
        locked.save(update_fields=["state"])
        record("trace.request_refused", by=actor_of(staff), at=at, subject=("trace", case.pk), after={"why": said})


def _lock(case: TraceCase) -> tuple[TraceCase, AuthorityRequest]:
    locked = TraceCase.objects.select_for_update().get(pk=case.pk)
    request = AuthorityRequest.objects.select_related("taken_by", "hold", "case").filter(pk=case.pk).first()
    if locked.state != "waiting" or request is None:
        raise errors.CaseConflict
    return locked, request


def require_other(first: Staff, second: Staff) -> None:
    """Raise SecondPersonNeeded where both are one human being, by account or as an applicant."""
    if is_same_human(first, second):
        raise errors.SecondPersonNeeded
