"""The licence's fields fill from its picture and a person confirms them; another picture asks again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.lib import keystore
from answerable.verification import errors, licence
from answerable.verification.actions import confirm_licence, submit, upload
from answerable.verification.checks.tests.cast import readings
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import Document
from answerable.verification.queries import claims
from answerable.verification.reading.model import Field


@pytest.fixture
def read(world):
    """A filled dossier whose licence has been read; the reader took the name's last character for another."""
    order = world.order("paid")
    dossier = world.fill(order)
    document = Document.objects.get(dossier=dossier, slot="licence")
    firm = order.enterprise
    fields = {
        "code": firm.credit_code, "name": firm.name[:-1] + "同", "person": firm.legal_representative,
    }  # fmt: skip
    reading = replace(readings()["licence"], fields={k: Field(v, v, 0.95, None) for k, v in fields.items()})
    document.reading = keystore.seal_json(
        reading.to_dict(), keystore.document_key(document.pk), f"reading:{document.pk}"
    )
    document.save()
    return dossier


def right(dossier):
    firm = dossier.enterprise
    return {
        "code": firm.credit_code, "name": firm.name, "person": firm.legal_representative, "address": firm.address,
    }  # fmt: skip


def waits(world, dossier):
    return any(f.field == "licence" and f.slot == "licence" for f in bars(evaluate(dossier, at=world.at)))


def test_what_was_read_waits_for_a_person(world, read):
    assert waits(world, read)
    with pytest.raises(errors.NotReady):
        submit(read, person=world.hua, at=world.at)
    confirm_licence(read, right(read), person=world.hua, at=world.at)
    read.refresh_from_db()
    assert not waits(world, read)


def test_each_field_says_where_it_came_from(world, read):
    confirm_licence(read, right(read), person=world.hua, at=world.at)
    read.refresh_from_db()
    fields = claims(read)["licence"]["fields"]
    assert {name: one["source"] for name, one in fields.items()} == {
        "code": "filled_from_picture", "name": "typed", "person": "filled_from_picture", "address": "register",
    }  # fmt: skip
    assert fields["name"]["text"] == read.enterprise.name


def test_correction_is_shown_to_the_reviewer_beside_the_picture(world, read):
    confirm_licence(read, right(read), person=world.hua, at=world.at)
    read.refresh_from_db()
    (said,) = [f for f in evaluate(read, at=world.at) if f.check == "licence_confirmed"]
    assert (said.outcome, said.field, said.read) == ("cannot_tell", "name", read.enterprise.name[:-1] + "同")


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("code", "91310115MA1XXXXXX1", "B11"),
        ("name", "上海另一家有限公司", "B10"),
        ("person", "别人", "B12"),
        ("address", "别处一号", "B13"),
    ],
)
def test_correction_that_contradicts_the_application_is_flagged(world, read, field, text, code):
    confirm_licence(read, right(read) | {field: text}, person=world.hua, at=world.at)
    read.refresh_from_db()
    assert code in [f.code for f in evaluate(read, at=world.at) if f.check == "licence_confirmed"]


def test_another_picture_asks_again(world, read, jpeg):
    confirm_licence(read, right(read), person=world.hua, at=world.at)
    old = Document.objects.get(dossier=read, slot="licence", replaced_at=None)
    new = upload(read, "licence", jpeg, person=world.hua, at=world.at)
    reading = licence.reading_of(old)
    new.reading, new.reading_state = (
        keystore.seal_json(reading.to_dict(), keystore.document_key(new.pk), f"reading:{new.pk}"),
        "done",
    )
    new.save()
    read.refresh_from_db()
    assert waits(world, read)


def test_empty_field_is_refused_and_changes_nothing(world, read):
    before = claims(read)
    with pytest.raises(errors.LicenceFieldMissing):
        confirm_licence(read, right(read) | {"name": "  "}, person=world.hua, at=world.at)
    read.refresh_from_db()
    assert claims(read) == before


def test_nothing_is_confirmed_before_it_is_read(world):
    dossier = world.fill(world.order("paid"))
    with pytest.raises(errors.LicenceUnread):
        confirm_licence(dossier, right(dossier), person=world.hua, at=world.at)
