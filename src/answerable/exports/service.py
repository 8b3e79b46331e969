"""What a holder takes along to go on elsewhere: call plans, what is paid ahead, call records, and the log's proofs."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from django.conf import settings

from answerable.calls.models import Call
from answerable.exports.rows import Holding, Row
from answerable.numbers.logged import Said, in_log, logged
from answerable.numbers.models import Number
from answerable.orders.models import Order
from answerable.orders.terms import add_months
from answerable.parties.models import Enterprise
from answerable.routing.choices import Choices
from answerable.routing.models import Plan
from answerable.transparency.answers import prove
from answerable.transparency.integrate import signing_key
from answerable.transparency.store import CHECKPOINT, FileStore

CALL_COLUMNS = (
    "number", "caller", "started_at", "ringing_at", "answered_at", "ended_at", "line", "end_status", "refusal", "sip_status",
)  # fmt: skip


def plans(holding: Holding) -> Iterator[Row]:
    """List how the calls of each of its numbers are led."""
    mine = Number.objects.filter(holder=holding.enterprise).values_list("pk", flat=True)
    for plan in Plan.objects.filter(pk__in=list(mine)).order_by("pk"):
        yield {"number": plan.pk, **{field.name: getattr(plan, field.name) for field in fields(Choices)}}


def balances(enterprise: Enterprise, at: dt.datetime) -> Iterator[Row]:
    """List until when each number is paid, and what of its term's fee is not used up: whole days, rounded down, in fen.

    The fee for choosing a number is for the choice and is not counted.
    """
    for row in Number.objects.filter(holder=enterprise, paid_until__gt=at).order_by("pk"):
        order = (
            Order.objects.filter(number=row, enterprise=enterprise, state="completed").order_by("-created_at").first()
        )
        if order is None or row.paid_until is None:
            continue
        months, fee = (
            int(order.price["term_months"]),
            int(order.price["term_months"]) * int(order.price["monthly_minimum_fen"]),
        )
        begun = add_months(row.paid_until, -months)
        days, left = (row.paid_until - begun).days, (row.paid_until - max(at, begun)).days
        is_free = order.price["total_fen"] == 0  # a number of a ledger was paid for elsewhere
        yield {
            "number": row.pk, "order": order.pk, "paid_until": row.paid_until, "term_fee_fen": 0 if is_free else fee, "days_left": left,
            "unused_fen": 0 if is_free else fee * left // max(days, 1),
        }  # fmt: skip


def calls(holding: Holding) -> Iterator[bytes]:
    """Write the record of every call to its numbers while it answered for them, oldest first: CSV in UTF-8, times with offset."""
    yield _line(CALL_COLUMNS)
    found = Call.objects.filter(owner=holding.enterprise.credit_code).order_by("started_at", "pk")
    for row in found.values_list(*CALL_COLUMNS).iterator(chunk_size=2000):
        yield _line([value.isoformat() if isinstance(value, dt.datetime) else value for value in row])


def _line(values: Any) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(["" if value is None else value for value in values])
    return written.getvalue().encode()


def proofs(holding: Holding) -> Iterator[tuple[str, Row]]:
    """Return of each number what the public log says of it, proven; `answerable log check` reads it without us."""
    store, mine = FileStore(settings.LOG), {window.number for window in holding.windows}
    if not store.has(CHECKPOINT):
        return
    for row in Number.objects.filter(pk__in=mine).select_related("holder").annotate(**in_log()).order_by("pk"):
        said = logged(row)
        if said is not None:
            yield row.pk, _proof(row, said, holding, store)


def _proof(row: Number, said: Said, holding: Holding, store: FileStore) -> Row:
    """Open commitments to this holder's own name alone: others answered for the number before or after."""
    mine = [one for one in said.opened if one.credit_code == holding.enterprise.credit_code]
    openings = [{"commitment": one.commitment, "salt": one.salt, "value": one.value} for one in mine]
    key = signing_key().verifier
    answers = row.holder_id == holding.enterprise.pk and said.history.holder is not None
    return {
        "number": row.pk, "kind": "answered" if answers else "history", "holder": holding.enterprise.name,
        "credit_code": holding.enterprise.credit_code,
        "log": prove(said.entries, openings, fetch=store.read, checkpoint=store.read(CHECKPOINT), key=key) | {"key": str(key)},
    }  # fmt: skip
