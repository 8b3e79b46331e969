"""What waits to be permitted, who has confirmed it, and the permits that the signer gave.

Trust: whoever can write here can have a question asked and a permit published that the gates refuse; none can be made.
"""

from django.db import models
from django.db.models import Q

from answerable.parties.models import Staff
from answerable.verification.models import Dossier


class PermitRequest(models.Model):
    """One statement that two people are to confirm by code: this number, this holder, these lines, until then."""

    class State(models.TextChoices):
        WAITING = "waiting", "待签发"
        SIGNED = "signed", "已签发"
        DROPPED = "dropped", "不再需要"

    number = models.CharField(max_length=10, db_index=True)
    ground = models.CharField(max_length=8)
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="+")
    core = models.JSONField(help_text="The statement, exactly as the signer is asked to sign it.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=["approval", "lift"]), name="permit_ground_is_known"),
            models.UniqueConstraint(fields=["dossier"], condition=Q(state="waiting"), name="one_request_a_dossier"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="waiting", ground="lift"), name="one_lift_waits_a_number"
            ),
        ]


class Confirmation(models.Model):
    """Who gave a code for a statement. For the page; the signer keeps its own."""

    request = models.ForeignKey(PermitRequest, on_delete=models.PROTECT, related_name="confirmations")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "staff"], name="a_person_confirms_once")]


class Permit(models.Model):
    """What the signer gave; a stop, or the end of service, uses it up."""

    number = models.CharField(max_length=10)
    serial = models.BigIntegerField()
    request = models.OneToOneField(PermitRequest, on_delete=models.PROTECT, related_name="permit")
    text = models.TextField()
    issued_at = models.DateTimeField()
    used_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "serial"], name="a_serial_is_given_once")]
