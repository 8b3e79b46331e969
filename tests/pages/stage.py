"""Bring an applicant of the cast to a stage, over HTTP, and make what the OCR worker would have left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from answerable.lib import keystore
from answerable.numbers.models import Number
from answerable.orders.actions import begin_test_call, end_test_call
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import TestCall
from answerable.verification.models import Document
from answerable.verification.reading.model import Field, Quality, Reading
from answerable.verification.specimens.papers import legal_person
from tests import cast
from tests.cast import Applicant, staff

_drawn: dict[str, Any] = {}


def _draw_once(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what was drawn: each test's world has the same firms and numbers, so the same papers."""

    def drawn(*what: Any, **details: Any) -> Any:
        plain = [getattr(one, "credit_code", one) for one in what]
        key = f"{draw.__name__} {plain} {sorted(details.items())}"
        if key not in _drawn:
            _drawn[key] = draw(*what, **details)
        return _drawn[key]

    return drawn


cast.make, cast.papers = _draw_once(cast.make), _draw_once(cast.papers)
STAGES = ("held", "awaiting_payment", "locked", "filled", "submitted", "booked", "handled", "working")


def spare(skip: int = 0, **where: str) -> str:
    """Name a spare number."""
    return str(Number.objects.filter(business_state="spare", **where).order_by("number")[skip].pk)


@dataclass
class SignedIn(Applicant):
    """Somebody of the cast who is signed in already: a second code within a minute is not sent."""

    session: Client | None = None

    def __post_init__(self) -> None:
        if self.session is None:
            super().__post_init__()
        else:
            self.client = self.session


def applicant(stage: str, **who: Any) -> Applicant:
    """Bring 华 Hua's application to a stage."""
    one = SignedIn(who.pop("number", "") or spare(), **who)
    answer = one.apply()
    assert answer.status_code == 302, answer.content.decode()
    reached, code = STAGES.index(stage), ""
    if reached >= STAGES.index("awaiting_payment"):
        one.sign()
    if reached >= STAGES.index("locked"):
        one.pay(staff("qian"))
    if reached >= STAGES.index("filled"):
        one.bring_papers()
    if reached >= STAGES.index("submitted"):
        one.submit()
    if reached >= STAGES.index("booked"):
        code = one.book()
    if reached >= STAGES.index("handled"):
        one.come_to_counter(staff("chen"), code)
        Document.objects.filter(reading_state="waiting").update(reading_state="done")
    if reached >= STAGES.index("working"):
        open_number(one)
    return one


def open_number(one: Applicant) -> None:
    """Approve twice, register, and have the test call answered."""
    one.review(staff("lin"))
    one.review(staff("zhou"))
    one.follow()
    one.register(staff("gong"))
    one.client.post(f"/console/orders/{one.order_no}/test-call/")
    call = TestCall.objects.get(number=one.number)
    begin_test_call(call, at=timezone.now())
    end_test_call(call, Outcome("answered", "SIP/2.0 200 OK", "", 80), at=timezone.now())


def count_as_read(document: Document, **fields: str) -> None:
    """Leave on a document what the worker leaves after reading these fields."""
    quality = Quality(confidence=0.99, characters=200, sharpness=400.0, brightness=0.6, is_colour=True)
    read = Reading(
        kind=_KINDS.get(document.slot, "unknown"), fields={name: Field(text, text, 0.99, None) for name, text in fields.items()},
        qr=(), seals=(), lines=(), quality=quality,
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).update(
        reading_state="done",
        reading_stage="",
        reading=keystore.seal_json(read.to_dict(), keystore.document_key(document.pk), f"reading:{document.pk}"),
    )


_KINDS = {"licence": "business_licence", "rep_id_portrait": "id_portrait", "rep_id_emblem": "id_emblem"}


def read_as_printed(one: Applicant, slot: str) -> None:
    """Count the newest upload of a slot as read, with the fields its specimen prints."""
    document = Document.objects.get(dossier=one.dossier, slot=slot, replaced_at=None)
    entry, who = one.entry, legal_person(one.entry.legal_representative)
    printed = {
        "licence": {"code": entry.credit_code, "name": entry.name, "person": entry.legal_representative, "address": entry.address},
        "rep_id_portrait": {"name": who["name"], "id_number": who["id_number"]},
    }  # fmt: skip
    count_as_read(document, **printed.get(slot, {}))
