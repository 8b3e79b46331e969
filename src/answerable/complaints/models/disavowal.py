"""An organisation's own claim "that is not our hotline". Trust: whoever writes here can ask for a statement, never show one alone."""

from django.db import models
from django.db.models import F, Q

from answerable.numbers.models import Number
from answerable.parties.models import Enterprise, Person, Staff


class Disavowal(models.Model):
    """One claim: by a proven person of the organisation in the console, or by a sealed letter that staff entered.

    The holder may contest it until a day; a risk officer decides, never who entered the letter (constraint, trigger).
    """

    class State(models.TextChoices):
        OPEN = "open", "核查中"
        UPHELD = "upheld", "声明成立，公开显示"
        REJECTED = "rejected", "声明不成立"
        WITHDRAWN = "withdrawn", "已撤回"

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="disavowals")
    holder = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    credit_code = models.CharField(max_length=18)
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=2000)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    letter = models.BinaryField(null=True, help_text="Sealed under the master key.")
    letter_sha256 = models.CharField(max_length=64, blank=True)
    filed_at = models.DateTimeField()
    contest_until = models.DateTimeField()
    contest = models.CharField(max_length=2000, blank=True)
    contested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    contested_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    ended_at = models.DateTimeField(null=True, help_text="The statement was taken down again.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "credit_code"],
                condition=Q(state="open"),
                name="one_open_disavowal_of_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, entered_by__isnull=True, letter__isnull=True, letter_sha256="")
                | Q(
                    person__isnull=True,
                    entered_by__isnull=False,
                    letter__isnull=False,
                    letter_sha256__regex=r"^[0-9a-f]{64}$",
                ),
                name="disavowed_by_a_proven_person_or_a_letter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
                name="disavowal_decision_is_signed_and_explained",
            ),
            models.CheckConstraint(
                condition=~Q(state="upheld") | Q(contested_at__isnull=False) | Q(decided_at__gt=F("contest_until")),
                name="a_disavowal_is_not_upheld_before_it_could_be_contested",
            ),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="who_entered_a_letter_does_not_decide",
            ),
        ]
        indexes = [models.Index(fields=["state", "contest_until"], name="disavowals_by_clock")]

    @property
    def stands(self) -> str:
        """Say where it stands: its state, or `ended` once the statement was taken down."""
        return "ended" if self.ended_at else str(self.state)
