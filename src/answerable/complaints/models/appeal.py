"""A holder's appeal against a measure. Trust: whoever writes here can decide nothing alone that they did themselves (trigger)."""

from django.db import models
from django.db.models import Q

from answerable.numbers.models import Measure
from answerable.parties.models import Person, Staff


class Appeal(models.Model):
    """One appeal (Anti-Telecom-Fraud Law art. 32): checked by somebody else than who took the measure, with a clock."""

    class State(models.TextChoices):
        OPEN = "open", "核查中"
        UPHELD = "upheld", "申诉成立"
        REJECTED = "rejected", "申诉不成立"
        WITHDRAWN = "withdrawn", "已撤回"

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="appeals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure"], condition=~Q(state="withdrawn"), name="one_appeal_a_measure"),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
                name="appeal_decision_is_signed_and_explained",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="appeals_by_clock")]
