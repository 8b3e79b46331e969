"""The dossier an application rests on, and what was said about it."""

from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Enterprise, Membership, Person, Staff
from answerable.verification.models.requirements import RequirementSet


class Dossier(models.Model):
    """Everything one application for verification rests on: of a holder, or of one destination."""

    class Kind(models.TextChoices):
        HOLDER = "holder", "机主实名"
        DESTINATION = "destination", "目的码核验"
        CHANGE = "change", "变更"

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"
        MORE_INFORMATION_NEEDED = "more_information_needed", "待补充"
        DEFERRED = "deferred", "暂缓"
        APPROVED = "approved", "已通过"
        DECLINED = "declined", "未通过"
        LAPSED = "lapsed", "已失效"
        REVOKED = "revoked", "已撤销"
        UNSUCCESSFUL = "unsuccessful", "未完成（我方原因）"

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=24, choices=State, default=State.DRAFT)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="dossiers")
    number = models.CharField(max_length=10)
    order_no = models.CharField(max_length=20, blank=True)
    requirement_set = models.ForeignKey(RequirementSet, on_delete=models.PROTECT)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    role = models.CharField(max_length=20, choices=Membership.Role)
    needs_counter = models.BooleanField(
        default=True, db_default=True, help_text="False: papers alone, for a number whose holder was handled before."
    )
    claims = models.BinaryField(
        default=bytes, help_text="What the applicant stated (checks.facts), sealed: holds ID numbers."
    )
    line = models.CharField(max_length=16, blank=True, help_text="The destination this dossier proves.")
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1, help_text="Counts up each time it is submitted again.")
    claimed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True)
    verified_until = models.DateTimeField(null=True)
    line_proven_until = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(null=True, help_text="Set when what it was filed for ends; locked from then on.")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(keep_until__isnull=False, erased_at__gte=F("keep_until"), claims=b""),
                name="dossier_is_erased_when_due",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "more_information_needed",
                        "deferred",
                        "approved",
                        "declined",
                        "lapsed",
                        "revoked",
                        "unsuccessful",
                    ]
                ),
                name="dossier_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(kind="change")
                | Q(verified_until__isnull=False)
                | Q(line_proven_until__isnull=False),
                name="an_approval_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(needs_counter=True) | Q(kind="holder", order_no=""), name="papers_alone_open_no_number"
            ),
            models.UniqueConstraint(
                fields=["number", "enterprise"],
                name="one_open_holder_dossier_a_number",
                condition=Q(kind="holder", state__in=["draft", "submitted", "more_information_needed", "deferred"]),
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="one_open_change_a_number",
                condition=Q(
                    kind="change",
                    state__in=["draft", "submitted", "more_information_needed", "deferred", "unsuccessful"],
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="review_queue"),
            # Asked for each number that is published: of a holder with thousands the one by organisation finds them all.
            models.Index(fields=["number", "enterprise"], name="dossier_by_number"),
        ]

    @property
    def purpose(self) -> str:
        """Return what it is filed for."""
        return self.requirement_set.purpose

    @property
    def visits_counter(self) -> bool:
        """Say whether the counter must handle it: a holder (MIIT 452 (七)二), and a change where its set says so."""
        if self.kind == "change":
            return self.requirement_set.needs_handling
        return self.kind == "holder" and self.needs_counter

    @property
    def opens_a_number(self) -> bool:
        """Say whether a number waits for this verdict; else it renews the proof of one that is in service, or passes it on."""
        return self.kind == "holder" and self.order_no != "" and not self.is_transfer

    @property
    def is_transfer(self) -> bool:
        """Say whether a number in service passes to this dossier's organisation with the approval (过户)."""
        return self.kind == "holder" and self.purpose == "transfer"

    @property
    def names_its_line(self) -> bool:
        """Say whether the applicant chooses the first line here; else it is bound already."""
        return self.opens_a_number or self.is_transfer


class Message(models.Model):
    """One thing said about a dossier: in the thread with the applicant, or a note that only staff sees. Sealed."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    is_internal = models.BooleanField(default=False)
    text = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(staff__isnull=True), name="a_message_has_one_author"
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(staff__isnull=False), name="only_staff_writes_notes"
            ),
        ]
