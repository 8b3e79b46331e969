"""The visit at the counter, the reviews, and the call to a line that is to be proven."""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Counter, Person, Staff
from answerable.verification.models.documents import Document
from answerable.verification.models.dossiers import Dossier


class Appointment(models.Model):
    """A visit booked at a counter; staff finds the dossier by its code."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="appointments")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT)
    code = models.CharField(max_length=8, unique=True)
    day = models.DateField()
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)


class Handling(models.Model):
    """The fact that the operator's own staff handled an application in person (受理, MIIT 452 (七)二)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="handling")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    originals_seen = models.JSONField()
    id_reader = models.BinaryField(help_text="Result of the ID reader, sealed.")
    id_reader_matches = models.BooleanField()
    photo = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    acceptance_form = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id_reader_matches=True), name="handled_by_the_person_on_the_card")
        ]


class Review(models.Model):
    """One reviewer's decision, with what the reviewer was shown."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "同意"
        ASK = "ask", "要求补充"
        DECLINE = "decline", "不予通过"
        DEFER = "defer", "暂缓"
        UNSUCCESSFUL = "unsuccessful", "我方原因未完成"

    class Stage(models.TextChoices):
        PRE_CHECK = "pre_check", "初审"
        CARRIER_REVIEW = "carrier_review", "复审"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.PRE_CHECK, db_default=Stage.PRE_CHECK)
    reviewer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=12, choices=Decision)
    reasons = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text="For staff; the applicant never sees it.")
    message = models.TextField(blank=True, help_text="For the applicant.")
    shown = models.JSONField(help_text="Digests of the documents and the findings the reviewer was shown.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "round", "reviewer"], name="a_reviewer_decides_once_a_round")
        ]


class CallBack(models.Model):
    """One call by the platform to a line that is to be proven: whoever answers hears a code and enters it on the page.

    The code itself is never kept: the caller makes it as the call begins, here lies its keyed hash.
    """

    class State(models.TextChoices):
        DUE = "due", "待拨打"
        CALLING = "calling", "拨打中"
        DONE = "done", "已结束"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="callbacks")
    line = models.CharField(max_length=16, db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    listed_until = models.DateTimeField(help_text="Until then the gate knows the line as one to be proven.")
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=~Q(state="done"), name="one_call_back_a_line_at_a_time"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | (Q(state="done") & Q(outcome="answered")),
                name="only_an_answered_call_is_confirmed",
            ),
        ]
