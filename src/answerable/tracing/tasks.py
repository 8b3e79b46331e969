"""Background entry points of traces."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.tracing import actions
from answerable.trail.actors import system


@app.task(name="tracing.build")
def build(bundle_id: str) -> None:
    """Make one bundle."""
    actions.build(bundle_id, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="tracing.follow", queueing_lock="tracing.follow")
def follow(timestamp: int) -> None:
    """Walk the clock of twenty-four hours."""
    actions.follow(by=system("worker"), at=timezone.now())


@app.periodic(cron="50 * * * *")
@app.task(name="tracing.sweep", queueing_lock="tracing.sweep")
def sweep(timestamp: int) -> None:
    """Delete bundles whose period is over, every hour."""
    actions.sweep(at=timezone.now())
