"""Begin the part of an application that is filed: its dossier, and the clock to fill it."""

from __future__ import annotations

import datetime as dt
import hashlib

from answerable.orders.clocks import MATERIALS_WITHIN
from answerable.orders.eligibility import INDUSTRIES
from answerable.orders.models import Order
from answerable.parties.publication import holder_entry
from answerable.transparency.actions import publish
from answerable.transparency.entries import canonical
from answerable.verification import actions as verification
from answerable.verification.models import Dossier


def begin_materials(order: Order, *, at: dt.datetime, line: str = "") -> Dossier:
    """Start the materials clock of an order in force, say so in the public log, and open its dossier; `line` is the one a ledger already names."""
    order.materials_until = at + MATERIALS_WITHIN
    order.save(update_fields=["materials_until"])
    publish(
        "lock", number=order.number_id, at=at, holder=holder_entry(order.enterprise, number=order.number_id),
        contract_sha256=order.contract_sha256, price_sha256=hashlib.sha256(canonical(order.price)).hexdigest(),
    )  # fmt: skip
    return verification.open_dossier(
        kind="holder", enterprise=order.enterprise, number=order.number_id, carrier=order.number.carrier_id, use=order.use,
        role=order.role, industry=order.industry, person=order.person, order_no=order.pk, stated=_stated(order), line=line, at=at,
        purpose="transfer" if order.kind == "transfer" else "open",
    )  # fmt: skip


def _stated(order: Order) -> dict[str, str]:
    """Say what the application already knows, so that nobody types it again."""
    industry = INDUSTRIES[order.industry][0]
    calls = "接听本单位客户来电" if order.use == "own" else "受委托接听客户来电"
    return {"industry": industry, "use_text": f"{order.get_use_display()}：{industry}，{calls}"}
