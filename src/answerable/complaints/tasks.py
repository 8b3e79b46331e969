"""Background entry points of complaints and appeals."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.complaints import appeals


@app.periodic(cron="*/10 * * * *")
@app.task(name="complaints.follow_appeals", queueing_lock="complaints.follow_appeals")
def follow_appeals(timestamp: int) -> None:
    """Record appeals past their clock, and open in the public log what nobody can appeal against any more."""
    appeals.remind_of_appeals(at=timezone.now())
    appeals.open_reasons(at=timezone.now())
