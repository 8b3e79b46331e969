"""The public log in the database: what waits to enter it, and what is in it.

Trust: whoever can write `Pending` can add entries, which stay for everybody to see; nobody can change or take one out:
the witnesses and every reader's last checkpoint tell. `Opening` rows are what makes a commitment readable, until destroyed.
Whoever can write `Standing` can have the look-up name another holder than the log does: `answerable log check` tells.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Pending(models.Model):
    """An entry of a committed action that is not in the log yet: the outbox. Rows are deleted as they are taken."""

    number = models.CharField(max_length=10, blank=True)
    leaf = models.BinaryField()


class Entry(models.Model):
    """One entry as it was hashed. Append-only: a trigger refuses any change."""

    index = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=10, blank=True)
    leaf = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["number", "index"], name="log_by_number")]


class Opening(models.Model):
    """What a commitment in the log stands for, sealed with its salt; destroying the row leaves noise in the log."""

    commitment = models.CharField(max_length=64, primary_key=True)
    number = models.CharField(max_length=10, blank=True, db_index=True)
    sealed = models.BinaryField()


class Standing(models.Model):
    """What the log says of one number, derived by the integrator in the transaction that integrates; can be derived again."""

    number = models.CharField(max_length=10, primary_key=True)
    history = models.JSONField(help_text="As `history.History.as_plain` writes it.")
    commitments = ArrayField(
        models.CharField(max_length=64), default=list, help_text="Of holders that are natural persons by name."
    )


class LogReader(models.Model):
    """Who may read the log where it is closed (settings.LOG_CLOSED): by name; of the key only its keyed hash is kept.

    Trust: whoever can write here can read what organisations answer for, which the look-up tells one number at a time.
    """

    code = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_read_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
