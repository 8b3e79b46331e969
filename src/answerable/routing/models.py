"""How a number's calls are led, and what is published to the gates.

Trust: whoever can write `Published` can open a number at the gate until it is compiled again (permits close this later).
"""

from django.db import models
from django.db.models import Q


class Plan(models.Model):
    """Opening hours and overflow of one number."""

    number = models.CharField(max_length=10, primary_key=True)
    hours = models.JSONField(
        null=True, help_text="null = always; else [[weekday 0=Monday, start minute, end minute], …]"
    )
    closed_dates = models.JSONField(default=list)
    overflow_busy = models.BooleanField(default=True)
    overflow_no_answer = models.BooleanField(default=True)


class Trunk(models.Model):
    """A carrier's trunk, authenticated by address and, where given, port."""

    name = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField()
    port = models.PositiveIntegerField(null=True, blank=True)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "port"], name="one_trunk_an_address", nulls_distinct=False)
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
