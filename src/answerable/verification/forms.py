"""Papers the applicant prints, seals and photographs, filled so that nobody copies a name by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from answerable.lib.pdf import render
from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import operator
from answerable.trail.actors import Actor
from answerable.verification.actions.counter import originals
from answerable.verification.models import Appointment, Dossier
from answerable.verification.queries import claims
from answerable.verification.slots import ORIGINALS

PAPERS = Path(__file__).resolve().parent / "papers"


PAPERS_TO_PRINT = {"authorisation", "commitment", "use_statement"}
"""What the applicant prints, by the name in `slots.Slot.paper`."""


def paper(dossier: Dossier, name: str, *, by: Actor, at: dt.datetime) -> bytes:
    """Make a paper that the applicant prints, seals and photographs: letter, commitment, or statement of use."""
    if name not in PAPERS_TO_PRINT:
        raise ValueError(f"{name} is no paper to print")
    return render(PAPERS / f"{name}.typ", _data(dossier, by=by, at=at))


def acceptance_form(appointment: Appointment, *, staff: Staff, at: dt.datetime) -> bytes:
    """Make the acceptance form (业务受理单) for the counter as PDF."""
    dossier = appointment.dossier
    more = {
        "counter": appointment.counter.name_zh, "staff": staff.name, "date": f"{at.astimezone(CHINA):%Y-%m-%d}",
        "booking": appointment.code, "originals": [ORIGINALS[slot].zh for slot in originals(dossier)],
    }  # fmt: skip
    return render(PAPERS / "acceptance_form.typ", _data(dossier, by=actor_of(staff), at=at) | more)


def _data(dossier: Dossier, *, by: Actor, at: dt.datetime) -> dict[str, Any]:
    """Collect what a paper prints; its foot says who printed it, when and what for (PIPL art. 51)."""
    stated, holder, ours = claims(dossier), dossier.enterprise, operator()
    return {
        "operator": ours.name_zh, "is_demo": ours.is_demo, "number": dossier.number, "order_no": dossier.order_no, "holder": holder.name,
        "holder_code": holder.credit_code, "address": holder.address, "legal_representative": holder.legal_representative,
        "handler": stated.get("handler_name") or holder.legal_representative, "handler_id": stated.get("handler_id_number", ""),
        "use": stated.get("use_text", ""), "line": dossier.line,
        "printed": f"打印 {by.name or '申请人'} {at.astimezone(CHINA):%Y-%m-%d %H:%M} 仅用于办理 {dossier.number} 的实名核验",
    }  # fmt: skip
