"""Background entry points of complaints and appeals."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.complaints import appeals
from answerable.complaints.actions.erase import erase_due
from answerable.complaints.actions.remind import remind
from answerable.trail.actors import system


@app.periodic(cron="* * * * *")
@app.task(name="complaints.remind", queueing_lock="complaints.remind")
def remind_staff(timestamp: int) -> None:
    """Raise overdue urgent reports each minute, and remind of answers that are due soon."""
    remind(by=system("worker"), at=timezone.now())


@app.periodic(cron="40 3 * * *")
@app.task(name="complaints.erase_due", queueing_lock="complaints.erase_due")
def erase(timestamp: int) -> None:
    """Erase each night what reporters gave and is kept long enough."""
    erase_due(by=system("worker"), at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="complaints.follow_appeals", queueing_lock="complaints.follow_appeals")
def follow_appeals(timestamp: int) -> None:
    """Record appeals past their clock, and open in the public log what nobody can appeal against any more."""
    appeals.remind_of_appeals(at=timezone.now())
    appeals.open_reasons(at=timezone.now())
