"""Background entry points of the operator itself."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.parties import exits
from answerable.trail.actors import system


@app.periodic(cron="15 * * * *")
@app.task(name="parties.tell_exits", queueing_lock="parties.tell_exits")
def tell_exits(timestamp: int) -> None:
    """Say in the public log when an authorisation is over and none follows it."""
    exits.tell_exits(by=system("worker"), at=timezone.now())
