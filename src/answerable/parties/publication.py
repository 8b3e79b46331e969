"""How organisations and staff appear in the public log: organisations by name and code, persons never."""

from __future__ import annotations

from answerable.lib import vault
from answerable.parties.models import Enterprise, Staff
from answerable.transparency.actions import hide
from answerable.transparency.entries import canonical


def holder_entry(holder: Enterprise, *, number: str) -> dict[str, str]:
    """Name a holder; a sole trader is a natural person by name, so only a commitment appears (PIPL art. 6)."""
    named = {"name": holder.name, "credit_code": holder.credit_code}
    if holder.subject_type == "sole_trader":
        return {"commitment": hide(canonical(named).decode(), number=number)}
    return named


def pseudonym(staff: Staff) -> str:
    """Name a member of staff so that two deeds of one can be seen as one's, and nobody is named."""
    return vault.keyed_hash(str(staff.pk), "log:staff")[:16]
