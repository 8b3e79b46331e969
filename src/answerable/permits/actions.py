"""Ask for permits, have them confirmed by code, fetch them from the signer. None of it is needed to stop."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction

from answerable.lib.jobs import defer
from answerable.numbers.models import Destination, Measure, Number
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.notices import notify
from answerable.parties.queries import people_of, require
from answerable.permits import errors
from answerable.permits.evidence import evidence_of
from answerable.permits.models import Confirmation, Permit, PermitRequest
from answerable.permits.queries import PERMISSIONS, newest
from answerable.permits.signer import wire
from answerable.permits.signer.errors import SignerProblem
from answerable.permits.signer.signer import LONGEST_DAYS
from answerable.permits.signer.store import CONFIRMED_FOR
from answerable.snapshot import permits as form
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.verification import evaluation
from answerable.verification.models import Dossier

log = logging.getLogger(__name__)
NEEDED = 2
WAITS_DAYS = CONFIRMED_FOR // 86_400


def ask_for_dossier(dossier: Dossier, *, by: Actor, at: dt.datetime) -> PermitRequest | None:
    """Put down the statement that an approval of this dossier stands for; None where it opens nothing, or is permitted.

    Asked from the pre-check on, so that both reviewers confirm one and the same. What was asked about papers that have
    been exchanged since is dropped.
    """
    if dossier.kind not in ("holder", "destination"):
        return None
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=dossier.pk)
        waiting = PermitRequest.objects.filter(dossier=locked, state="waiting").first()
        if waiting and locked.submitted_at and waiting.asked_at < locked.submitted_at:
            _close(waiting, "dropped", at)
            waiting = None
        if waiting or PermitRequest.objects.filter(dossier=locked, state="signed").exists():
            return waiting
        until = _until(locked, at)
        if until is None or until <= at:
            return None
        holder = locked.enterprise.credit_code
        core = _core("approval", locked.number, holder, lines=_lines(locked, at), until=until, at=at)
        return _ask(core, locked, by=by, at=at)


def ask_for_lift(number: str, *, by: Actor, at: dt.datetime) -> PermitRequest | None:
    """Put down that a lifted number is to ring again as it was permitted last; two risk officers confirm it.

    Also while it is stopped still: what is confirmed ahead is signed with the lift. A number that never had a permit asks
    for its approval's.
    """
    with transaction.atomic():
        row = Number.objects.select_for_update(of=("self",)).select_related("holder").get(pk=number)
        waiting = PermitRequest.objects.filter(number=number, ground="lift", state="waiting").first()
        last = newest(number)
        core = _lift(row, last, at) if last else None
        if waiting and core and _is_of_this_stop(waiting) and waiting.core | {"ref": core["ref"]} == core:
            return waiting
        if waiting:
            _close(waiting, "dropped", at)
        if core:
            return _ask(core, None, by=by, at=at)
        is_its_first = last is None or row.holder is None or last.request.core["holder"] != row.holder.credit_code
        dossier = _approved(row) if is_its_first and _may_ring(row) else None
        return ask_for_dossier(dossier, by=by, at=at) if dossier else None


def _may_ring(number: Number) -> bool:
    """Say whether a number rings again once it is lifted."""
    return number.business_state == "suspended" or number.business_state not in form.USES_UP


def _lift(number: Number, last: Permit, at: dt.datetime) -> dict[str, Any] | None:
    """State what was permitted last, without the lines that are gone; None where nothing of it is left."""
    before = last.request.core
    if not _may_ring(number) or number.holder is None or before["holder"] != number.holder.credit_code:
        return None
    bound = set(Destination.objects.filter(number=number, removed_at=None).values_list("line", flat=True))
    lines = {line: until for line, until in before["lines"] if line in bound}
    until = dt.datetime.fromtimestamp(before["valid_until"], dt.UTC)
    if not lines or until <= at:
        return None
    return _core("lift", number.pk, before["holder"], lines=lines, until=until, at=at)


def _approved(number: Number) -> Dossier | None:
    found = Dossier.objects.filter(number=number.pk, enterprise=number.holder, kind="holder", state="approved")
    return found.order_by("-decided_at").first()


def confirm(request: PermitRequest, code: str, *, staff: Staff, at: dt.datetime) -> Permit | None:
    """Confirm a statement by the code of one's own device, at the signer; return the permit once the second has.

    Raise CodeMissing, NothingWaits, ConfirmedAlready or what the signer refuses.
    """
    require(staff, PERMISSIONS[request.ground])
    if not code.strip():
        raise errors.CodeMissing
    with transaction.atomic():
        locked = PermitRequest.objects.select_for_update().get(pk=request.pk)
        if locked.state != "waiting":
            raise errors.NothingWaits
        if locked.confirmations.filter(staff=staff, at__gt=at - dt.timedelta(days=WAITS_DAYS)).exists():
            raise errors.ConfirmedAlready
        question = {"verb": "confirm", "core": locked.core, "name": staff.username, "code": "".join(code.split())}
        confirmed = _signer(question)
        Confirmation.objects.update_or_create(request=locked, staff=staff, defaults={"at": at})
        record(
            "permit.confirmed", by=actor_of(staff), at=at, subject=("permit_request", locked.pk), number=locked.number
        )
        is_complete = len(confirmed) >= NEEDED
        if is_complete:
            defer("permits.fetch", request_id=locked.pk)
    return fetch_if_ready(locked, at=at) if is_complete else None


def fetch_if_ready(request: PermitRequest, *, at: dt.datetime) -> Permit | None:
    """Fetch a permit; None as long as the signer refuses: the public log takes a second to show an approval."""
    try:
        return fetch(request, at=at)
    except SignerProblem as problem:
        log.info("The permit of %s still waits: %s", request.number, problem)
        return None


def fetch(request: PermitRequest, *, at: dt.datetime) -> Permit | None:
    """Have the signer sign what two have confirmed and publish it; None where that is done or not needed any more."""
    with transaction.atomic():
        locked = PermitRequest.objects.select_for_update().get(pk=request.pk)
        if locked.state != "waiting":
            return None
        row = Number.objects.get(pk=locked.number)
        if locked.ground == "lift" and row.business_state in form.USES_UP:
            if not _is_of_this_stop(locked):
                _close(locked, "dropped", at)  # stopped again meanwhile
            return None
        text = str(_signer({"verb": "sign", "core": locked.core, "evidence": evidence_of(locked)}))
        statement = form.read(text)
        permit = Permit.objects.create(
            number=locked.number, serial=statement.serial, request=locked, text=text, issued_at=at,
            used_up_at=at if row.business_state in form.USES_UP else None,
        )  # fmt: skip
        _close(locked, "signed", at)
        record(
            "permit.signed", by=system("signer"), at=at, subject=("permit", permit.pk), number=locked.number,
            after={"serial": statement.serial, "key": statement.key, "leaf": statement.leaf},
        )  # fmt: skip
        if locked.ground == "lift":
            tell_lifted(row, at=at)
    return permit


def fetch_waiting(*, at: dt.datetime) -> int:
    """Fetch whatever two people have confirmed; return how many were signed."""
    waiting = PermitRequest.objects.filter(state="waiting").prefetch_related("confirmations")
    return sum(fetch_if_ready(one, at=at) is not None for one in waiting if len(one.confirmations.all()) >= NEEDED)


def tell_lifted(number: Number, *, at: dt.datetime) -> None:
    """Tell the holder's people that the number is back."""
    for person in people_of(number.holder_id):
        notify(person, "LIFTED", at=at, number=number.pk, link=f"/console/numbers/{number.pk}/")


def _is_of_this_stop(request: PermitRequest) -> bool:
    """Say whether nobody has stopped the number since this was asked."""
    stops = Measure.objects.filter(number=request.number, level="suspend", taken_at__gt=request.asked_at)
    return not stops.exists()


def _ask(core: dict[str, Any], dossier: Dossier | None, *, by: Actor, at: dt.datetime) -> PermitRequest:
    number, ground = core["number"], core["ground"]
    request = PermitRequest.objects.create(number=number, ground=ground, dossier=dossier, core=core, asked_at=at)
    subject = ("permit_request", request.pk)
    record("permit.asked", by=by, at=at, subject=subject, number=number, after={"ground": ground})
    return request


def _close(request: PermitRequest, state: str, at: dt.datetime) -> None:
    request.state, request.closed_at = state, at
    request.save(update_fields=["state", "closed_at"])


def _core(
    ground: str, number: str, holder: str, *, lines: dict[str, int], until: dt.datetime, at: dt.datetime
) -> dict[str, Any]:
    """Write the statement; nothing lasts longer than the signer signs."""
    longest = int((at + dt.timedelta(days=LONGEST_DAYS)).timestamp())
    return {
        "v": 1, "ground": ground, "ref": uuid.uuid4().hex, "number": number, "holder": holder,
        "lines": [[line, min(end, longest)] for line, end in sorted(lines.items())],
        "valid_until": min(int(until.timestamp()), longest),
    }  # fmt: skip


def _until(dossier: Dossier, at: dt.datetime) -> dt.datetime | None:
    if dossier.kind == "destination":
        return Number.objects.values_list("verified_until", flat=True).get(pk=dossier.number)
    return dossier.verified_until or evaluation.verified_until(dossier, at=at)


def _lines(dossier: Dossier, at: dt.datetime) -> dict[str, int]:
    """Return the lines that the number may ring after the approval: the dossier's own, and those proven before."""
    lines: dict[str, int] = {}
    if not dossier.names_its_line:
        for bound in Destination.objects.filter(number=dossier.number, removed_at=None, proven_until__gt=at):
            lines[bound.line] = int(bound.proven_until.timestamp()) if bound.proven_until else 0
    end = dossier.line_proven_until or at + dt.timedelta(days=dossier.requirement_set.line_proof_days)
    lines[dossier.line] = max(int(end.timestamp()), lines.get(dossier.line, 0))
    return lines


def _signer(question: dict[str, Any]) -> Any:
    return wire.ask(wire.socket_in(settings.SIGNER_DOOR), question)
