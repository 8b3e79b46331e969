"""Who of the risk officers is on duty, and what they were told."""

from django.db import models
from django.db.models import F, Q

from answerable.complaints.models.report import Report
from answerable.parties.models import Staff


class DutyShift(models.Model):
    """One member of staff on duty from when until when; shifts may overlap, then all of them are told."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="duty_shifts")
    since = models.DateTimeField()
    until = models.DateTimeField()
    phone = models.BinaryField(help_text="The mobile that rings on this duty, sealed.")
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="a_shift_ends_after_it_begins")]
        indexes = [models.Index(fields=["until"], condition=Q(removed_at=None), name="shifts_to_come")]


class DutyNotice(models.Model):
    """What a member of staff was told about a report, once each; the desk shows it until the report is decided."""

    class Code(models.TextChoices):
        URGENT = "urgent", "紧急"
        NOBODY_ON_DUTY = "nobody", "无人值班"
        OVERDUE = "overdue", "逾时升级"
        ASSIGNED = "assigned", "改派"
        REMINDER = "reminder", "即将到期"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="duty_notices")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="duty_notices")
    code = models.CharField(max_length=8, choices=Code)
    at = models.DateTimeField()
    by_sms = models.BooleanField(help_text="Whether there was a phone to send it to.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "staff", "code"], name="staff_told_once")]
