"""The one door to the log: called inside the action's transaction, so that neither happens without the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from answerable.lib import vault
from answerable.transparency.entries import commit, make_entry
from answerable.transparency.models import Opening, Pending

CHANNEL = "log"


def publish(kind: str, *, number: str, at: dt.datetime, **said: Any) -> None:
    """Put an entry into the outbox and wake the integrator on commit; raise EntryInvalid."""
    Pending.objects.create(number=number, leaf=make_entry(kind, number=number, at=at, said=said))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def hide(value: str, *, number: str) -> str:
    """Commit to a value that must not be readable in the log for ever; keep what opens it, sealed."""
    commitment, salt = commit(value)
    opening = {"salt": salt.hex(), "value": value}
    Opening.objects.create(
        commitment=commitment, number=number, sealed=vault.seal_json(opening, f"opening:{commitment}")
    )
    return commitment


def open_commitment(commitment: str) -> tuple[bytes, str] | None:
    """Return salt and value of a commitment; None where it was destroyed."""
    row = Opening.objects.filter(pk=commitment).first()
    return None if row is None else unseal(commitment, row.sealed)


def unseal(commitment: str, sealed: bytes | memoryview) -> tuple[bytes, str]:
    """Return salt and value of a commitment from what an `Opening` has sealed."""
    opening = vault.open_json(sealed, f"opening:{commitment}")
    return bytes.fromhex(opening["salt"]), str(opening["value"])


def destroy(commitments: list[str]) -> int:
    """Destroy what opens these commitments; the log keeps them as noise."""
    return Opening.objects.filter(pk__in=commitments).delete()[0]
