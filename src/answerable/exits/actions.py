"""Take a holder over from another operator by its archive: nothing rings by it; each proof is given anew, from its papers."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import tempfile
import uuid
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from PIL import Image

from answerable.exits import errors
from answerable.exits.models import Arrival
from answerable.exits.verify import Archive, pages, verify
from answerable.lib import keystore
from answerable.lib.archive import SealedFile, read_sealed
from answerable.lib.workdays import CHINA
from answerable.numbers.actions import bind_line
from answerable.numbers.ledger import import_ledger
from answerable.numbers.models import Number
from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Person
from answerable.parties.publication import holder_entry
from answerable.routing.actions import set_plan
from answerable.routing.choices import Choices
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import publish
from answerable.verification.actions import upload
from answerable.verification.models import Document, Dossier
from answerable.verification.slots import required

MADE_WITHIN_DAYS = 90
"""An operator that stops says so 90 days before (Telecom Regulations art. 15)."""
NOT_CARRIED = {"handler_photo"}
"""A face is photographed anew, with a consent of its own."""


def arrive(path: Path, *, key: str, log_key: str, by: Actor, at: dt.datetime) -> Arrival:
    """Take an archive in, whole or not at all; its numbers are unverified until their holder has taken each over.

    Raise BundleInvalid, LogError, ArrivedAlready, ArchiveTooOld, NothingArrives or NumberNotTaken.
    """
    archive = verify(path, key=key, log_key=log_key)
    digest = _digest(path)
    if known := Arrival.objects.filter(archive_sha256=digest).first():
        raise errors.ArrivedAlready(when=f"{known.at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    built_at = dt.datetime.fromisoformat(archive.about["built_at"])
    if not at - dt.timedelta(days=MADE_WITHIN_DAYS) <= built_at <= at + dt.timedelta(hours=1):
        raise errors.ArchiveTooOld(when=f"{built_at.astimezone(CHINA):%Y-%m-%d}", days=MADE_WITHIN_DAYS)
    if not archive.numbers:
        raise errors.NothingArrives
    arrival_id = uuid.uuid4()
    try:
        with transaction.atomic():
            _enter(archive, by, at)
            made = _remember(archive, id=arrival_id, archive_sha256=digest, built_at=built_at, log_key=log_key, at=at)
            _seal(arrival_id, path)
            _say(made, archive, by, at)
    except BaseException:
        keystore.destroy(keystore.arrival_key(arrival_id))
        _path_of(arrival_id).unlink(missing_ok=True)
        raise
    return made


def _enter(archive: Archive, by: Actor, at: dt.datetime) -> None:
    """Enter each number as a ledger's, with all its lines and its call plan."""
    paid = {row["number"]: str(row["paid_until"] or "") for row in archive.lists["numbers"]}
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["number", "credit_code", "line", "paid_until"])
    for number in archive.numbers:
        day = dt.datetime.fromisoformat(paid[number]).astimezone(CHINA).date().isoformat() if paid[number] else ""
        rows.writerow([number, archive.about["credit_code"], archive.lines(number)[0], day])
    for outcome in import_ledger(written.getvalue().encode(), by=by, at=at):
        if outcome.problem:
            why = outcome.problem.text
            raise errors.NumberNotTaken(number=outcome.number, why_zh=why("zh-hans"), why_en=why("en"))
    for number in archive.numbers:
        for line in archive.lines(number)[1:]:
            bind_line(number, line, by=by, at=at)
    for plan in archive.lists["plans"]:
        if plan["number"] in archive.numbers:
            set_plan(plan["number"], _choices(plan), by=by, at=at)


def _choices(plan: dict[str, Any]) -> Choices:
    """Read how calls were led; what an older archive does not say is as where nobody chose."""
    said = {field.name: plan[field.name] for field in fields(Choices) if field.name in plan}
    lists = ("closed_dates", "refused_callers", "accepted_callers")
    return Choices(**said | {name: tuple(said[name]) for name in lists if said.get(name) is not None})


def _remember(archive: Archive, **more: Any) -> Arrival:
    holder = Enterprise.objects.get(credit_code=archive.about["credit_code"])
    known = {str(row["number"]) for row in archive.lists["numbers"]}
    return Arrival.objects.create(
        enterprise=holder, operator=archive.about["operator"], operator_key=archive.about["key"], numbers=archive.numbers,
        left=sorted(known - set(archive.numbers)), calls=archive.calls, **more,
    )  # fmt: skip


def _say(made: Arrival, archive: Archive, by: Actor, at: dt.datetime) -> None:
    """Say in the public log from which log a number's history goes on, so that the old proofs lead here."""
    for number in made.numbers:
        log = archive.logs[number]["log"]
        origin, size, root = str(log["checkpoint"]).split("\n")[:3]
        publish(
            "arrival", number=number, at=at, holder=holder_entry(made.enterprise, number=number), log=origin, tree_size=size,
            root=root, archive_sha256=made.archive_sha256,
        )  # fmt: skip
    record(
        "holder.arrived", by=by, at=at, subject=("arrival", made.pk),
        after={"operator": made.operator, "numbers": made.numbers, "archive_sha256": made.archive_sha256},
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _seal(arrival_id: uuid.UUID, path: Path) -> None:
    sink = SealedFile(_path_of(arrival_id), keystore.arrival_key(arrival_id))
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            sink.write(piece)
    sink.end()


def _path_of(arrival_id: uuid.UUID) -> Path:
    """Name the sealed archive, beside the documents."""
    return Path(settings.DOCUMENTS) / "arrivals" / f"{arrival_id}.sealed"


def sweep(*, by: Actor, at: dt.datetime) -> int:
    """Destroy archives whose numbers are all taken over, or that have lain here for their time; count them."""
    done = 0
    for made in Arrival.objects.filter(destroyed_at=None):
        waits = Number.objects.filter(pk__in=made.numbers, business_state="unverified", holder=made.enterprise).exists()
        if waits and at < made.at + dt.timedelta(days=MADE_WITHIN_DAYS):
            continue
        keystore.destroy(keystore.arrival_key(made.pk))
        _path_of(made.pk).unlink(missing_ok=True)
        with transaction.atomic():
            Arrival.objects.filter(pk=made.pk).update(destroyed_at=at)
            record("arrival.destroyed", by=by, at=at, subject=("arrival", made.pk))
        done += 1
    return done


def bring_papers(made: Arrival, dossier: Dossier, *, person: Person, at: dt.datetime) -> list[Document]:
    """Put the papers that the archive holds for this number into the dossier's open items; return them.

    They are the stamped copies that the previous operator handed out: a reviewer sees where they come from. Raise NoPapersHere.
    """
    if made.destroyed_at or made.enterprise_id != dossier.enterprise_id:
        raise errors.NoPapersHere
    brought: list[Document] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        with path.open("wb") as stream:
            stream.writelines(read_sealed(_path_of(made.pk), keystore.arrival_key(made.pk)))
        papers = _papers(path, made, dossier.number)
        open_slots = {one.slot for one in required(dossier)} - NOT_CARRIED
        filled = set(dossier.documents.filter(replaced_at=None).values_list("slot", flat=True))
        with transaction.atomic():
            for slot, document_id in papers.items():
                if slot in open_slots - filled and (found := pages(path, document_id)):
                    brought.append(upload(dossier, slot, _one_file(found), person=person, at=at))
            if not brought:
                raise errors.NoPapersHere
            record(
                "dossier.papers_brought", by=actor_of(person), at=at, subject=("dossier", dossier.pk),
                number=dossier.number, after={"arrival": str(made.pk), "slots": [one.slot for one in brought]},
            )  # fmt: skip
    return brought


def _papers(path: Path, made: Arrival, number: str) -> dict[str, str]:
    """Choose of each item the newest paper that stood in a dossier of this number and was not replaced."""
    archive = verify(path, key=made.operator_key, log_key=made.log_key)
    dossiers = {row["id"] for row in archive.lists["dossiers"] if row["number"] == number and row["kind"] == "holder"}
    found: dict[str, Any] = {}
    for row in sorted(archive.lists["documents"], key=lambda row: str(row["uploaded_at"])):
        if row["dossier"] in dossiers and row["replaced_at"] is None and row["erased_at"] is None:
            found[row["slot"]] = row["id"]
    return found


def _one_file(copied: list[bytes]) -> bytes:
    """Return one page as it is, several as one PDF."""
    if len(copied) == 1:
        return copied[0]
    first, *rest = (Image.open(io.BytesIO(page)) for page in copied)
    written = io.BytesIO()
    first.save(written, "PDF", save_all=True, append_images=rest)
    return written.getvalue()
