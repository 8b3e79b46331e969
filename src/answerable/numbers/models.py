"""The pool, who holds a number and when, and the lines it rings.

Trust: whoever can write `Number` can lend a number to a holder; the gate still asks for proof of line and verification.
"""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from answerable.numbers.states import STOP_REASONS, Business, Network
from answerable.parties.models import Agent, Carrier, Enterprise, Person, Staff


class AllocationBatch(models.Model):
    """Where numbers come from: carrier branch, batch, date (provenance)."""

    code = models.CharField(max_length=30, primary_key=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT)
    branch = models.CharField(max_length=60)
    allocated_on = models.DateField()


class Number(models.Model):
    """One 400 number: ten digits."""

    number = models.CharField(max_length=10, primary_key=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, db_index=False)
    batch = models.ForeignKey(AllocationBatch, on_delete=models.PROTECT, db_index=False)
    grade = models.CharField(max_length=10)
    patterns = ArrayField(models.CharField(max_length=6), default=list)
    business_state = models.CharField(max_length=20, choices=Business, default=Business.SPARE)
    network_state = models.CharField(max_length=12, choices=Network, default=Network.NONE)
    state_since = models.DateTimeField()
    held_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT)
    held_until = models.DateTimeField(null=True, blank=True)
    holder = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="numbers")
    verified_until = models.DateTimeField(null=True, blank=True)
    recheck_until = models.DateTimeField(
        null=True, blank=True, help_text="The nearest deadline of a re-verification that is still asked for."
    )
    paid_until = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=24, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    state_before_stop = models.CharField(max_length=20, blank=True)
    aging_until = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^400[016789]\d{6}$"), name="number_is_in_an_open_range"),
            models.CheckConstraint(condition=Q(business_state__in=Business.values), name="business_state_is_known"),
            models.CheckConstraint(condition=Q(network_state__in=Network.values), name="network_state_is_known"),
            models.CheckConstraint(
                condition=~Q(business_state__in=["opening", "working"])
                | (Q(holder__isnull=False) & Q(verified_until__isnull=False) & Q(paid_until__isnull=False)),
                name="a_number_in_service_has_a_verified_holder",
            ),
            models.CheckConstraint(
                condition=~Q(business_state="paused_by_holder") | Q(paused_until__isnull=False),
                name="a_pause_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(business_state="suspended") ^ Q(stop_reason=""), name="suspended_means_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(business_state="held") | (Q(held_by__isnull=False) & Q(held_until__isnull=False)),
                name="a_hold_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["business_state", "grade", "number"], name="number_pool"),
            GinIndex(fields=["patterns"], name="number_patterns"),
            models.Index(fields=["holder"], name="number_by_holder", condition=Q(holder__isnull=False)),
        ]

    @property
    def in_force_until(self) -> dt.datetime | None:
        """Return when the verification stops being in force: at its own end, or at the deadline of a re-verification."""
        ends = [end for end in (self.verified_until, self.recheck_until) if end is not None]
        return min(ends) if self.verified_until else None


class Tenure(models.Model):
    """Who answered for a number, from when until when."""

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="tenures")
    holder = models.ForeignKey(Enterprise, on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Through whom it was sold; empty: at the operator. A trigger keeps it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=Q(until__isnull=True), name="one_holder_at_a_time")
        ]


class Statement(models.Model):
    """What an organisation says beside a number in the look-up: that it is not its hotline. Written after a decision only.

    It speaks of the number in the hands of the holder of that moment; with another holder it is not shown any more.
    """

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="statements")
    holder = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, help_text="Of the organisation that says it.")
    credit_code = models.CharField(max_length=18)
    about = models.CharField(max_length=40, unique=True, help_text="The decision it rests on: `disavowal:…`.")
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Measure(models.Model):
    """What the operator did about a number (处置), by degree. A named member of staff answers for each.

    What was done is never changed, only ended (trigger). `commitment` is a stop's in the public log; its reason is opened
    there once nobody can appeal any more.
    """

    class Level(models.TextChoices):
        WARN = "warn", "警示"
        REVERIFY = "reverify", "重新核验"
        LIMIT = "limit", "限制时段"
        SUSPEND = "suspend", "停机"

    class End(models.TextChoices):
        LIFTED = "lifted", "解除"
        IN_ERROR = "in_error", "申诉成立，撤销"
        OVER = "over", "号码不再使用"

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="measures")
    holder = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="measures")
    level = models.CharField(max_length=8, choices=Level)
    reason = models.CharField(max_length=24)
    words = models.CharField(max_length=300, blank=True, help_text="Said to the holder beside the reason.")
    about = models.CharField(
        max_length=40, blank=True, help_text="What it rests on, such as `report:…` or `recheck:…`."
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    appeal_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, choices=End, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "level"],
                condition=Q(ended_at__isnull=True, level__in=["limit", "suspend"]),
                name="stopped_or_limited_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["warn", "reverify", "limit", "suspend"]), name="measure_level_is_known"
            ),
            models.CheckConstraint(condition=Q(reason__in=list(STOP_REASONS)), name="measure_has_a_known_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="measure_end_says_how",
            ),
            models.CheckConstraint(condition=Q(appeal_until__gt=F("taken_at")), name="measure_can_be_appealed"),
        ]
        indexes = [models.Index(fields=["number", "taken_at"], name="measures_by_number")]
        ordering = ["-taken_at", "-id"]


class Destination(models.Model):
    """A bound line (目的码): the real number that a 400 number rings, with its own proof and end of validity."""

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="destinations")
    line = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    carrier = models.CharField(
        max_length=10, blank=True, db_default="", help_text="As the loaded table says; empty: not known yet."
    )
    range_kind = models.CharField(
        max_length=8,
        default="ordinary",
        db_default="ordinary",
        help_text="Of the line's range, as the loaded table says.",
    )
    position = models.PositiveSmallIntegerField()
    ring_seconds = models.PositiveSmallIntegerField(default=25)
    is_switchboard = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Several callers may ring it at once; else it is locked while it is dialled.",
    )
    proven_until = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "line"], condition=Q(removed_at__isnull=True), name="a_line_is_bound_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["fixed", "mobile"]), name="destination_is_a_real_line"),
            models.CheckConstraint(condition=Q(ring_seconds__range=(5, 60)), name="ring_seconds_5_to_60"),
        ]
        ordering = ["position", "id"]


class LineCarrier(models.Model):
    """A range of lines, or one ported line, the carrier it is with and its kind: the longest digits that match decide.

    Trust: whoever can write here refuses lines and has holders asked for a new proof; nothing is proven by it.
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "普通"
        VIRTUAL = "virtual", "虚拟运营商"
        VOIP = "voip", "网络电话"

    digits = models.CharField(max_length=12, primary_key=True)
    carrier = models.CharField(max_length=10)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ORDINARY, db_default=Kind.ORDINARY)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digits__regex=r"^[01][0-9]{1,11}$"), name="a_range_is_of_real_lines"),
            models.CheckConstraint(
                condition=Q(carrier__in=["unicom", "mobile", "telecom", "broadnet"]), name="line_carrier_is_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=["ordinary", "virtual", "voip"]), name="range_kind_is_known"),
        ]


class ImportLine(models.Model):
    """One line of a ledger that was taken over: entered as unverified, or refused with its reason."""

    file_sha256 = models.CharField(max_length=64)
    row = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_sha256", "row"], name="a_ledger_line_enters_once")]
