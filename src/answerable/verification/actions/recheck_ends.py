"""What closes a requirement by itself: an approved dossier, the end of service; and what the number's row says of it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from answerable.numbers import actions as numbers
from answerable.parties.models import Enterprise
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification.models import Dossier, Handling, Recheck

UNDECIDED = ("draft", "submitted", "more_information_needed", "deferred", "unsuccessful")


def refresh(recheck: Recheck) -> None:
    """Bring the number's row, or the line's end of proof, in line with what is open; the database refuses anything later."""
    if recheck.state != "open" and recheck.closed_at:
        numbers.end_about(f"recheck:{recheck.pk}", at=recheck.closed_at)
    if not recheck.line:
        asked = Recheck.objects.filter(number=recheck.number_id, line="", state="open")
        numbers.set_recheck(recheck.number_id, asked.aggregate(until=Min("deadline"))["until"])
    elif recheck.state == "open":
        before = numbers.end_line_proof(recheck.number_id, recheck.line, until=recheck.deadline)
        Recheck.objects.filter(pk=recheck.pk).update(proof_ended_early=before)
    elif recheck.state == "withdrawn" and recheck.proof_ended_early:
        numbers.restore_line_proof(
            recheck.number_id, recheck.line, ended=recheck.deadline, until=recheck.proof_ended_early
        )


def fulfil(dossier: Dossier, *, by: Actor, at: dt.datetime) -> None:
    """Close what an approved dossier answers: papers submitted after it was asked; for level 3 also handled at a counter."""
    is_handled = Handling.objects.filter(dossier=dossier).exists()
    asked = Recheck.objects.select_for_update().filter(
        number=dossier.number, enterprise=dossier.enterprise, state="open", asked_at__lte=dossier.submitted_at
    )
    for one in asked:
        is_answered = (
            one.line == dossier.line if one.line else dossier.kind == "holder" and (one.level < 3 or is_handled)
        )
        if not is_answered:
            continue
        one.state, one.closed_at, one.dossier = "fulfilled", at, dossier
        one.save(update_fields=["state", "closed_at", "dossier"])
        refresh(one)
        record(
            "recheck.fulfilled", by=by, at=at, subject=("recheck", one.pk), number=dossier.number,
            after={"how": "dossier", "dossier": dossier.pk},
        )  # fmt: skip


def latest_proof(number: str, line: str, until: dt.datetime) -> dt.datetime:
    """Return the end a new proof of a line may have: no later than the deadline of what is still asked about it."""
    asked = Recheck.objects.filter(number=number, line=line, state="open").aggregate(until=Min("deadline"))["until"]
    return min(until, asked) if asked else until


def end(number: str, enterprise: Enterprise, *, by: Actor, at: dt.datetime, line: str = "") -> None:
    """Close what is asked of a holder whose service ends, or about a line that is unbound."""
    asked = Recheck.objects.select_for_update().filter(number=number, enterprise=enterprise, state="open")
    for one in asked.filter(line=line) if line else asked:
        one.state, one.closed_at = "ended", at
        one.save(update_fields=["state", "closed_at"])
        refresh(one)
        record("recheck.ended", by=by, at=at, subject=("recheck", one.pk), number=number)


def to_counter(number: str) -> None:
    """Ask a dossier of papers alone to come to the counter, once nothing that is open makes do with papers."""
    asked = Recheck.objects.filter(number=number, state="open", line="")
    if asked.filter(level=3).exists() or not asked.exists():
        Dossier.objects.filter(number=number, needs_counter=False, state__in=UNDECIDED).update(needs_counter=True)
