"""Open a dossier, fill it, submit it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.models import Destination, Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.actions import actor_of
from answerable.parties.models import Agent, Enterprise, Person
from answerable.parties.notices import notify
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import consent, errors, evaluation
from answerable.verification.actions import recheck_ends
from answerable.verification.actions.documents import store
from answerable.verification.actions.stated import OPEN, require_open, require_owner, set_claims
from answerable.verification.checks.slots import SEALED
from answerable.verification.electronic import read_seal
from answerable.verification.models import Document, Dossier, RequirementSet
from answerable.verification.policy import policy_of
from answerable.verification.queries import claims, requirement_set
from answerable.verification.slots import required


def open_dossier(
    *,
    kind: str,
    enterprise: Enterprise,
    number: str,
    carrier: str,
    use: str,
    role: str,
    person: Person,
    at: dt.datetime,
    order_no: str = "",
    line: str = "",
    stated: dict[str, Any] | None = None,
    needs_counter: bool = True,
    purpose: str = "open",
    industry: str = "",
) -> Dossier:
    """Open a dossier under the requirement set in force today; it keeps that version. Filed through the web, always."""
    rules: RequirementSet = requirement_set(
        carrier=carrier, subject_type=enterprise.subject_type, use=use, industry=industry, channel="web", purpose=purpose,
        day=at.astimezone(CHINA).date(),
    )  # fmt: skip
    with transaction.atomic():
        dossier = Dossier.objects.create(
            kind=kind,
            enterprise=enterprise,
            number=number,
            order_no=order_no,
            requirement_set=rules,
            opened_by=person,
            opened_at=at,
            role=role,
            line=line,
            needs_counter=needs_counter,
        )
        known = {"use": use, "role": role, "industry_code": industry}
        set_claims(dossier, known | (stated or {}), at=at, by=actor_of(person))
        record(
            "dossier.opened",
            by=actor_of(person),
            at=at,
            subject=("dossier", dossier.pk),
            number=number,
            after={"kind": kind},
        )
    return dossier


def upload(
    dossier: Dossier, slot: str, raw: bytes, *, person: Person, at: dt.datetime, position: int = 1, agent: Agent | None = None
) -> Document:  # fmt: skip
    """Put a file into a slot, replacing what was there; the old one stays sealed and unseen.

    `agent`: `person` files it as a member of that agent, which may do so by the customer's consent alone (a trigger).
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).select_related("requirement_set").get(pk=dossier.pk)
        require_open(locked)
        if slot not in {one.slot for one in required(locked)}:
            raise errors.SlotUnknown
        if slot == consent.SLOT and not consent.is_given(locked):
            raise errors.ConsentMissing
        sealed_by = read_seal(raw, locked.enterprise, at=at) if slot in SEALED else ""
        locked.documents.filter(slot=slot, position=position, replaced_at=None).update(replaced_at=at)
        return store(
            raw,
            enterprise=locked.enterprise,
            slot=slot,
            by=actor_of(person),
            at=at,
            dossier=locked,
            position=position,
            person=person,
            sealed_by=sealed_by,
            agent=agent,
        )


def submit(dossier: Dossier, *, person: Person, at: dt.datetime) -> Dossier:
    """Submit a dossier if its evaluation has no bar; raise NotReady with the count of what must be dealt with first.

    Findings that are not bars go along and are shown to the reviewer: a machine never decides alone (PIPL art. 24).
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        require_open(locked)
        found = evaluation.bars(evaluation.evaluate(locked, at=at))
        if found:
            raise errors.NotReady(count=len(found))
        is_first = locked.submitted_at is None
        locked.round += 0 if is_first else 1
        locked.state, locked.submitted_by, locked.submitted_at = "submitted", person, at
        locked.claimed_by = locked.claimed_until = None
        locked.save(update_fields=["round", "state", "submitted_by", "submitted_at", "claimed_by", "claimed_until"])
        if locked.opens_a_number and is_first:
            numbers.move(locked.number, "pre_checked", what="number.pre_checked", by=actor_of(person), at=at)
        record(
            "dossier.submitted",
            by=actor_of(person),
            at=at,
            subject=("dossier", locked.pk),
            number=locked.number,
            after={"round": locked.round},
        )
        if locked.kind == "destination" or (locked.kind == "change" and not locked.visits_counter):
            code = "DESTINATION_SUBMITTED" if locked.kind == "destination" else "CHANGE_SUBMITTED"
            notify(person, code, at=at, number=locked.number)
    return locked


def close(number: str, enterprise: Enterprise, state: str, *, by: Actor, at: dt.datetime) -> None:
    """Close what is undecided or in force for a number and its holder, the lines' dossiers too: lapsed or revoked.

    A verdict ends with the order or the service it was given for, so that a later one cannot rest on it.
    """
    with transaction.atomic():
        for dossier in Dossier.objects.select_for_update().filter(
            number=number, enterprise=enterprise, state__in=[*OPEN, "submitted", "deferred", "unsuccessful", "approved"]
        ):
            Dossier.objects.filter(pk=dossier.pk).update(state=state, decided_at=dossier.decided_at or at)
            record(f"dossier.{state}", by=by, at=at, subject=("dossier", dossier.pk), number=number)
        recheck_ends.end(number, enterprise, by=by, at=at)


def renew_proof(
    number: Number, *, destination: Destination | None, person: Person, at: dt.datetime, needs_counter: bool = True
) -> Dossier:
    """Open the dossier that verifies a number in service again: its holder with the first line, or one line alone.

    The number works on its present proof meanwhile; what is approved takes the place of what ends. Raise AlreadyOpen.
    """
    if number.holder is None or number.business_state not in ANSWERED_FOR:
        raise errors.DossierUnknown
    line = destination or number.destinations.filter(removed_at=None).first()
    kind = "holder" if destination is None else "destination"
    first = Dossier.objects.filter(number=number.pk, enterprise=number.holder, kind="holder", state="approved").first()
    live = Dossier.objects.filter(
        number=number.pk, enterprise=number.holder, kind=kind,
        state__in=["draft", "submitted", "more_information_needed", "deferred"],
    )  # fmt: skip
    if line is None or first is None:
        raise errors.DossierUnknown
    with transaction.atomic():
        Number.objects.select_for_update().get(pk=number.pk)
        if live.filter(line=line.line).exists() or (kind == "holder" and live.exists()):
            raise errors.AlreadyOpen
        before = claims(_last_proof_of(number, line.line) or first)
        return open_dossier(
            kind=kind, enterprise=number.holder, number=number.pk, carrier=number.carrier_id, use=before.get("use", "own"),
            industry=before.get("industry_code", ""), role=first.role, purpose="reverify" if kind == "holder" else "open", person=person, at=at,
            line=line.line, stated={key: before[key] for key in _KEPT if key in before}, needs_counter=needs_counter,
        )  # fmt: skip


_KEPT = ("industry", "use_text", "line_owner", "off_site")
"""What was stated once and is still so until the holder says otherwise."""


def _last_proof_of(number: Number, line: str) -> Dossier | None:
    """Find what last proved a line of this holder: whose it is and where was said there."""
    proofs = Dossier.objects.filter(number=number.pk, enterprise=number.holder, line=line, state="approved")
    return proofs.order_by("-decided_at").first()


def add_line(
    number: Number, text: str, *, person: Person, at: dt.datetime, owner: str = "holder", off_site: bool = False
) -> Dossier:
    """Bind a further line and open the dossier that proves it: it rings only after its own proof is approved."""
    first = Dossier.objects.filter(number=number.pk, enterprise=number.holder, kind="holder", state="approved").first()
    if number.holder is None or first is None:
        raise errors.DossierUnknown
    require_owner(owner)
    before = claims(first)
    with transaction.atomic():
        dossier = open_dossier(
            kind="destination", enterprise=number.holder, number=number.pk, carrier=number.carrier_id, use=before.get("use", "own"),
            industry=before.get("industry_code", ""), role="handler", person=person, at=at,
            stated={"line_owner": owner, "off_site": off_site},
        )  # fmt: skip
        mobiles = policy_of(dossier.requirement_set).mobile_destinations
        dossier.line = numbers.bind_line(number.pk, text, mobiles=mobiles, by=actor_of(person), at=at).line
        dossier.save(update_fields=["line"])
    return dossier


def remove_line(number: str, destination: Destination, *, by: Actor, at: dt.datetime) -> None:
    """Unbind a line and close the dossier that would prove it; raise NotProven where no other line could be the first."""
    with transaction.atomic():
        numbers.remove_line(number, destination.pk, by=by, at=at)
        undecided = [*OPEN, "submitted", "deferred", "unsuccessful"]
        for dossier in Dossier.objects.filter(
            number=number, kind="destination", line=destination.line, state__in=undecided
        ):
            Dossier.objects.filter(pk=dossier.pk).update(state="revoked", decided_at=at)
            record("dossier.revoked", by=by, at=at, subject=("dossier", dossier.pk), number=number)
        holder = Number.objects.select_related("holder").get(pk=number).holder
        if holder is not None:
            recheck_ends.end(number, holder, by=by, at=at, line=destination.line)
