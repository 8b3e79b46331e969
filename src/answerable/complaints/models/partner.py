"""Who hands reports over: the 12321 centre by file, partners by API."""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Staff


class Handover(models.Model):
    """One file of reports that the 12321 centre handed over, as it was taken at the desk."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    taken = models.PositiveIntegerField()
    known = models.PositiveIntegerField(help_text="References that had come before.")
    refused = models.PositiveIntegerField()


class Partner(models.Model):
    """A program that may hand reports over by API: its key is kept as a keyed hash, and shown once when it is made."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9-]{2,20}$"), name="partner_code_is_plain"),
        ]
