"""A report."""

from django.db import models
from django.db.models import F, Q

from answerable.complaints.models.partner import Handover
from answerable.parties.models import Staff


class Report(models.Model):
    """One report, without an account; the holder never learns who made it."""

    class Class(models.TextChoices):
        FRAUD = "fraud", "涉嫌诈骗"
        PRICE = "price", "收费争议"
        FALSE_REGISTRATION = "false_registration", "冒用或虚假登记"
        PROVIDER_GONE = "provider_gone", "代理失联"
        ATTITUDE = "attitude", "服务态度"
        CONSOLE = "console", "后台故障"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        RECEIVED = "received", "已收到"
        IN_HAND = "in_hand", "处理中"
        ANSWERED = "answered", "已答复"

    class Decision(models.TextChoices):
        STOPPED = "stopped", "已停机"
        PROOF_ASKED = "proof_asked", "已要求证明"
        DISMISSED = "dismissed", "不停机"

    reference = models.CharField(max_length=14, primary_key=True)
    number = models.CharField(max_length=10, db_index=True)
    report_class = models.CharField(max_length=20, choices=Class)
    kind = models.CharField(max_length=20, blank=True, default="", help_text="Of the fraud taxonomy; empty else.")
    text = models.CharField(max_length=1000, blank=True)
    called_on = models.DateField(null=True)
    money_paid = models.BooleanField(default=False)
    paid_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=24, default="web", help_text="web, 12321, or api:PARTNER.")
    external_reference = models.CharField(max_length=40, blank=True, default="")
    handover = models.ForeignKey(Handover, null=True, on_delete=models.PROTECT, related_name="reports")

    contact = models.BinaryField(default=bytes, help_text="The reporter's mobile, sealed; may be empty.")
    mobile_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="Keyed; joins one mobile's reports."
    )
    mobile_confirmed_at = models.DateTimeField(null=True)
    calls_matched = models.PositiveIntegerField(default=0, help_text="Calls of that mobile to the number, five months.")
    first_call_at = models.DateTimeField(null=True)
    last_call_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)

    urgent_due_at = models.DateTimeField(null=True, help_text="Money left within 72 hours: a decision within two.")
    urgent_escalated_at = models.DateTimeField(null=True)
    officer = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=12, choices=Decision, blank=True, default="")
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True, default="", help_text="Why no stop; read by staff alone.")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind="") | Q(report_class="fraud"), name="only_fraud_has_a_kind"),
            models.CheckConstraint(condition=Q(paid_at__isnull=True) | Q(money_paid=True), name="paid_when_means_paid"),
            models.CheckConstraint(
                condition=Q(urgent_due_at__isnull=True) | Q(paid_at__isnull=False), name="urgent_means_money_left"
            ),
            models.CheckConstraint(
                condition=Q(calls_matched=0) | Q(mobile_confirmed_at__isnull=False),
                name="a_proven_caller_confirmed_the_mobile",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="a_decision_names_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(decision="dismissed") | ~Q(why=""), name="no_stop_says_why"),
            models.CheckConstraint(
                condition=Q(urgent_escalated_at__isnull=True) | Q(urgent_escalated_at__gte=F("urgent_due_at")),
                name="escalated_after_the_deadline",
            ),
            models.UniqueConstraint(
                fields=["source", "external_reference"], condition=~Q(external_reference=""), name="handed_over_once"
            ),
        ]
        indexes = [
            models.Index(fields=["mobile_hash", "received_at"], name="reports_of_a_mobile"),
            models.Index(fields=["answer_due_at"], condition=~Q(state="answered"), name="reports_open"),
        ]

    @property
    def is_proven_caller(self) -> bool:
        """Say whether the confirmed mobile is in the number's call record."""
        return self.calls_matched > 0

    @property
    def is_urgent(self) -> bool:
        """Say whether it waits in the urgent lane: money left within 72 hours, and nobody has decided or answered."""
        return self.urgent_due_at is not None and not self.decision and self.state != "answered"
