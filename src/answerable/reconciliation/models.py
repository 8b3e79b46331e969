"""The carrier's register as it was last imported, and where it differs from ours.

Trust: whoever can write here hides or invents differences; no number is opened or stopped by it.
"""

from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Carrier, Staff


class RegisterImport(models.Model):
    """One file of one carrier's register; a file much shorter than the last waits for a second person."""

    class State(models.TextChoices):
        WAITING = "waiting", "待另一人确认"
        TAKEN = "taken", "已导入"

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    rows_before = models.PositiveIntegerField(default=0)
    content = models.BinaryField(default=bytes, help_text="Only while it waits.")
    state = models.CharField(max_length=7, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: a command.")
    taken_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")), name="a_short_file_needs_two"
            ),
            models.CheckConstraint(
                condition=Q(state="taken") ^ Q(taken_at__isnull=True), name="a_file_that_is_taken_says_when"
            ),
        ]


class RegisterRow(models.Model):
    """What a carrier's register says of one number, as last imported."""

    number = models.CharField(max_length=10, primary_key=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    business_state = models.CharField(max_length=10)
    network_state = models.CharField(max_length=12)


class Difference(models.Model):
    """One thing in which the carrier's register and ours disagree about one number, with the day it is due."""

    class Kind(models.TextChoices):
        UNREGISTERED = "unregistered", "在用但未登记"
        UNKNOWN = "unknown", "已登记但本方无此号码在用"
        NAME = "name", "名称或代码不一致"
        STOPPED_LOADED = "stopped_loaded", "已停机仍加载"
        PAID_UNLOADED = "paid_unloaded", "已付费未加载"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        EXPLAINED = "explained", "已说明"
        PUT_RIGHT = "put_right", "已一致"

    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=10)
    kind = models.CharField(max_length=14, choices=Kind)
    ours = models.CharField(max_length=200)
    theirs = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    owner = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    explained_at = models.DateTimeField(null=True)
    put_right_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "kind"], condition=~Q(state="put_right"), name="one_live_difference_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | (Q(owner__isnull=False, explained_at__isnull=False) & ~Q(why="")),
                name="an_explanation_names_its_author",
            ),
            models.CheckConstraint(
                condition=Q(state="put_right") ^ Q(put_right_at__isnull=True), name="what_is_put_right_says_when"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="differences_due")]
