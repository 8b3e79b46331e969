"""Keep what a reporter or an appealing holder shows sealed, and show it to staff: each showing is written down."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.appeals import acts_for_holder
from answerable.complaints.models import Appeal, Evidence, EvidenceView, Report
from answerable.lib import keystore
from answerable.lib.images import RefusedFile, admit, preview, stamp
from answerable.lib.sounds import SoundRefused, admit_sound, is_sound
from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Person, Staff
from answerable.parties.queries import operator, require
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC, Actor

MOST_FILES = 10


@dataclass(frozen=True)
class _Admitted:
    """What is to be kept of an upload."""

    raw: bytes
    kind: str
    mime: str
    sha256: str
    pages: int


def add_evidence(made: Report, raw: bytes, *, at: dt.datetime) -> Evidence:
    """Add a file to a report. Raise EvidenceRefused, EvidenceTooMuch or ReportErased."""
    admitted = _admit(raw)
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.erased_at:
            raise errors.ReportErased
        return _add(locked, admitted, by=PUBLIC, at=at)


def add_appeal_evidence(made: Appeal, raw: bytes, *, person: Person, at: dt.datetime) -> Evidence:
    """Add a file to an open appeal, for its holder. Raise NotTheHolder, AppealDecided, EvidenceRefused or EvidenceTooMuch."""
    admitted = _admit(raw)
    with transaction.atomic():
        locked = Appeal.objects.select_for_update(of=("self",)).select_related("measure").get(pk=made.pk)
        if not acts_for_holder(locked.measure, person):
            raise errors.NotTheHolder
        if locked.state != "open":
            raise errors.AppealDecided
        return _add(locked, admitted, by=actor_of(person), at=at)


def _add(locked: Report | Appeal, admitted: _Admitted, *, by: Actor, at: dt.datetime) -> Evidence:
    """Seal a file under a key of its own and add it, in the caller's transaction; the same file twice is one.

    It is on disk before the row commits.
    """
    evidence_id = uuid.uuid4()
    file, of = path_of(evidence_id), "report" if isinstance(locked, Report) else "appeal"
    if known := locked.evidence.filter(sha256=admitted.sha256).first():
        return known
    if locked.evidence.count() >= MOST_FILES:
        raise errors.EvidenceTooMuch(most=MOST_FILES)
    try:
        _write(file, keystore.seal_bytes(admitted.raw, keystore.evidence_key(evidence_id), f"evidence:{evidence_id}"))
        kept = Evidence.objects.create(
            id=evidence_id, **{of: locked}, position=locked.evidence.count() + 1, kind=admitted.kind, mime=admitted.mime,
            sha256=admitted.sha256, size_bytes=len(admitted.raw), pages=admitted.pages, stored_at=at,
        )  # fmt: skip
        record(
            f"{of}.evidence_stored", by=by, at=at, subject=(of, locked.pk),
            after={"kind": admitted.kind, "sha256": admitted.sha256},
        )  # fmt: skip
    except (OSError, IntegrityError):
        file.unlink(missing_ok=True)
        keystore.destroy(keystore.evidence_key(evidence_id))
        raise
    return kept


def _admit(raw: bytes) -> _Admitted:
    try:
        if is_sound(raw):
            sound = admit_sound(raw)
            return _Admitted(sound.raw, "sound", sound.media_type, sound.sha256, 1)
        file = admit(raw)
    except (RefusedFile, SoundRefused) as refused:
        raise errors.EvidenceRefused(why_zh=refused.text_zh, why_en=refused.text_en) from refused
    kind = "paper" if file.media_type == "application/pdf" else "picture"
    return _Admitted(raw, kind, file.media_type, file.sha256, file.page_count)


def show_evidence(kept: Evidence, *, page: int, staff: Staff, at: dt.datetime) -> tuple[bytes, str]:
    """Return one page as a fresh stamped picture, or the sound, with its media type; write down who was shown it.

    Raise EvidenceGone once its key is destroyed, or for a page that is not there.
    """
    require(staff, "see_complaints")
    if kept.erased_at or not 0 <= page < kept.pages:
        raise errors.EvidenceGone
    raw = keystore.open_bytes(path_of(kept.pk).read_bytes(), keystore.evidence_key(kept.pk), f"evidence:{kept.pk}")
    of = "report" if kept.report_id else "appeal"
    with transaction.atomic():
        EvidenceView.objects.create(evidence=kept, staff=staff, at=at)
        record(
            f"{of}.evidence_shown", by=actor_of(staff), at=at, subject=(of, kept.report_id or kept.appeal_id),
            after={"evidence": str(kept.pk), "page": page},
        )  # fmt: skip
    if kept.kind == "sound":
        return raw, kept.mime
    mark = f"{operator().name_zh} 投诉处理 {at.astimezone(CHINA):%Y-%m-%d} {staff.name}"
    return preview(stamp(admit(raw).page(page), mark)), "image/jpeg"


def path_of(evidence_id: uuid.UUID) -> Path:
    """Name the sealed file, beside the documents."""
    name = str(evidence_id)
    return Path(settings.DOCUMENTS) / "evidence" / name[:2] / f"{name}.sealed"


def _write(file: Path, sealed: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(sealed)
        stream.flush()
        os.fsync(stream.fileno())
