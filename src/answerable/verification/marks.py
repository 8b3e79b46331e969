"""Tell a paper apart from others': one licence, one card, one seal in two applicants' applications is a sign (X02, X03).

Numbers are kept as keyed hashes: whether two are equal can be asked, which they are cannot.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from answerable.lib import vault
from answerable.verification.checks.compare import plain
from answerable.verification.checks.same_seal import SAME
from answerable.verification.models import Document, DocumentMark, Dossier
from answerable.verification.reading.model import Reading, Seal

_NUMBERS = {
    "business_licence": "credit_code", "organisation_certificate": "credit_code", "id_portrait": "id_number", "id_both": "id_number",
}  # fmt: skip
_BITS = 256
_SEALS_LIKE = """
    SELECT m.id FROM verification_documentmark m JOIN verification_document d ON d.id = m.document_id
    WHERE m.kind = 'seal' AND d.enterprise_id <> %s AND d.replaced_at IS NULL AND NOT (m.is_own_seal AND %s)
    AND bit_count(('x' || m.value)::bit(256) # ('x' || %s)::bit(256)) < %s
"""
"""Two seals that each bear their own applicant's name, read in full, are two: names alike look the same in a digest."""


def keep(document: Document, reading: Reading) -> None:
    """Keep what a document that was just read is told apart by, in place of what was kept before."""
    with transaction.atomic():
        document.marks.all().delete()
        for kind, text in sorted(_numbers(reading)):
            DocumentMark.objects.create(document=document, kind=kind, value=vault.keyed_hash(text, f"mark:{kind}"))
        for seal in reading.seals:
            if seal.kind in {"applicant", "other"} and len(seal.digest) * 4 == _BITS:
                _keep_seal(document, seal)


def _numbers(reading: Reading) -> set[tuple[str, str]]:
    name = _NUMBERS.get(reading.kind)
    found = {(name, reading.value(name))} if name and reading.value(name) else set()
    return found | {("qr", code.payload) for code in reading.qr if code.payload}


def _keep_seal(document: Document, seal: Seal) -> None:
    is_own = plain(document.enterprise.name) in plain(seal.text)
    like = DocumentMark.objects.raw(_SEALS_LIKE, [document.enterprise_id, is_own, seal.digest, int(SAME * _BITS)])
    kept = DocumentMark.objects.create(document=document, kind="seal", value=seal.digest, is_own_seal=is_own)
    kept.like.set([mark.pk for mark in like])


def papers_elsewhere(dossier: Dossier) -> dict[UUID, int]:
    """Count for each document of a dossier the other applicants who filed the same paper in another picture."""
    mine = DocumentMark.objects.filter(document__dossier=dossier, document__replaced_at=None).exclude(kind="seal")
    documents: dict[tuple[str, str], list[UUID]] = {}
    for kind, value, document_id in mine.values_list("kind", "value", "document_id"):
        documents.setdefault((kind, value), []).append(document_id)
    same = Q(pk__in=[])
    for kind, value in documents:
        same |= Q(kind=kind, value=value)
    others = DocumentMark.objects.filter(same).exclude(document__enterprise=dossier.enterprise)
    found: dict[UUID, set[int]] = {}
    for kind, value, enterprise in others.values_list("kind", "value", "document__enterprise").distinct():
        for document_id in documents[kind, value]:
            found.setdefault(document_id, set()).add(enterprise)
    return {document_id: len(enterprises) for document_id, enterprises in found.items()}


def seals_elsewhere(dossier: Dossier) -> tuple[str, ...]:
    """Return the digests of seals on other applicants' papers that look like one in this dossier."""
    found = DocumentMark.objects.filter(like__document__dossier=dossier, like__document__replaced_at=None)
    return tuple(sorted(set(found.values_list("value", flat=True))))
