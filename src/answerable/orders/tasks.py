"""Background entry points of orders."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from procrastinate.contrib.django import app

from answerable.orders import actions
from answerable.trail.actors import system


@app.task(name="orders.follow_dossier")
def follow_dossier(dossier_id: int) -> None:
    """Follow a decided dossier."""
    actions.follow_dossier(dossier_id, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="orders.sweep", queueing_lock="orders.sweep")
def sweep(timestamp: int) -> None:
    """End what is overdue, every minute."""
    actions.sweep(at=timezone.now())


@app.periodic(cron="*/20 * * * *")
@app.task(name="orders.remind", queueing_lock="orders.remind")
def remind(timestamp: int) -> None:
    """Tell people what ends soon, within half an hour of the day it is due."""
    actions.remind(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="orders.collect_receipts", queueing_lock="orders.collect_receipts")
def collect_receipts(timestamp: int) -> None:
    """Take over the receipts that the carrier's register put into var/register/in; a bad one is set aside, loudly."""
    folder = Path(settings.REGISTER) / "in"
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            actions.receive_receipt(file.read_bytes(), by=system("worker"), at=timezone.now())
            file.rename(file.with_suffix(".taken"))
        except OperationalError:
            raise  # the database is away: the file waits
        except Exception as problem:  # one bad file must not hold up those behind it
            logging.getLogger(__name__).error("receipt %s refused: %s", file.name, problem)
            file.rename(file.with_suffix(".refused"))
