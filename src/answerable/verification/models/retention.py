"""What an authority ordered kept, and what was erased."""

from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Enterprise, Person, Staff


class LegalHold(models.Model):
    """What an authority ordered kept (PIPL art. 19): suspends the erasure of an organisation's papers. Two people place it, two end it."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="legal_holds")
    number = models.CharField(max_length=10, blank=True, help_text="Only what belongs to this number; empty: all.")
    agency = models.CharField(max_length=100)
    document_no = models.CharField(max_length=100)
    until = models.DateField(help_text="The order's last day.")
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    end_asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    end_asked_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("placed_by"))),
                name="two_people_place_a_legal_hold",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | (
                    Q(ended_by__isnull=False, ended_at__isnull=False, end_asked_by__isnull=False)
                    & ~Q(ended_by=F("end_asked_by"))
                ),
                name="two_people_end_a_legal_hold",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "number", "document_no"], condition=Q(ended_at=None), name="a_legal_hold_once"
            ),
        ]


class Erasure(models.Model):
    """What was erased of an organisation in one go, and when no backup can hold its keys any more. It names no content."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="erasures")
    at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who asked (PIPL art. 47); else the clock.",
    )
    documents = models.PositiveIntegerField()
    dossiers = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    backups_gone_on = models.DateField()
