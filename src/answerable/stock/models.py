"""A stock check and what it found.

Trust: whoever can write here proposes; what is asked of a holder rests on a confirmed row, which names the person.
"""

from django.db import models
from django.db.models import Q

from answerable.numbers.models import Number
from answerable.parties.models import Enterprise, Staff
from answerable.verification.models import Recheck
from answerable.verification.rechecks import STOCK_FINDINGS


class StockCheck(models.Model):
    """One look at the numbers in service: all of them, or those of a carrier, a branch or a batch."""

    class State(models.TextChoices):
        RUNNING = "running", "核查中"
        FINISHED = "finished", "已查完"

    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    carrier = models.CharField(max_length=10, blank=True)
    branch = models.CharField(max_length=60, blank=True)
    batch = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(help_text="Numbers in service when it began.")
    checked = models.PositiveIntegerField(default=0)
    upto = models.CharField(max_length=10, blank=True, help_text="The last number that was looked at.")
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_stock_check_at_a_time")
        ]


class StockFinding(models.Model):
    """What the machine proposes about one number, of one of the seven kinds; a person confirms or dismisses it (PIPL art. 24)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        DISMISSED = "dismissed", "已排除"

    stock_check = models.ForeignKey(StockCheck, on_delete=models.PROTECT, related_name="findings")
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    evidence = models.JSONField(help_text="List of {rule, …}: what the data said, never about a person.")
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)
    recheck = models.ForeignKey(Recheck, null=True, on_delete=models.PROTECT, related_name="stock_findings")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(STOCK_FINDINGS)), name="one_of_the_seven_findings"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True, recheck__isnull=True)
                | Q(state="confirmed", decided_by__isnull=False, decided_at__isnull=False, recheck__isnull=False)
                | (
                    Q(state="dismissed", decided_by__isnull=False, decided_at__isnull=False, recheck__isnull=True)
                    & ~Q(why="")
                ),
                name="a_person_decides_each_finding",
            ),
            models.UniqueConstraint(fields=["stock_check", "number", "kind"], name="found_once_a_check"),
        ]
        indexes = [models.Index(fields=["stock_check", "state", "kind"], name="stock_findings_by_state")]
