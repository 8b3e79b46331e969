"""Background entry points of permits."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from answerable.permits import actions
from answerable.permits.models import PermitRequest


@app.task(name="permits.fetch", retry=RetryStrategy(max_attempts=8, wait=1))
def fetch(request_id: int) -> None:
    """Fetch a permit that two have confirmed; the log takes a second to show the approval it rests on."""
    actions.fetch(PermitRequest.objects.get(pk=request_id), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="permits.fetch_waiting", queueing_lock="permits.fetch_waiting")
def fetch_waiting(timestamp: int) -> None:
    """Fetch what could not be fetched at once: the signer was away."""
    actions.fetch_waiting(at=timezone.now())
