"""Background entry points of the stock check."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.stock import actions


@app.task(name="stock.walk")
def walk(stock_check_id: int) -> None:
    """Look at the next numbers; the action hands on what is left."""
    actions.walk(stock_check_id, at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="stock.resume", queueing_lock="stock.resume")
def resume(timestamp: int) -> None:
    """Go on where a worker died."""
    actions.resume(at=timezone.now())
