"""Background entry points of calls."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.calls import actions, differences


@app.periodic(cron="*/5 * * * *")
@app.task(name="calls.close_unknown", queueing_lock="calls.close_unknown")
def close_unknown(timestamp: int) -> None:
    """Close calls whose end nobody saw."""
    actions.close_unknown(at=timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(name="calls.reconcile", queueing_lock="calls.reconcile")
def reconcile(timestamp: int) -> None:
    """Hold the gate's records against the media side's, daily."""
    differences.reconcile(at=timezone.now())
