"""代交材料: what the customer allows its order's agent, and the agent's page of what is still asked for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.orders import actions
from answerable.orders.agent_papers import CURRENT, TEXTS, consent_in_force, items_for_agent, reservation_behind
from answerable.orders.models import Reservation
from answerable.orders.queries import holder_dossier, reservations_of
from answerable.parties.queries import agent_of, agent_state
from answerable.verification.actions.stated import OPEN
from answerable.verification.models import Dossier
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.middleware import Request
from answerable.web.uploads import uploaded


def said_to_customer(dossier: Dossier) -> dict[str, Any] | None:
    """Say which agent may file papers, with the text and whether it is allowed; None where no agent has a part in it."""
    behind = reservation_behind(dossier)
    consent = consent_in_force(behind) if behind else None
    if behind is None or (consent is None and dossier.state not in OPEN):
        return None
    return {"agent": behind.agent, "consent": consent, "version": CURRENT, "texts": TEXTS[CURRENT]}


@person_only
def papers(request: Request, reservation_id: int) -> HttpResponse:
    """Show an agent which papers of the organisation its customer's dossier still asks for; never a paper itself."""
    return _show(request, _reservation(request, reservation_id))


@person_only
@require_POST
def file_paper(request: Request, reservation_id: int, slot: str) -> HttpResponse:
    """Take a file for an item that is empty."""
    one = _reservation(request, reservation_id)
    try:
        actions.file_agent_paper(one, slot, uploaded(request), person=person_of(request), at=timezone.now())
    except Problem as problem:
        return _show(request, one, problem, slot)
    messages.success(request, _("已上传。客户会看到这一份，由客户核对和提交。"))
    return redirect("console:agent_papers", one.pk)


def _reservation(request: Request, reservation_id: int) -> Reservation:
    agent = found(agent_of(person_of(request)))
    return found(reservations_of(agent).select_related("order").filter(pk=reservation_id).first())


def _show(request: Request, one: Reservation, problem: Problem | None = None, slot: str = "") -> HttpResponse:
    agent = found(agent_of(person_of(request)))
    stage = _stage(one, agent_state(agent, timezone.now()))
    items = items_for_agent(one.order) if one.order and stage == "open" else []
    said, shown = say(problem) if problem else "", {item.slot.code for item in items if not item.is_filed}
    context = {
        "section": "agency", "one": one, "agent": agent, "stage": stage, "slot": slot,
        "items": items, "problem": "" if slot in shown else said, "slot_problem": said,
    }  # fmt: skip
    response = render(request, "web/console/agent_papers.html", context)
    return conflict(response) if problem else response


def _stage(one: Reservation, state: str) -> str:
    """Say what an agent can do about a customer's papers, or what it waits for."""
    if state != "active":
        return "not_at_work"
    if one.state != "accepted" or one.order is None:
        return "not_accepted"
    if consent_in_force(one) is None:
        return "not_allowed"
    dossier = holder_dossier(one.order)
    return "open" if dossier is not None and dossier.state in OPEN else "closed"
