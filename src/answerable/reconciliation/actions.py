"""Import a carrier's register, compare, and explain what differs (MIIT 452 (七)五: a ledger of every number)."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import islice

from django.db import transaction

from answerable.parties.actions import actor_of
from answerable.parties.models import Carrier, Staff
from answerable.parties.queries import is_same_human, require
from answerable.reconciliation import errors
from answerable.reconciliation.compare import compare
from answerable.reconciliation.models import Difference, RegisterImport, RegisterRow
from answerable.reconciliation.reading import rows
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system

BATCH = 2000
SHORTER = 0.99


def import_by_command(content: bytes, carrier: Carrier, *, force: bool, at: dt.datetime) -> RegisterImport:
    """Import a file; raise RegisterFileShorter unless forced, and what reading raises. Nothing enters then."""
    with transaction.atomic():
        count, before = _count(content, carrier), _rows_before(carrier)
        if count < before * SHORTER and not force:
            raise errors.RegisterFileShorter(rows=count, before=before)
        made = _made(content, carrier, count, before)
        made.at = at
        return _take(made, content, by=system("cli"), at=at)


def upload(content: bytes, carrier: Carrier, *, staff: Staff, at: dt.datetime) -> RegisterImport:
    """Import a file at the desk; one that is over 1 % shorter than the last waits for a second person."""
    require(staff, "register_numbers")
    with transaction.atomic():
        count, before = _count(content, carrier), _rows_before(carrier)
        made = _made(content, carrier, count, before)
        made.at, made.by = at, staff
        if count >= before * SHORTER:
            return _take(made, content, by=actor_of(staff), at=at)
        made.state, made.content = "waiting", content
        made.save()
        record(
            "carrier_register.waits", by=actor_of(staff), at=at, subject=("register_import", made.pk),
            after={"carrier": carrier.pk, "rows": count, "before": before},
        )  # fmt: skip
    return made


def confirm(waiting: RegisterImport, *, staff: Staff, at: dt.datetime) -> RegisterImport:
    """Import a short file that another uploaded. Raise ConfirmNeedsAnother; DifferenceOver where a newer file was taken."""
    require(staff, "reconcile_register")
    with transaction.atomic():
        made = RegisterImport.objects.select_for_update(of=("self",)).select_related("carrier", "by").get(pk=waiting.pk)
        if made.state != "waiting":
            raise errors.DifferenceOver
        if made.by is not None and is_same_human(made.by, staff):
            raise errors.ConfirmNeedsAnother
        if RegisterImport.objects.filter(carrier=made.carrier, state="taken", taken_at__gt=made.at).exists():
            raise errors.DifferenceOver
        content, made.content, made.confirmed_by = bytes(made.content), b"", staff
        return _take(made, content, by=actor_of(staff), at=at)


def explain(difference: Difference, *, why: str, staff: Staff, at: dt.datetime) -> None:
    """Explain a difference; it stays listed until an import agrees. Raise ExplanationInvalid, DifferenceOver."""
    require(staff, "reconcile_register")
    words = why.strip()
    if not 0 < len(words) <= 300:
        raise errors.ExplanationInvalid
    with transaction.atomic():
        changed = Difference.objects.filter(pk=difference.pk, state="open").update(
            state="explained", owner=staff, why=words, explained_at=at
        )
        if not changed:
            raise errors.DifferenceOver
        after = {"number": difference.number, "kind": difference.kind, "why": words}
        record("difference.explained", by=actor_of(staff), at=at, subject=("difference", difference.pk), after=after)


def _count(content: bytes, carrier: Carrier) -> int:
    """Read the whole file once, so that nothing is written of one that is wrong."""
    return sum(1 for _ in rows(content, carrier=carrier.pk, prefixes=carrier.prefixes))


def _rows_before(carrier: Carrier) -> int:
    last = RegisterImport.objects.filter(carrier=carrier, state="taken").order_by("-taken_at", "-pk").first()
    return last.rows if last else 0


def _made(content: bytes, carrier: Carrier, count: int, before: int) -> RegisterImport:
    return RegisterImport(carrier=carrier, sha256=hashlib.sha256(content).hexdigest(), rows=count, rows_before=before)


def _take(made: RegisterImport, content: bytes, *, by: Actor, at: dt.datetime) -> RegisterImport:
    """Replace what is known of the carrier's register, and compare."""
    carrier = Carrier.objects.select_for_update().get(pk=made.carrier_id)
    RegisterRow.objects.filter(carrier=carrier).delete()
    each = rows(content, carrier=carrier.pk, prefixes=carrier.prefixes)
    while batch := list(islice(each, BATCH)):
        RegisterRow.objects.bulk_create(batch)
    made.state, made.taken_at = "taken", at
    made.save()
    found, put_right = compare(carrier.pk, at=at)
    record(
        "carrier_register.imported", by=by, at=at, subject=("register_import", made.pk),
        after={"carrier": carrier.pk, "rows": made.rows, "before": made.rows_before, "found": found, "put_right": put_right},
    )  # fmt: skip
    return made
