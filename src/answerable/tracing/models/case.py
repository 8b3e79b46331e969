"""A trace case, and its bundles."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from answerable.complaints.models import Report
from answerable.numbers.models import Number
from answerable.parties.models import Enterprise, Staff
from answerable.tracing.scope import BASES


class TraceCase(models.Model):
    """One question: who answered for a number at a moment, and what rests on it. What was asked never changes (trigger)."""

    class Ground(models.TextChoices):
        RISK = "risk", "风控发现"
        REPORT = "report", "举报"
        AUTHORITY = "authority", "机关调取"

    class State(models.TextChoices):
        WAITING = "waiting", "待第二人确认"
        OPEN = "open", "办理中"
        ANSWERED = "answered", "已办结"
        REFUSED = "refused", "不予提供"

    reference = models.CharField(max_length=14, primary_key=True)
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="+")
    moment = models.DateTimeField(help_text="Who answered then?")
    since = models.DateTimeField(help_text="The window whose calls are told.")
    until = models.DateTimeField()
    caller = models.BinaryField(default=bytes, help_text="A sample caller, sealed; may be empty.")
    ground = models.CharField(max_length=9, choices=Ground)
    basis = models.CharField(max_length=10)
    parts = ArrayField(models.CharField(max_length=10))
    why = models.CharField(max_length=200)
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="traces")
    holder = models.ForeignKey(
        Enterprise, null=True, on_delete=models.PROTECT, related_name="+", help_text="Who answered then; null: nobody."
    )
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True, help_text="When it was recorded that the clock had run out.")
    erased_at = models.DateTimeField(
        null=True, help_text="From then on caller, officers and scan are noise: their key is destroyed."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lte=F("moment"), until__gte=F("moment")), name="window_holds_moment"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="window_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(basis__in=list(BASES)), name="a_trace_has_a_known_basis"),
            models.CheckConstraint(
                condition=~Q(basis="none") | ~Q(parts__contains=["calls"]), name="no_basis_no_calls"
            ),
            models.CheckConstraint(
                condition=Q(basis="authority") ^ ~Q(ground="authority"), name="authority_by_request"
            ),
            models.CheckConstraint(
                condition=~Q(basis="complaint") | Q(report__isnull=False), name="complaint_has_report"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="a_trace_says_why"),
            models.CheckConstraint(
                condition=Q(state="answered") ^ Q(answered_at__isnull=True), name="an_answered_trace_says_when"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "open"]), name="traces_open"),
            models.Index(fields=["number", "opened_at"], name="traces_by_number"),
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="traces_by_holder"),
        ]  # fmt: skip


class TraceBundle(models.Model):
    """One signed bundle of a case: made in the background, sealed, kept for a period. A ready one never changes (trigger)."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        BUILDING = "building", "制作中"
        READY = "ready", "可下载"
        FAILED = "failed", "未做成（我方原因）"
        DELETED = "deleted", "已删除"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(TraceCase, on_delete=models.PROTECT, related_name="bundles")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    built_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True, help_text="How long it took.")
    calls = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the ZIP.")
    manifest_sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was signed.")
    until = models.DateTimeField(null=True, help_text="Deleted then.")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(
                    sha256__regex=r"^[0-9a-f]{64}$",
                    manifest_sha256__regex=r"^[0-9a-f]{64}$",
                    built_at__isnull=False,
                    until__isnull=False,
                ),
                name="a_ready_bundle_has_its_digests",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["queued", "building"]), name="one_bundle_at_a_time"
            ),
        ]
        ordering = ["-asked_at"]
