"""Background entry points of exits."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.exits import actions, steps
from answerable.trail.actors import system


@app.periodic(cron="40 4 * * *")
@app.task(name="exits.sweep", queueing_lock="exits.sweep")
def sweep(timestamp: int) -> None:
    """Destroy the archives that nobody needs any more."""
    actions.sweep(by=system("worker"), at=timezone.now())


@app.periodic(cron="10 4 * * *")
@app.task(name="exits.walk", queueing_lock="exits.walk")
def walk(timestamp: int) -> None:
    """Bring the announced exit plans up to the day: late numbers, reminders, defaults."""
    steps.walk(at=timezone.now())
