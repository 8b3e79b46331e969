"""A complaint that goes on to the regulator's desk."""

from django.db import models

from answerable.complaints.models.report import Report


class Escalation(models.Model):
    """The ready file for 电信用户申诉受理中心, made once; its clocks are the regulator's, tracked and not ours."""

    report = models.OneToOneField(Report, primary_key=True, on_delete=models.PROTECT, related_name="escalation")
    made_at = models.DateTimeField()
    pdf = models.BinaryField(help_text="Sealed under the report's key.")
    data = models.BinaryField(help_text="The same as JSON, sealed under the report's key.")
    sha256 = models.CharField(max_length=64, help_text="Of the PDF.")
    take_due_at = models.DateTimeField(help_text="The regulator's five working days.")
    answer_due_at = models.DateTimeField(help_text="The regulator's thirty days after that.")
    is_calendar_loaded = models.BooleanField()
