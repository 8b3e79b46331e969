"""The state of the documents, who handled and reviewed them, and who acted for the holder. No page is opened here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from answerable.lib import envelope, keystore
from answerable.orders.models import Order
from answerable.parties.models import Person
from answerable.tracing import shape
from answerable.tracing.collect.said import People, moment
from answerable.tracing.models import TraceCase
from answerable.verification.models import Document, Dossier, Review
from answerable.verification.slots import SLOTS

OWN_SLOTS = {
    "site_photo": ("现场照片", "On-site photo"),
    "acceptance_form": ("业务受理单", "Acceptance form"),
    "contract": ("服务合同", "Service contract"),
}


def dossiers_of(case: TraceCase) -> QuerySet[Dossier]:
    """List what the holder filed for this number until the window's end."""
    found = Dossier.objects.filter(number=case.number_id, enterprise=case.holder, opened_at__lte=case.until)
    return found.select_related("requirement_set").order_by("opened_at", "pk")


def dossiers(case: TraceCase, people: People) -> list[shape.Dossier]:
    """List each dossier with its papers, the visit at the counter, and every decision."""
    return [
        shape.Dossier(
            kind=one.kind, purpose=one.purpose, state=one.state, line=one.line, submitted_at=moment(one.submitted_at),
            decided_at=moment(one.decided_at), verified_until=moment(one.verified_until),
            line_proven_until=moment(one.line_proven_until),
            documents=[_document(paper) for paper in one.documents.order_by("slot", "position", "uploaded_at")],
            handling=_handling(one, people),
            reviews=[_review(row, people) for row in one.reviews.select_related("reviewer").order_by("at", "pk")],
        )
        for one in dossiers_of(case)
    ]  # fmt: skip


def _document(paper: Document) -> shape.Document:
    slot = SLOTS.get(paper.slot)
    zh, en = (slot.zh, slot.en) if slot else OWN_SLOTS.get(paper.slot, (paper.slot, paper.slot))
    state = "erased" if paper.erased_at else "locked" if paper.keep_until else "kept"
    return shape.Document(
        slot=paper.slot, zh=zh, en=en, position=paper.position, sha256=paper.sha256, pages=paper.pages,
        uploaded_at=moment(paper.uploaded_at), replaced_at=moment(paper.replaced_at), state=state,  # type: ignore[arg-type]
        electronic_seal=paper.sealed_by,
    )  # fmt: skip


def _handling(one: Dossier, people: People) -> shape.Handling | None:
    handling = getattr(one, "handling", None)
    if handling is None:
        return None
    return shape.Handling(
        at=moment(handling.at), counter=handling.counter_id, channel=handling.counter.kind, by=people.staff(handling.staff),
        originals_seen=[str(slot) for slot in handling.originals_seen], id_reader_matches=handling.id_reader_matches,
    )  # fmt: skip


def _review(row: Review, people: People) -> shape.Review:
    return shape.Review(
        round=row.round, stage=row.stage, decision=row.decision, at=moment(row.at), by=people.staff(row.reviewer),
        reasons=[str(code) for code in row.reasons],
    )  # fmt: skip


def acted(case: TraceCase) -> QuerySet[Person]:
    """List who acted for the holder about this number: opened or filed a dossier, or signed an order."""
    orders = Order.objects.filter(number=case.number_id, enterprise=case.holder, created_at__lte=case.until)
    filed = dossiers_of(case)
    return Person.objects.filter(
        Q(pk__in=orders.values("person"))
        | Q(pk__in=filed.values("opened_by"))
        | Q(pk__in=filed.exclude(submitted_by=None).values("submitted_by"))
    ).order_by("pk")


def handlers(case: TraceCase, people: People) -> list[shape.Handler]:
    """Name who acted for the holder about this number; mobile and ID number only where the basis names people."""
    who = list(acted(case))
    names = [person.name for person in who]
    ids = _id_numbers(case) if people.in_full else {}  # stated by name: of two of one name nobody knows whose it is
    found = []
    for person in who:
        membership = person.memberships.filter(enterprise=case.holder).first()
        found.append(
            shape.Handler(
                name=people.person(person.name), role=membership.role if membership else "",
                since=moment(membership.since if membership else person.created_at),
                proven_at=moment(membership.proven_at if membership else None), mobile=people.secret(person.mobile),
                id_number=people.secret(ids.get(person.name, "") if names.count(person.name) == 1 else ""),
            )
        )  # fmt: skip
    return found


def _id_numbers(case: TraceCase) -> dict[str, str]:
    """Return what was stated of the handlers' ID numbers, by name, the latest last; erased statements say nothing."""
    found: dict[str, str] = {}
    for one in dossiers_of(case):
        try:
            stated: dict[str, Any] = keystore.open_json(one.claims, keystore.dossier_key(one.pk), f"claims:{one.pk}")
        except envelope.EnvelopeError:
            continue
        if stated.get("handler_name") and stated.get("handler_id_number"):
            found[str(stated["handler_name"])] = str(stated["handler_id_number"])
    return found
