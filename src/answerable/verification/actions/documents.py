"""Keep a document sealed, read it, and show it to whoever may see it: each showing is written down."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from PIL import Image

from answerable.lib import keystore
from answerable.lib.images import AdmittedFile, RefusedFile, admit, preview, stamp
from answerable.lib.jobs import defer
from answerable.lib.workdays import CHINA
from answerable.parties.models import Agent, Enterprise, Person, Staff
from answerable.parties.queries import operator
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import errors, marks
from answerable.verification.models import Document, DocumentView, Dossier
from answerable.verification.reading.pool import read_in_pool
from answerable.verification.slots import SLOTS

READ_WITHIN = dt.timedelta(minutes=15)


def store(
    raw: bytes,
    *,
    enterprise: Enterprise,
    slot: str,
    by: Actor,
    at: dt.datetime,
    dossier: Dossier | None = None,
    order_no: str = "",
    position: int = 1,
    person: Person | None = None,
    staff: Staff | None = None,
    sealed_by: str = "",
    agent: Agent | None = None,
) -> Document:
    """Admit a file by its content, seal it under a key of its own, and queue it for reading. Raise FileRefused.

    The sealed file is on disk before the row commits: a row never points at nothing; an orphan file tells nothing.
    """
    try:
        admitted = admit(raw)
    except RefusedFile as refused:
        raise errors.FileRefused(why_zh=refused.text_zh, why_en=refused.text_en) from refused
    document_id = uuid.uuid4()
    file = path_of(document_id)
    _write(file, keystore.seal_bytes(raw, keystore.document_key(document_id), f"document:{document_id}"))
    try:
        with transaction.atomic():
            document = Document.objects.create(
                id=document_id,
                enterprise=enterprise,
                dossier=dossier,
                order_no=order_no,
                slot=slot,
                position=position,
                sha256=admitted.sha256,
                mime=admitted.media_type,
                size_bytes=len(raw),
                pages=admitted.page_count,
                uploaded_by=person,
                uploaded_by_staff=staff,
                filed_by_agent=agent,
                uploaded_at=at,
                sealed_by=sealed_by,
                reading_state="waiting" if _is_read(slot) else "done",
            )
            record(
                "document.stored",
                by=by,
                at=at,
                subject=("document", document_id),
                after={"slot": slot, "sha256": admitted.sha256, "pages": admitted.page_count}
                | ({"sealed_by": sealed_by} if sealed_by else {}),
            )
            if _is_read(slot):
                defer("verification.read_document", document_id=str(document_id))
    except BaseException:
        file.unlink(missing_ok=True)
        keystore.destroy(keystore.document_key(document_id))
        raise
    return document


def path_of(document_id: uuid.UUID) -> Path:
    """Name the sealed file of a document."""
    name = str(document_id)
    return Path(settings.DOCUMENTS) / name[:2] / f"{name}.sealed"


def _write(file: Path, sealed: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(sealed)
        stream.flush()
        os.fsync(stream.fileno())


def open_document(document: Document) -> AdmittedFile:
    """Open a sealed document for our own reading; raise EnvelopeError if it was changed."""
    return admit(
        keystore.open_bytes(
            path_of(document.pk).read_bytes(), keystore.document_key(document.pk), f"document:{document.pk}"
        )
    )


def view(document: Document, *, page: int, purpose: str, by: Actor, at: dt.datetime) -> bytes:
    """Return one page as JPEG, stamped with operator, purpose, date and viewer (MIIT Order 25), and write it down.

    The caller has fetched `document` through a query that is narrowed to what `by` may see.
    """
    drawn = open_document(document)
    if not 0 <= page < drawn.page_count:
        raise errors.DossierUnknown
    with transaction.atomic():
        DocumentView.objects.create(document=document, who_kind=by.kind, who_id=by.id, at=at, purpose=purpose)
        record(
            "document.shown",
            by=by,
            at=at,
            subject=("document", document.pk),
            after={"slot": document.slot, "page": page, "purpose": purpose},
        )
    return _stamped(drawn.page(page), purpose=purpose, by=by, at=at)


def view_whole(document: Document, *, purpose: str, by: Actor, at: dt.datetime) -> Iterator[bytes]:
    """Return every page as `view` does, one at a time; one row of the access log for the whole document."""
    drawn = open_document(document)
    with transaction.atomic():
        DocumentView.objects.create(document=document, who_kind=by.kind, who_id=by.id, at=at, purpose=purpose)
        record(
            "document.copied",
            by=by,
            at=at,
            subject=("document", document.pk),
            after={"slot": document.slot, "pages": drawn.page_count, "purpose": purpose},
        )
    for page in range(drawn.page_count):
        yield _stamped(drawn.page(page), purpose=purpose, by=by, at=at)


def _stamped(image: Image.Image, *, purpose: str, by: Actor, at: dt.datetime) -> bytes:
    return preview(stamp(image, f"{operator().name_zh} {purpose} {at.astimezone(CHINA):%Y-%m-%d} {by.name}"))


def read_document(document_id: str, *, at: dt.datetime) -> None:
    """Read a document with the OCR engine and keep the reading sealed; a failure is ours and says so."""
    document = Document.objects.select_related("enterprise").filter(pk=document_id).first()
    if document is None or document.reading_state not in {"waiting", "reading"}:
        return
    _set_reading(document, state="reading", stage="opening")
    try:
        raw = keystore.open_bytes(
            path_of(document.pk).read_bytes(), keystore.document_key(document.pk), f"document:{document.pk}"
        )
        kind = SLOTS[document.slot].kind
        reading = read_in_pool(raw, kind, on_stage=lambda stage: _set_reading(document, state="reading", stage=stage))
    except Exception as error:
        # The first failure waits for the task's second try; after that it is ours, and does not hold the applicant up.
        state = "failed" if document.reading_error else "waiting"
        Document.objects.filter(pk=document.pk).update(reading_state=state, reading_error=type(error).__name__[:200])
        raise
    with transaction.atomic():
        marks.keep(document, reading)
        Document.objects.filter(pk=document.pk).update(
            reading_state="done",
            reading_stage="",
            reading=keystore.seal_json(reading.to_dict(), keystore.document_key(document.pk), f"reading:{document.pk}"),
        )


def requeue(*, at: dt.datetime) -> int:
    """Queue again what a worker that died left half read."""
    left = Document.objects.filter(
        reading_state__in=["waiting", "reading"], replaced_at=None, uploaded_at__lte=at - READ_WITHIN
    )
    for document_id in left.values_list("pk", flat=True):
        defer("verification.read_document", document_id=str(document_id))
    return left.count()


def _is_read(slot: str) -> bool:
    return slot in SLOTS and SLOTS[slot].kind is not None


def _set_reading(document: Document, *, state: str, stage: str) -> None:
    Document.objects.filter(pk=document.pk).update(reading_state=state, reading_stage=stage)
