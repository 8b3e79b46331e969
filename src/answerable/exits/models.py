"""Holders who came from another operator, by their archive. Trust: whoever writes here opens nothing; it is shown to reviewers."""

import uuid

from django.db import models

from answerable.parties.models import Enterprise


class Arrival(models.Model):
    """One archive that was taken in: whose, from where, and what its proofs rest on. The archive itself is kept sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="arrivals")
    archive_sha256 = models.CharField(max_length=64, unique=True)
    operator = models.CharField(max_length=80, help_text="The operator that it comes from, as its archive says.")
    operator_key = models.CharField(max_length=200)
    log_key = models.CharField(max_length=200)
    built_at = models.DateTimeField(help_text="When the previous operator made it.")
    numbers = models.JSONField(help_text="The numbers that came.")
    left = models.JSONField(default=list, help_text="Numbers of its that stayed: stopped, or not in service.")
    calls = models.PositiveIntegerField(help_text="Call records in the archive.")
    at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, help_text="When the archive's key was destroyed; the row stays.")

    class Meta:
        ordering = ["-at"]
