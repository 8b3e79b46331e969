"""The permits of a case's number at its moment: what the gates were let ring it by, signed for two people's codes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from answerable.permits.models import Permit
from answerable.snapshot.permits import read
from answerable.tracing.collect.said import moment
from answerable.tracing.models import TraceCase
from answerable.tracing.shape import Permits


def permits(case: TraceCase) -> Permits:
    """Return the permits that were given and not used up at the case's moment, oldest first, each as it was signed."""
    given = Permit.objects.filter(number=case.number_id, issued_at__lte=case.moment).order_by("serial")
    there = [
        _said(one) for one in given.filter(Q(used_up_at=None) | Q(used_up_at__gt=case.moment)).select_related("request")
    ]
    zh = f"当时有效的许可 {len(there)} 份" if there else "当时没有有效的许可"
    en = f"{len(there)} in force then" if there else "none in force then"
    return Permits(on_record=bool(there), zh=zh, en=en, permits=there)


def _said(permit: Permit) -> dict[str, Any]:
    statement = read(permit.text)
    return {
        "serial": permit.serial, "ground": permit.request.ground, "issued_at": moment(permit.issued_at),
        "used_up_at": moment(permit.used_up_at) if permit.used_up_at else None, "valid_until": statement.valid_until,
        "log_entry_sha256": statement.leaf, "key": statement.key, "permit": permit.text,
    }  # fmt: skip
