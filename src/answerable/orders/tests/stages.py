"""An order's later stages written as rows, for tests that begin there: test_stages.py proves them equal to the real way."""

from __future__ import annotations

import datetime as dt
from typing import Any

from answerable.lib import vault
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders.models import Order, Registration, TestCall
from answerable.orders.terms import add_months
from answerable.parties.models import Enterprise, Membership, Person
from answerable.verification.models import Document, Dossier, Handling, Review
from answerable.verification.slots import required

YEAR = dt.timedelta(days=365)


def submitted(world: Any, order: Order, line: str) -> None:
    dossier, name = Dossier.objects.select_related("requirement_set").get(order_no=order.pk), world.who(order)
    stated = vault.open_json(dossier.claims, f"claims:{dossier.pk}") | {
        "handler_name": name, "handler_id_number": world.id_number(), "handler_provenance": "typed",
    }  # fmt: skip
    Destination.objects.create(number_id=order.number_id, line=line, kind="fixed", position=1, added_at=world.at)
    Document.objects.bulk_create(
        world.paper_row(order, slot, dossier)
        for slot in required(dossier.requirement_set.slots, role=order.role, kind="holder")
    )
    Person.objects.filter(pk=order.person_id).update(name=name)
    Dossier.objects.filter(pk=dossier.pk).update(
        line=line, claims=vault.seal_json(stated, f"claims:{dossier.pk}"), state="submitted", submitted_by=order.person, submitted_at=world.at
    )  # fmt: skip
    _number(world, order, "pre_checked")


def handled(world: Any, order: Order) -> None:
    dossier, chen = world.dossier(order), world.staff("chen")
    photo, form = (world.paper_row(order, slot, dossier, staff=chen) for slot in ("site_photo", "acceptance_form"))
    Document.objects.bulk_create([photo, form])
    card = {"name": world.who(order), "id_number": world.id_number(), "valid_until": "", "serial": "READER-1"}
    Handling.objects.create(
        dossier=dossier, counter=chen.counter, staff=chen, at=world.at, originals_seen=sorted(world.originals(order)),
        id_reader=vault.seal_json(card, f"id_reader:{dossier.pk}"), id_reader_matches=True, photo=photo, acceptance_form=form,
    )  # fmt: skip
    _number(world, order, "handled")


def reviewed(world: Any, order: Order, username: str) -> None:
    Review.objects.create(
        dossier=world.dossier(order), round=1, reviewer=world.staff(username), decision="approve", note="内部备注", message="请补充",
        shown={"documents": [], "findings": []}, at=world.at,
    )  # fmt: skip
    _number(world, order, "under_review")


def approved(world: Any, order: Order) -> None:
    until = world.at + YEAR
    Dossier.objects.filter(order_no=order.pk).update(
        state="approved", decided_at=world.at, verified_until=until, line_proven_until=until
    )
    Membership.objects.filter(person=order.person_id, enterprise=order.enterprise_id).update(proven_at=world.at)
    Destination.objects.filter(number=order.number_id, removed_at=None).update(proven_until=until)
    _number(world, order, "approved", verified_until=until)


def opening(world: Any, order: Order) -> None:
    Registration.objects.create(
        order=order, record=vault.seal_json({}, f"registration:{order.pk}"), record_sha256="5a" * 32, sent_at=world.at, received_at=world.at,
        receipt_no=f"REG-{order.pk}", receipt={"receipt_no": f"REG-{order.pk}"},
    )  # fmt: skip
    _number(world, order, "opening", network_state="activated", paid_until=add_months(world.at, 12))
    TestCall.objects.create(order=order, number=order.number_id, due_at=world.at)


def working(world: Any, order: Order) -> None:
    TestCall.objects.filter(order=order).update(
        state="done",
        taken_at=world.at,
        done_at=world.at,
        reached=True,
        outcome="answered",
        sip_status="200 OK",
        ring_ms=80,
    )
    _number(world, order, "working")
    Tenure.objects.create(number_id=order.number_id, holder_id=order.enterprise_id, since=world.at)
    line = Destination.objects.filter(number=order.number_id, removed_at=None).values_list("line", flat=True)[0]
    Enterprise.objects.filter(pk=order.enterprise_id, complaint_contact="").update(complaint_contact=line)
    Order.objects.filter(pk=order.pk).update(state="completed", completed_at=world.at)


def _number(world: Any, order: Order, state: str, **fields: Any) -> None:
    Number.objects.filter(pk=order.number_id).update(business_state=state, state_since=world.at, **fields)
