"""Background entry points of the weekly report."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.reports import actions
from answerable.reports.queries import was_running
from answerable.reports.weeks import Week


@app.periodic(cron="5 * * * *")
@app.task(name="reports.weekly", queueing_lock="reports.weekly")
def weekly(timestamp: int) -> None:
    """Make the report of the week that is over, and remind of what was not sent; every hour, so that no night is missed."""
    now = timezone.now()
    if was_running(Week.before(now)):
        actions.make_due(at=now)
    actions.remind(at=now)
