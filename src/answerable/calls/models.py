"""What happened at the gates. Trust: `GateRecord` is what a gate or the media side wrote, unchanged; `Call`, `MediaCall` and
`StrangerCount` are folded from it and can be rebuilt. Whoever can write `RecordDifference` hides where the two disagree.
"""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Staff


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
            models.Index(fields=["started_at"], condition=Q(source="caller"), name="call_by_the_platform"),
        ]


class StrangerCount(models.Model):
    """How many calls an address that is no trunk tried in one minute; never a record a call. `other`: too many addresses."""

    host = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    minute = models.DateTimeField()
    dialled = models.CharField(max_length=16, blank=True, help_text="What it dialled first.")
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "address", "minute"], name="one_count_an_address_and_minute"),
            models.CheckConstraint(condition=Q(count__gt=0), name="a_stranger_called"),
        ]
        indexes = [models.Index(fields=["-minute"], name="strangers_by_minute")]


class MediaCall(models.Model):
    """One call as the media side tells it: whoever sent and received its audio, independent of the gate."""

    host = models.CharField(max_length=64)
    process = models.CharField(max_length=64)
    call = models.CharField(max_length=255)
    number = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    by = models.CharField(max_length=10, blank=True)
    sip_status = models.PositiveSmallIntegerField(null=True)
    packets_sent = models.BigIntegerField()
    packets_received = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "process", "call"], name="one_media_record_a_call")]
        indexes = [
            models.Index(fields=["call"], name="media_call_by_call"),
            models.Index(fields=["started_at"], name="media_call_by_day"),
        ]


class RecordDifference(models.Model):
    """One call in which the gate's record and the media side's disagree, until a person closes it or a late record agrees."""

    class Kind(models.TextChoices):
        GATE_ONLY = "gate_only", "仅闸门有记录"
        MEDIA_ONLY = "media_only", "仅媒体侧有记录"
        ANSWER = "answer", "是否接通不一致"
        DURATION = "duration", "通话时长不一致"

    call = models.CharField(max_length=255)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind)
    started_at = models.DateTimeField()
    gate = models.CharField(max_length=12, blank=True, help_text="How the gate says it ended; empty: no record.")
    gate_seconds = models.FloatField(null=True, help_text="From answer to end.")
    media = models.CharField(max_length=12, blank=True, help_text="The same, as the media side says.")
    media_seconds = models.FloatField(null=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="Since when they agree: a record came late.")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "kind"], name="a_difference_is_found_once"),
            models.CheckConstraint(
                condition=(
                    Q(closed_at=None, closed_by=None, why="")
                    | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(why="")
                ),
                name="a_closed_difference_says_who_and_why",
            ),
        ]
        indexes = [models.Index(fields=["-started_at"], name="record_differences")]
