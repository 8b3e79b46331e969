"""Copies of what is held about a holder.

Trust: whoever can write here can have a copy made for a person who did not ask; each copy is a fact that names the asker.
"""

import uuid

from django.db import models
from django.db.models import Q

from answerable.parties.models import Enterprise, Person, Staff


class Export(models.Model):
    """One copy of everything held about an organisation: asked for, made in the background, deleted after seven days."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        BUILDING = "building", "制作中"
        READY = "ready", "可下载"
        FAILED = "failed", "未做成（我方原因）"
        DELETED = "deleted", "已删除"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="exports")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0, help_text="Documents copied so far.")
    total = models.PositiveIntegerField(default=0)
    built_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(staff__isnull=True), name="an_export_has_one_asker"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(until__isnull=False, sha256__regex=r"^[0-9a-f]{64}$"),
                name="a_ready_export_has_an_end",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="an_export_has_a_purpose"),
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(state__in=["queued", "building"]), name="one_export_at_a_time"
            ),
        ]
