"""Write down that a paper with somebody's ID number on it was made and handed out."""

from __future__ import annotations

import datetime as dt

from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification.models import Dossier


def write_down_print(dossier: Dossier, paper: str, *, by: Actor, at: dt.datetime) -> None:
    """Record who had which paper of a dossier printed (PIPL art. 51); it names the paper, not what is on it."""
    record("paper.printed", by=by, at=at, subject=("dossier", dossier.pk), after={"paper": paper})
