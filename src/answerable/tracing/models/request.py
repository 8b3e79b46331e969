"""What an authority asked for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Staff
from answerable.tracing.models.case import TraceCase
from answerable.tracing.scope import AGENCIES
from answerable.verification.models import LegalHold


class AuthorityRequest(models.Model):
    """An authority's document, taken by one compliance officer, confirmed or refused by another. Never changed after."""

    case = models.OneToOneField(TraceCase, primary_key=True, on_delete=models.PROTECT, related_name="request")
    agency_kind = models.CharField(max_length=14)
    agency = models.CharField(max_length=100)
    document_no = models.CharField(max_length=100)
    officers = models.BinaryField(help_text="Names and card numbers of the two who came, sealed under the case's key.")
    scope = ArrayField(models.CharField(max_length=10))
    deadline = models.DateTimeField()
    hold_until = models.DateField(help_text="The legal hold's last day.")
    scan = models.BinaryField(help_text="The document as it was shown, sealed under the case's key.")
    scan_sha256 = models.CharField(max_length=64)
    scan_mime = models.CharField(max_length=40)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, blank=True)
    hold = models.ForeignKey(LegalHold, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(agency_kind__in=list(AGENCIES)), name="agency_may_ask"),
            models.CheckConstraint(condition=~Q(agency="") & ~Q(document_no=""), name="a_request_names_its_document"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("taken_by"))),
                name="two_people_hand_out",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True, refusal="")
                | (Q(refused_at__isnull=False, refused_by__isnull=False, confirmed_at__isnull=True) & ~Q(refusal="")),
                name="a_refusal_is_explained",
            ),
        ]
