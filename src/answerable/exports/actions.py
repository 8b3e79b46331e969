"""Ask for a copy of what is held about an organisation, make it, hand it out, and delete it after a week (PIPL art. 45)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, transaction

from answerable.exports import archive, errors, service
from answerable.exports.models import Export
from answerable.exports.rows import LISTS, Holding
from answerable.lib import envelope
from answerable.lib.archive import Bundle
from answerable.lib.images import RefusedFile
from answerable.lib.jobs import defer
from answerable.orders.models import Order
from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import operator, proven_for, require
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.transparency import manifests
from answerable.transparency.evidence_key import evidence_key, public_pem
from answerable.verification.actions.documents import view_whole
from answerable.verification.models import Document

KEPT = dt.timedelta(days=7)
BUILT_WITHIN = dt.timedelta(hours=3)
SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 100
OWN_PURPOSE = "本单位查阅、复制（个人信息保护法第四十五条）"
STAMPED = "资料副本"
FORMAT = "answerable/holder-archive/v1"
LEFT_OUT = (
    ("工作人员内部备注、风险线索、举报人信息、依法须保密的事项", "notes for staff, signs of risk, who reported, what the law keeps secret"),
)  # fmt: skip


def ask_own_export(enterprise: Enterprise, *, person: Person, at: dt.datetime) -> Export:
    """Have a copy made for a person who is proven to act for the organisation; raise NotProven or ExportUnderWay."""
    _require_proven(enterprise, person)
    return _ask(Export(enterprise=enterprise, person=person, purpose=OWN_PURPOSE, asked_at=at), by=actor_of(person))


def ask_export(enterprise: Enterprise, *, purpose: str, staff: Staff, at: dt.datetime) -> Export:
    """Have a copy made by compliance, for a holder who asked in another way; raise PurposeMissing or ExportUnderWay."""
    require(staff, "keep_privacy")
    said = purpose.strip()
    if not SHORTEST_PURPOSE <= len(said) <= LONGEST_PURPOSE:
        raise errors.PurposeMissing(least=SHORTEST_PURPOSE, most=LONGEST_PURPOSE)
    return _ask(Export(enterprise=enterprise, staff=staff, purpose=said, asked_at=at), by=actor_of(staff))


def _require_proven(enterprise: Enterprise, person: Person) -> None:
    if not proven_for(person).filter(pk=enterprise.pk).exists():
        raise errors.NotProven


def _ask(export: Export, *, by: Actor) -> Export:
    try:
        with transaction.atomic():
            export.save(force_insert=True)
            _record("asked", export, by=by, at=export.asked_at, purpose=export.purpose)
            defer("exports.build", export_id=str(export.pk))
    except IntegrityError:
        raise errors.ExportUnderWay from None
    return export


def build(export_id: UUID | str, *, at: dt.datetime) -> None:
    """Make a copy that was asked for. Each document shown in it is written down; a failure is ours and leaves no file."""
    begun = Export.objects.filter(pk=export_id, state="queued").update(state="building")
    if not begun:
        return
    export = Export.objects.select_related("enterprise", "person", "staff").get(pk=export_id)
    try:
        sink = archive.begin(export.pk)
        _fill(Bundle(sink), export, at)
        sink.end()
        with transaction.atomic():
            Export.objects.filter(pk=export.pk).update(
                state="ready", built_at=at, until=at + KEPT, sha256=sink.digest.hexdigest(), size_bytes=sink.size
            )
            _record("built", export, by=system("worker"), at=at, sha256=sink.digest.hexdigest())
            if export.person:
                until = (at + KEPT).date().isoformat()
                notify(
                    export.person,
                    "EXPORT_READY",
                    at=at,
                    organisation=export.enterprise.name,
                    until=until,
                    link="/console/papers/",
                )
    except BaseException:
        archive.destroy(export.pk)
        Export.objects.filter(pk=export.pk).update(state="failed")
        raise


def _fill(bundle: Bundle, export: Export, at: dt.datetime) -> None:
    holding = Holding(export.enterprise, export.person)
    papers = list(holding.documents().values_list("pk", flat=True))
    Export.objects.filter(pk=export.pk).update(total=len(papers))
    unreadable = []
    for done, key in enumerate(papers, 1):
        if not _add_pages(bundle, key, export, at):
            unreadable.append(str(key))
        Export.objects.filter(pk=export.pk).update(done=done)
    for order in Order.objects.filter(pk__in=holding.orders).exclude(contract_pdf=b"").iterator(chunk_size=1):
        words = ("服务合同（与签约时逐字节一致）", "contract, byte for byte as it was hashed")
        bundle.add(f"contracts/{order.pk}.pdf", [bytes(order.contract_pdf)], words)
    for name, (rows, zh, en) in LISTS.items():
        bundle.add_rows(f"{name}.json", rows(holding), (zh, en))
    _add_service(bundle, holding, at)
    key, mine = evidence_key(), operator()
    bundle.add(manifests.KEY_FILE, [public_pem()], ("签名公钥", "the signing key's public half"))
    about = {
        "format": FORMAT, "key": str(key.verifier), "organisation": export.enterprise.name, "credit_code": export.enterprise.credit_code,
        "operator": mine.name_zh, "operator_credit_code": mine.credit_code, "asked_at": export.asked_at.isoformat(),
        "built_at": at.isoformat(), "purpose": export.purpose, "unreadable_documents": unreadable,
        "left_out": [{"zh": zh, "en": en} for zh, en in LEFT_OUT], "files": bundle.files,
    }  # fmt: skip
    bundle.end_with(manifests.signed(about, key))


def _add_service(bundle: Bundle, holding: Holding, at: dt.datetime) -> None:
    """Add what a successor goes on with: call plans, what is paid ahead, call records, the log's proofs."""
    bundle.add_rows("plans.json", service.plans(holding), ("呼叫方案", "call plans"))
    bundle.add_rows("balances.json", service.balances(holding.enterprise, at), ("已付未用费用", "what is paid ahead"))
    bundle.add("calls.csv", service.calls(holding), ("话单", "call records"))
    for number, proof in service.proofs(holding):
        words = ("公开日志的证明", "the public log's proof")
        bundle.add(f"log/{number}.json", [manifests.write(proof)], words)


def _add_pages(bundle: Bundle, key: UUID, export: Export, at: dt.datetime) -> bool:
    """Add a document's pages, stamped; False where it cannot be opened, which the manifest then says."""
    document, viewer = Document.objects.get(pk=key), actor_of(export.person or export.staff)
    try:
        for page, jpeg in enumerate(view_whole(document, purpose=STAMPED, by=viewer, at=at), 1):
            bundle.add(
                f"documents/{key}/{document.slot}-{page}.jpg",
                [jpeg],
                ("材料文件，带水印", "document, one page, stamped"),
            )
    except (envelope.EnvelopeError, RefusedFile, FileNotFoundError):
        return False
    return True


def download(export: Export, *, by: Person | Staff, at: dt.datetime) -> Iterator[bytes]:
    """Hand a copy out, piece by piece, to whoever may still have it; each download is written down.

    A person's copy is for that person alone, who must be proven for the organisation today as well.
    """
    if isinstance(by, Staff):
        require(by, "keep_privacy")
    else:
        if export.person_id != by.pk:
            raise errors.NotProven
        _require_proven(export.enterprise, by)
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export.pk)
        if locked.state != "ready" or locked.until is None or locked.until <= at:
            raise errors.ExportGone
        _record("downloaded", locked, by=actor_of(by), at=at, sha256=locked.sha256)
    return archive.read(export.pk)


def sweep(*, at: dt.datetime) -> int:
    """Delete copies whose week is over, and give up those that a worker left half made; count them."""
    ended = 0
    for export in Export.objects.filter(state="ready", until__lte=at):
        with transaction.atomic():
            Export.objects.filter(pk=export.pk).update(state="deleted", deleted_at=at)
            _record("deleted", export, by=system("worker"), at=at)
            archive.destroy(export.pk)
        ended += 1
    for export in Export.objects.filter(state__in=["queued", "building"], asked_at__lte=at - BUILT_WITHIN):
        archive.destroy(export.pk)
        ended += Export.objects.filter(pk=export.pk, state__in=["queued", "building"]).update(state="failed")
    return ended


def _record(what: str, export: Export, *, by: Actor, at: dt.datetime, **after: str) -> None:
    subject = ("enterprise", export.enterprise_id)
    record(f"export.{what}", by=by, at=at, subject=subject, after={"export": str(export.pk)} | after)
