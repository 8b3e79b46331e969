"""Background entry points of exports."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.exports import actions


@app.task(name="exports.build")
def build(export_id: str) -> None:
    """Make one copy."""
    actions.build(export_id, at=timezone.now())


@app.periodic(cron="40 * * * *")
@app.task(name="exports.sweep", queueing_lock="exports.sweep")
def sweep(timestamp: int) -> None:
    """Delete what has lain here for a week, every hour."""
    actions.sweep(at=timezone.now())
