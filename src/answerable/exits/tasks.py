"""Background entry points of exits."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.exits import actions
from answerable.trail.actors import system


@app.periodic(cron="40 4 * * *")
@app.task(name="exits.sweep", queueing_lock="exits.sweep")
def sweep(timestamp: int) -> None:
    """Destroy the archives that nobody needs any more."""
    actions.sweep(by=system("worker"), at=timezone.now())
