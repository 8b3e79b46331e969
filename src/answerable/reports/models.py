"""The weekly report, frozen as it was made. Trust: whoever can write here can add a version, not change or lose one."""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Staff


class WeeklyReport(models.Model):
    """One version of one week's report (周报): its figures and the very files that are sent.

    Version 1 is counted by the job; each further one is a correction by a named person, who says why. A trigger keeps all
    of it; only sending, and the reminder, are written later, once.
    """

    week = models.DateField(help_text="Its Monday.")
    version = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    counted_at = models.DateTimeField(help_text="When what stands was counted.")
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    figures = models.JSONField(help_text="By field: value, or part and whole (reports.counting.Figure).")
    corrected = models.JSONField(default=list, help_text="The fields that differ from the version before.")
    csv = models.BinaryField()
    csv_sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    send_by = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    receipt = models.CharField(max_length=100, blank=True, help_text="What the regulator gave back.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "version"], name="one_report_a_version"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="a_reporting_week_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(version=1, made_by__isnull=True, why="")
                | (Q(version__gt=1, made_by__isnull=False) & ~Q(why="")),
                name="a_correction_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, receipt="")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(receipt="")),
                name="sent_means_by_whom_with_a_receipt",
            ),
        ]
        ordering = ["-week", "-version"]
