"""Let an order's agent file papers of the organisation for its customer, by the customer's leave (MIIT 452 (七)二).

It prepares and no more: it sees nothing of the dossier, replaces nothing and submits nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.orders import errors
from answerable.orders.agent_papers import CURRENT, consent_in_force, reservation_behind
from answerable.orders.models import AgentPapersConsent, Reservation
from answerable.orders.queries import holder_dossier, order_of
from answerable.parties.actions import actor_of
from answerable.parties.errors import AgentNotAtWork
from answerable.parties.models import Person
from answerable.parties.queries import agent_of, agent_state
from answerable.trail.actions import record
from answerable.verification import actions as verification
from answerable.verification.actions.stated import require_open
from answerable.verification.models import AGENT_SLOTS, Document, Dossier


def allow_agent_papers(dossier: Dossier, *, version: str, person: Person, at: dt.datetime) -> AgentPapersConsent:
    """Let the agent of this very order file papers. Raise AgentTextOutdated where another text was shown."""
    if version != CURRENT:
        raise errors.AgentTextOutdated
    with transaction.atomic():
        reservation = _customers(dossier, person)
        require_open(Dossier.objects.select_for_update().get(pk=dossier.pk))
        standing = consent_in_force(reservation)
        if standing is not None:
            return standing
        given = AgentPapersConsent.objects.create(
            reservation=reservation, text_version=version, given_by=person, given_at=at
        )
        _write_down("agent.papers_allowed", reservation, person=person, at=at, after={"text_version": version})
    return given


def end_agent_papers(dossier: Dossier, *, person: Person, at: dt.datetime) -> None:
    """Withdraw the leave; what was filed stays, for the customer to replace. Nothing happens where none is in force."""
    with transaction.atomic():
        reservation = _customers(dossier, person)
        if reservation.papers_consents.filter(ended_at=None).update(ended_at=at, ended_by=person):
            _write_down("agent.papers_ended", reservation, person=person, at=at, after={})


def _customers(dossier: Dossier, person: Person) -> Reservation:
    """Lock the reservation that a customer's dossier came of; raise OrderUnknown to anybody else than the customer."""
    behind = reservation_behind(dossier)
    if behind is None or order_of(person, dossier.order_no) is None:
        raise errors.OrderUnknown
    return Reservation.objects.select_for_update().get(pk=behind.pk)


def file_agent_paper(reservation: Reservation, slot: str, raw: bytes, *, person: Person, at: dt.datetime) -> Document:
    """Put a paper of the organisation into an item that is empty, as a member of the order's agent.

    Raise OrderUnknown (another agent's), AgentNotAtWork, AgentNotAllowed, PaperNotForAgents, PaperFiled, DossierClosed
    or what `upload` raises.
    """
    agent = agent_of(person)
    if agent is None or agent.pk != reservation.agent_id:
        raise errors.OrderUnknown
    if agent_state(agent, at) != "active":
        raise AgentNotAtWork
    if slot not in AGENT_SLOTS:
        raise errors.PaperNotForAgents
    with transaction.atomic():
        locked = Reservation.objects.select_for_update(of=("self",)).select_related("order").get(pk=reservation.pk)
        dossier = holder_dossier(locked.order) if locked.order else None
        if dossier is None or consent_in_force(locked) is None:
            raise errors.AgentNotAllowed
        dossier = Dossier.objects.select_for_update().get(pk=dossier.pk)
        require_open(dossier)
        if dossier.documents.filter(slot=slot, replaced_at=None).exists():
            raise errors.PaperFiled
        document = verification.upload(dossier, slot, raw, person=person, at=at, agent=agent)
        _write_down(
            "agent.paper_filed", locked, person=person, at=at,
            after={"slot": slot, "document": str(document.pk), "sha256": document.sha256},
        )  # fmt: skip
    return document


def _write_down(what: str, reservation: Reservation, *, person: Person, at: dt.datetime, after: dict[str, str]) -> None:
    """Record a fact that names the agent and the order."""
    named: dict[str, object] = {"agent": reservation.agent_id, "order": reservation.order_id}
    record(
        what, by=actor_of(person), at=at, subject=("reservation", reservation.pk), number=reservation.number_id,
        after=named | after,
    )  # fmt: skip
