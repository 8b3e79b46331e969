"""Background entry points of the weekly report."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.reports import actions


@app.periodic(cron="5 * * * *")
@app.task(name="reports.weekly", queueing_lock="reports.weekly")
def weekly(timestamp: int) -> None:
    """Make the report of the week that is over, and remind of what was not sent; every hour, so that no night is missed."""
    actions.make_due(at=timezone.now())
    actions.remind(at=timezone.now())
