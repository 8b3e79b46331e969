"""Facts, and the numbers that a fact has made dirty.

Trust: whoever can write `Fact` can invent history but not change it: the application's role may not update or delete.
"""

from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """One recorded action. Never holds an ID number, a person's phone or an image: it names the field only."""

    at = models.DateTimeField()
    who_kind = models.CharField(max_length=8)
    who_id = models.CharField(max_length=64, blank=True)
    who_name = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    number = models.CharField(max_length=10, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["number", "id"], name="fact_by_number"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="fact_by_subject"),
        ]


class DirtyNumber(models.Model):
    """A number whose record must be compiled again. The publisher deletes rows as it takes them.

    Several rows a number are meant: an upsert would make two actions on one number wait for each other.
    """

    number = models.CharField(max_length=10)
    is_urgent = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Taken before all others: a trigger writes such a row for every stop.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="dirty_by_number"),
            models.Index(fields=["id"], condition=Q(is_urgent=True), name="dirty_urgent"),
        ]
