"""Every stage of an order's way is reached through the actions alone, and the tests' short cut leads to the same rows."""

import pytest
from django.db import models, transaction

from answerable.billing.models import Transfer
from answerable.lib import keystore
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders.models import Order, Registration, TestCall
from answerable.orders.tests.stages import STATES
from answerable.parties.models import Enterprise, Membership, Person, Staff
from answerable.verification.models import Document, Dossier, Handling, RequirementSet, Review

MADE_BY_CHANCE = {
    "id",
    "order_no",
    "order",
    "dossier",
    "document",
    "photo",
    "acceptance_form",
    "sha256",
    "record",
    "record_sha256",
    "receipt",
    "receipt_no",
    "bank_reference",
    "reference",
    "shown",
}
OF_THE_FILE = {"size_bytes"}


NAMES = {Person: "mobile", Enterprise: "credit_code", Staff: "username", RequirementSet: "subject_type"}
"""What names a row whose key another test's would not be."""
walked = {}


def rows(model):
    """Return a table's rows without what chance or a picture made."""
    names = [
        f"{f.name}__{NAMES[f.related_model]}" if f.related_model in NAMES else f.name
        for f in model._meta.concrete_fields
        if f.name not in MADE_BY_CHANCE | OF_THE_FILE and not isinstance(f, models.BinaryField)
    ]
    return sorted(map(repr, model.objects.order_by().values(*names)))


def everything():
    tables = (
        Order,
        Number,
        Enterprise,
        Membership,
        Person,
        Destination,
        Tenure,
        Dossier,
        Document,
        Handling,
        Review,
        Registration,
        TestCall,
        Transfer,
    )
    found = {model.__name__: rows(model) for model in tables}
    found["claims"] = [
        keystore.open_json(d.claims, keystore.dossier_key(d.pk), f"claims:{d.pk}")
        for d in Dossier.objects.order_by("number")
    ]
    found["cards"] = [
        keystore.open_json(h.id_reader, keystore.dossier_key(h.dossier_id), f"id_reader:{h.dossier_id}")
        for h in Handling.objects.order_by("dossier__number")
    ]
    return found


def walk(world, role):
    """Walk the whole way once a role, and take it back; return the number's state and all rows at each stage."""
    found = {}
    with transaction.atomic():
        world.walk(
            "working", role=role, look=lambda stage: found.update({stage: (world.state(world.plain), everything())})
        )
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("stage", STATES)
@pytest.mark.parametrize("role", ["legal_representative", "handler"])
def test_order_reaches_every_stage_by_the_actions_and_by_the_short_cut(world, stage, role):
    world.order("working", world.second)
    if role not in walked:
        walked[role] = walk(world, role)
    state, wanted = walked[role][stage]
    assert state == STATES[stage]
    world.order(stage, role=role)
    taken = everything()
    for table in wanted:
        assert taken[table] == wanted[table], table
