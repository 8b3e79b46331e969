"""What happened at the gates. Trust: `GateRecord` is what a gate wrote, unchanged; `Call` is folded from it and can be rebuilt."""

from django.db import models


class GateRecord(models.Model):
    """One record as a gate's spool had it, exactly once by (host, boot, process, sequence)."""

    host = models.CharField(max_length=64)
    boot = models.CharField(max_length=64)
    process = models.CharField(max_length=64)
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    call = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "boot", "process", "sequence"], name="a_gate_record_arrives_once")
        ]
        indexes = [models.Index(fields=["call"], name="gate_record_by_call")]


class Call(models.Model):
    """One call to a number: connected, missed or refused, with its stages."""

    class End(models.TextChoices):
        IN_PROGRESS = "in_progress", "通话中"
        ANSWERED = "answered", "已接通"
        MISSED = "missed", "未接通"
        ABANDONED = "abandoned", "主叫放弃"
        REFUSED = "refused", "已拒绝"
        UNKNOWN = "end_unknown", "结束时间不明"

    host = models.CharField(max_length=64)
    call = models.CharField(max_length=255)
    number = models.CharField(max_length=20)
    owner = models.CharField(max_length=18, blank=True, help_text="The holder's credit code at that moment.")
    caller = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    epoch = models.BigIntegerField(null=True, help_text="The snapshot's epoch that the verdict was decided on.")
    started_at = models.DateTimeField()
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    line = models.CharField(max_length=16, blank=True)
    end_status = models.CharField(max_length=12, choices=End, default=End.IN_PROGRESS)
    refusal = models.CharField(max_length=30, blank=True)
    sip_status = models.PositiveSmallIntegerField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)
    ended_by = models.CharField(max_length=10, blank=True)
    stages = models.JSONField(default=list)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "call"], name="one_row_a_call")]
        indexes = [
            models.Index(fields=["number", "-started_at"], name="call_by_number"),
            models.Index(fields=["end_status", "started_at"], name="call_in_progress"),
        ]
