"""Uploaded files, what tells a paper apart, and who was shown it."""

import uuid

from django.db import models
from django.db.models import F, Q

from answerable.parties.models import Agent, Enterprise, Person, Staff
from answerable.verification.models.dossiers import Dossier

AGENT_SLOTS = ("licence", "telecom_licence", "sector_licence", "lease", "office_photo", "destination_proof")
"""What an agent may file for its customer: papers of the organisation; nothing of a person, nothing that is signed."""


class Document(models.Model):
    """One uploaded file, stored sealed. The row keeps no byte of it; `reading` is sealed too."""

    class Reading(models.TextChoices):
        WAITING = "waiting", "等待识别"
        READING = "reading", "识别中"
        DONE = "done", "已识别"
        FAILED = "failed", "无法识别"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="documents")
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="documents")
    order_no = models.CharField(max_length=20, blank=True)
    slot = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, db_index=True)
    mime = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_by_staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    filed_by_agent = models.ForeignKey(
        Agent,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The agent whose member uploaded it for the customer; then it is the customer's, not the uploader's.",
    )
    uploaded_at = models.DateTimeField()
    sealed_by = models.CharField(
        max_length=160,
        blank=True,
        default="",
        help_text="Who sealed a PDF electronically, and the certificate's digest.",
    )
    replaced_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(
        null=True, help_text="Service plus two years (MIIT Order 25), set when service ends."
    )
    reading_state = models.CharField(max_length=8, choices=Reading, default=Reading.WAITING)
    reading_stage = models.CharField(max_length=40, blank=True)
    reading = models.BinaryField(default=bytes)
    reading_error = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(keep_until__isnull=False, erased_at__gte=F("keep_until"), reading=b""),
                name="document_is_erased_when_due",
            ),
            models.CheckConstraint(
                condition=Q(filed_by_agent__isnull=True)
                | Q(slot__in=AGENT_SLOTS, uploaded_by__isnull=False, dossier__isnull=False),
                name="an_agent_files_papers_of_the_organisation",
            ),
        ]
        indexes = [models.Index(fields=["keep_until"], condition=Q(erased_at=None), name="documents_to_erase")]


class DocumentMark(models.Model):
    """What a paper is told apart by: keyed hashes of the numbers on it, and the digest of its applicant's seal."""

    class Kind(models.TextChoices):
        CREDIT_CODE = "credit_code", "统一社会信用代码"
        ID_NUMBER = "id_number", "身份证号码"
        QR = "qr", "二维码"
        SEAL = "seal", "印文指纹"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=64, help_text="A keyed hash; of a seal its digest, 256 bits in hexadecimal.")
    is_own_seal = models.BooleanField(
        default=False, help_text="The seal's ring bears the applicant's own name, read to the last character."
    )
    like = models.ManyToManyField("self", help_text="Seals on other applicants' papers that look the same.")

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="same_mark_elsewhere")]


class DocumentView(models.Model):
    """Who was shown which document, and why (access log, PIPL art. 51)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    who_kind = models.CharField(max_length=8)
    who_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=40)
