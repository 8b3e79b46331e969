"""What a carrier asks of an application, in dated versions."""

from django.db import models
from django.db.models import F, Q, Value

from answerable.parties.models import Staff


class RequirementSet(models.Model):
    """What a carrier asks of a kind of application, dated; a dossier keeps the version it was filed under.

    Subject type, use, industry and channel may be empty: any. What is in force came from the operator's file, or was
    proposed by one compliance officer and approved by another; a version never changes (migrations/0012).
    """

    class Purpose(models.TextChoices):
        OPEN = "open", "新开"
        REVERIFY = "reverify", "重新核验"
        CHANGE_HANDLER = "change_handler", "变更经办人"
        CHANGE_NAME = "change_name", "变更单位名称"
        CHANGE_REPRESENTATIVE = "change_representative", "变更法定代表人"
        TRANSFER = "transfer", "过户"
        PAUSE = "pause", "停机保号"
        RELEASE = "release", "销号"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待核准"
        APPROVED = "approved", "已核准"
        REJECTED = "rejected", "未核准"

    carrier = models.CharField(max_length=10)
    subject_type = models.CharField(max_length=20, blank=True)
    use = models.CharField(max_length=20, blank=True)
    industry = models.CharField(max_length=40, blank=True, default="", db_default="")
    channel = models.CharField(max_length=20, blank=True, default="", db_default="")
    purpose = models.CharField(max_length=24, choices=Purpose, default=Purpose.OPEN, db_default=Purpose.OPEN)
    version = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    slots = models.JSONField(
        help_text="List of {slot, required: always|handler|never, pages, when} (requirements.content)."
    )
    policy = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="What differs from checks.facts.Policy.",
    )
    needs_handling = models.BooleanField(default=True, db_default=True, help_text="Whether the counter must handle it.")
    verification_days = models.PositiveSmallIntegerField(default=365)
    line_proof_days = models.PositiveSmallIntegerField(default=365)
    state = models.CharField(max_length=8, choices=State, default=State.APPROVED, db_default=State.APPROVED)
    proposed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "subject_type", "use", "industry", "channel", "purpose", "version"],
                name="requirement_set_version",
            ),
            models.UniqueConstraint(
                fields=["carrier", "subject_type", "use", "industry", "channel", "purpose"],
                condition=Q(state="proposed"),
                name="one_proposal_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_approves_their_own_proposal",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, decided_by__isnull=True, state="approved")
                | Q(proposed_by__isnull=False, decided_by__isnull=True, state="proposed")
                | Q(proposed_by__isnull=False, decided_by__isnull=False, state__in=["approved", "rejected"]),
                name="a_set_is_loaded_or_decided_by_two",
            ),
            models.CheckConstraint(
                condition=Q(needs_handling=True) | ~Q(purpose__in=["open", "reverify", "transfer"]),
                name="a_holder_is_handled_at_a_counter",
            ),
        ]

    KEY = ("carrier", "subject_type", "use", "industry", "channel", "purpose")

    @property
    def key(self) -> dict[str, str]:
        """Return what tells this set's versions from those of another set."""
        return {name: getattr(self, name) for name in self.KEY}
