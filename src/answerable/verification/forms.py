"""Papers the applicant prints, seals and photographs, filled so that nobody copies a name by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from answerable.lib.pdf import render
from answerable.lib.workdays import CHINA
from answerable.parties.models import Staff
from answerable.parties.queries import operator
from answerable.verification.actions.counter import originals
from answerable.verification.models import Appointment, Dossier
from answerable.verification.queries import claims
from answerable.verification.slots import SLOTS

PAPERS = Path(__file__).resolve().parent / "papers"


def authorisation(dossier: Dossier) -> bytes:
    """Make the authorisation letter (授权委托书) as PDF."""
    return render(PAPERS / "authorisation.typ", _data(dossier))


def commitment(dossier: Dossier) -> bytes:
    """Make the information-security commitment (信息安全承诺书) as PDF."""
    return render(PAPERS / "commitment.typ", _data(dossier))


def use_statement(dossier: Dossier) -> bytes:
    """Make the statement of use with call script (使用用途说明及话术) as PDF."""
    return render(PAPERS / "use_statement.typ", _data(dossier))


def acceptance_form(appointment: Appointment, *, staff: Staff, at: dt.datetime) -> bytes:
    """Make the acceptance form (业务受理单) for the counter as PDF."""
    dossier = appointment.dossier
    more = {
        "counter": appointment.counter.name_zh, "staff": staff.name, "date": f"{at.astimezone(CHINA):%Y-%m-%d}",
        "booking": appointment.code, "originals": [SLOTS[slot].zh for slot in originals(dossier)],
    }  # fmt: skip
    return render(PAPERS / "acceptance_form.typ", _data(dossier) | more)


def _data(dossier: Dossier) -> dict[str, Any]:
    stated, holder, ours = claims(dossier), dossier.enterprise, operator()
    return {
        "operator": ours.name_zh, "is_demo": ours.is_demo, "number": dossier.number, "order_no": dossier.order_no, "holder": holder.name,
        "holder_code": holder.credit_code, "address": holder.address, "legal_representative": holder.legal_representative,
        "handler": stated.get("handler_name") or holder.legal_representative, "handler_id": stated.get("handler_id_number", ""),
        "use": stated.get("use_text", ""), "line": dossier.line,
    }  # fmt: skip


PAPERS_TO_PRINT = {"authorisation": authorisation, "commitment": commitment, "use_statement": use_statement}
"""What the applicant prints, by the name in `slots.Slot.paper`."""
