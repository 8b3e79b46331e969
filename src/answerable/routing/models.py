"""How a number's calls are led, and what is published to the gates.

Trust: whoever can write `Published` can open a number at the gate until it is compiled again (permits close this later).
"""

from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Staff


class Plan(models.Model):
    """How the calls of one number are led (routing.choices says what each field means)."""

    number = models.CharField(max_length=10, primary_key=True)
    hours = models.JSONField(
        null=True, help_text="null = always; else [[weekday 0=Monday, start minute, end minute], …]"
    )
    closed_dates = models.JSONField(default=list)
    overflow_busy = models.BooleanField(default=True)
    overflow_no_answer = models.BooleanField(default=True)
    overflow_unreachable = models.BooleanField(default=True, db_default=True)
    ring = models.CharField(max_length=8, default="serial", db_default="serial")
    refused_callers = models.JSONField(default=list, db_default=[])
    accepted_callers = models.JSONField(null=True)
    billing_number = models.CharField(max_length=16, blank=True, db_default="")
    most_calls = models.PositiveIntegerField(default=0, db_default=0)


class Trunk(models.Model):
    """A carrier's trunk, authenticated by address and, where given, port; or by a user and a password (digest)."""

    name = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(null=True)
    port = models.PositiveIntegerField(null=True, blank=True)
    user = models.CharField(max_length=28, blank=True, db_default="")
    ha1 = models.CharField(
        max_length=32, blank=True, db_default="", help_text="MD5 of user:realm:password, as SIP's digest needs it."
    )
    most_a_second = models.PositiveIntegerField(
        default=0, db_default=0, help_text="New calls a second; 0 = not limited."
    )
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address", "port", "user"], name="one_trunk_a_source", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(address__isnull=False, user="") | Q(address=None, user__gt="", ha1__gt=""),
                name="known_by_address_or_by_user",
            ),
        ]


class Published(models.Model):
    """What the gates are to know under `key`, as of `epoch`; a null record removes the key."""

    key = models.CharField(max_length=40, primary_key=True)
    epoch = models.BigIntegerField(db_index=True)
    record = models.BinaryField(null=True)


class Heartbeat(models.Model):
    """The publisher's sign of life, with the database's clock."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    epoch = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_heartbeat")]


class Tally(models.Model):
    """What the guard of losses counts (routing.losses): how many published numbers ring, and what fell silent lately."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    open = models.PositiveIntegerField()
    losses = models.JSONField(default=list, help_text="[minute (epoch seconds), numbers], the last hour's.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_tally")]


class HeldNumber(models.Model):
    """A number whose newest record is held back, because too many would fall silent with it (routing.losses).

    Trust: whoever can write here can keep a number ringing by its published record, each end of validity in it included,
    or let a loss through; a stop passes all the same.
    """

    number = models.CharField(max_length=10, primary_key=True)
    held_at = models.DateTimeField()
    passed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    passed_with = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    passed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(passed_by=None, passed_with=None, passed_at=None)
                | Q(passed_by__isnull=False, passed_with__isnull=False, passed_at__isnull=False)
                & ~Q(passed_by=F("passed_with")),
                name="two_people_let_a_loss_through",
            )
        ]
