"""Background entry points of verification."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from answerable.verification import actions


@app.task(name="verification.read_document", retry=RetryStrategy(max_attempts=2, wait=5))
def read_document(document_id: str) -> None:
    """Read one uploaded document with the OCR engine."""
    actions.read_document(document_id, at=timezone.now())
