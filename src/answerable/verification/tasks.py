"""Background entry points of verification."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from answerable.trail.actors import system
from answerable.verification import actions
from answerable.verification.actions import documents
from answerable.verification.actions.callback import end_overdue_callbacks
from answerable.verification.actions.erasure import erase_due


@app.task(name="verification.read_document", retry=RetryStrategy(max_attempts=2, wait=5))
def read_document(document_id: str) -> None:
    """Read one uploaded document with the OCR engine."""
    actions.read_document(document_id, at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="verification.requeue", queueing_lock="verification.requeue")
def requeue(timestamp: int) -> None:
    """Take up documents that a worker left half read."""
    documents.requeue(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="verification.end_callbacks", queueing_lock="verification.end_callbacks")
def end_callbacks(timestamp: int) -> None:
    """End call-backs that nobody placed in time."""
    end_overdue_callbacks(at=timezone.now())


@app.periodic(cron="17 2 * * *")
@app.task(name="verification.ask_before_verification_ends", queueing_lock="verification.ask_before_verification_ends")
def ask_before_verification_ends(timestamp: int) -> None:
    """Ask for new papers before a verification ends, each morning."""
    actions.ask_before_verification_ends(at=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="verification.erase_due", queueing_lock="verification.erase_due")
def erase(timestamp: int) -> None:
    """Erase each night what has been kept as long as the law asks."""
    erase_due(by=system("worker"), at=timezone.now())
