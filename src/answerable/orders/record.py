"""The registration record (台账) that goes to the carrier's register: what its audit form keeps."""

from __future__ import annotations

from typing import Any

from answerable.numbers.models import Destination
from answerable.orders.models import Order
from answerable.orders.queries import holder_dossier
from answerable.verification.queries import claims


def registration_record(order: Order) -> dict[str, Any]:
    """Collect one number's registration record (MIIT 452 (七)五)."""
    dossier = holder_dossier(order)
    if dossier is None:
        raise ValueError(f"order {order.pk} has no dossier")
    handling, stated, holder = dossier.handling, claims(dossier), order.enterprise
    lines = list(Destination.objects.filter(number=order.number_id, removed_at=None))
    return {
        "order_no": order.pk,
        "number": order.number_id,
        "carrier": order.number.carrier_id,
        "holder": holder.name,
        "credit_code": holder.credit_code,
        "subject_type": holder.subject_type,
        "registered_address": holder.address,
        "legal_representative": holder.legal_representative,
        "handler": stated.get("handler_name") or holder.legal_representative,
        "handler_role": order.role,
        "handler_id_number": stated.get("handler_id_number", ""),
        "handler_mobile": order.person.mobile,
        "use": order.use,
        "industry": order.industry,
        "developer": "direct",
        "contract_sha256": order.contract_sha256,
        "signed_at": order.signed_at.isoformat() if order.signed_at else "",
        "handled_at": handling.at.isoformat(),
        "counter": handling.counter_id,
        "handled_by": handling.staff.username,
        "verified_until": dossier.verified_until.isoformat() if dossier.verified_until else "",
        "documents": [
            {"slot": d.slot, "sha256": d.sha256}
            for d in dossier.documents.filter(replaced_at=None).order_by("slot", "position")
        ],
        "first_destination": lines[0].line if lines else "",
        "other_destinations": [d.line for d in lines[1:]],
    }
