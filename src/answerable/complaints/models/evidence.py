"""What a reporter or an appealing holder shows: sealed files, and who of the staff was shown which."""

import uuid

from django.db import models
from django.db.models import Q

from answerable.complaints.models.appeal import Appeal
from answerable.complaints.models.report import Report
from answerable.parties.models import Staff


class Evidence(models.Model):
    """One file under a key of its own (`keystore.evidence_key`); erased means the key is destroyed, the row stays."""

    class Kind(models.TextChoices):
        PICTURE = "picture", "图片"
        PAPER = "paper", "PDF"
        SOUND = "sound", "录音"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="evidence")
    appeal = models.ForeignKey(Appeal, null=True, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    mime = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    stored_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="evidence_has_its_place"),
            models.UniqueConstraint(fields=["report", "sha256"], name="evidence_is_kept_once"),
            models.UniqueConstraint(fields=["appeal", "position"], name="appeal_evidence_has_its_place"),
            models.UniqueConstraint(fields=["appeal", "sha256"], name="appeal_evidence_is_kept_once"),
            models.CheckConstraint(
                condition=Q(report__isnull=True) ^ Q(appeal__isnull=True), name="evidence_is_of_one_thing"
            ),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=10), name="at_most_ten_files"),
        ]


class EvidenceView(models.Model):
    """One showing of one file to a member of staff: rows are only added."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="views")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
