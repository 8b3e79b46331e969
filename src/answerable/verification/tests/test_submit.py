"""A dossier is submitted when everything required is there; what is filled from a picture is no evidence."""

import datetime as dt

import pytest

from answerable.lib import vault
from answerable.orders.models import Order
from answerable.parties.models import BlacklistEntry
from answerable.verification import errors
from answerable.verification.actions import confirm_handler, open_dossier, set_line, submit, upload
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import Document, Dossier, RequirementSet
from answerable.verification.queries import claims
from answerable.verification.slots import required


def hand_in(world, dossier):
    return submit(dossier, person=world.hua, at=world.at)


@pytest.fixture
def filled(world):
    return world.fill(world.order("paid"))


def test_complete_dossier_is_submitted(world, filled):
    submitted = hand_in(world, filled)
    assert (submitted.state, submitted.submitted_by, submitted.submitted_at, submitted.round) == (
        "submitted",
        world.hua,
        world.at,
        1,
    )
    assert world.state(world.plain) == "pre_checked"


@pytest.mark.parametrize("role", ["legal_representative", "handler"])
def test_each_required_paper_bars_the_submission_while_it_is_missing(world, role):
    dossier = world.fill(world.order("paid", role=role))
    wanted = [one.slot for one in required(dossier)]
    assert len(wanted) == {"legal_representative": 7, "handler": 10}[role]
    for slot in wanted:
        Document.objects.filter(dossier=dossier, slot=slot).update(replaced_at=world.at)
        with pytest.raises(errors.NotReady) as refused:
            hand_in(world, dossier)
        assert refused.value.params == {"count": 1}
        assert [(f.slot, f.outcome) for f in bars(evaluate(dossier, at=world.at))] == [(slot, "flag")]
        Document.objects.filter(dossier=dossier, slot=slot).update(replaced_at=None)
    assert world.state(world.plain) == "locked"


@pytest.mark.parametrize("state", ["waiting", "reading"])
def test_paper_that_is_still_being_read_bars_the_submission(world, filled, state):
    Document.objects.filter(slot="licence").update(reading_state=state)
    with pytest.raises(errors.NotReady):
        hand_in(world, filled)


def test_paper_that_could_not_be_read_goes_along_to_the_reviewer(world, filled):
    Document.objects.filter(slot="licence").update(reading_state="failed")
    assert hand_in(world, filled).state == "submitted"


def test_dossier_without_a_line_is_not_submitted(world):
    dossier = world.fill(world.order("paid"))
    Dossier.objects.update(line="")
    with pytest.raises(errors.NotReady):
        hand_in(world, Dossier.objects.get(pk=dossier.pk))


def test_handler_must_be_confirmed_but_the_legal_representative_is_known_from_the_register(world):
    for number, role, count in ((world.plain, "handler", 1), (world.second, "legal_representative", 0)):
        dossier = world.fill(world.order("paid", number, role=role))
        Dossier.objects.filter(pk=dossier.pk).update(claims=b"")
        dossier.refresh_from_db()
        assert len(bars(evaluate(dossier, at=world.at))) == count


def test_person_on_the_black_list_does_not_submit(world, filled):
    hashed = vault.keyed_hash(world.id_number(), "person")
    BlacklistEntry.objects.create(kind="person", value=hashed, reason="涉诈惩戒（样本）", added_at=world.at)
    with pytest.raises(errors.NotReady):
        hand_in(world, filled)
    assert [f.code for f in bars(evaluate(filled, at=world.at))] == ["E09"]


def test_dossier_is_submitted_once(world, filled):
    hand_in(world, filled)
    with pytest.raises(errors.DossierClosed):
        hand_in(world, filled)


def test_submitted_dossier_cannot_be_changed(world, filled, jpeg):
    hand_in(world, filled)
    before = (claims(filled), Dossier.objects.get().line, Document.objects.count())
    for deed in (
        lambda: upload(filled, "licence", jpeg, person=world.hua, at=world.at),
        lambda: set_line(filled, "02161234568", person=world.hua, at=world.at),
        lambda: confirm_handler(
            filled, name="甲", id_number=world.id_number(2), was_filled=False, person=world.hua, at=world.at
        ),
    ):
        with pytest.raises(errors.DossierClosed):
            deed()
    assert (claims(filled), Dossier.objects.get().line, Document.objects.count()) == before


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("", None),
        ("  ", None),
        ("甲", ""),
        ("甲", "310115198001010010"),
        ("甲", "11010119900230123X"),
        ("甲", "12345678"),
    ],
)
def test_person_with_a_wrong_number_or_no_name_is_refused(world, name, number):
    dossier = world.dossier(world.order("paid"))
    with pytest.raises(errors.PersonInvalid):
        confirm_handler(
            dossier,
            name=name,
            id_number=world.id_number() if number is None else number,
            was_filled=False,
            person=world.hua,
            at=world.at,
        )
    assert "handler_name" not in claims(dossier)


def test_what_was_filled_from_a_picture_is_marked_so(world):
    dossier = world.dossier(world.order("paid"))
    for was_filled, mark in ((True, "filled_from_picture"), (False, "typed")):
        confirm_handler(
            dossier, name="甲", id_number=world.id_number(), was_filled=was_filled, person=world.hua, at=world.at
        )
        assert claims(Dossier.objects.get())["handler_provenance"] == mark


def test_id_number_is_kept_sealed(world, filled):
    dossier = Dossier.objects.get()
    assert world.id_number().encode() not in bytes(dossier.claims)
    assert claims(dossier)["handler_id_number"] == world.id_number()


def test_dossier_keeps_the_requirement_set_it_was_opened_under(world, filled):
    newer = RequirementSet.objects.create(
        carrier="telecom",
        subject_type="company",
        use="own",
        version=2,
        effective_from=world.at.date(),
        slots=[{"slot": "licence", "required": "always"}],
    )
    order = world.order("paid", world.second)
    assert world.dossier(order).requirement_set == newer
    assert Dossier.objects.get(pk=filled.pk).requirement_set.version == 1


def test_without_a_requirement_set_no_dossier_is_opened(world):
    order = world.order("paid")
    before = dt.datetime(2025, 12, 31, tzinfo=dt.UTC)
    with pytest.raises(errors.NoRequirementSet):
        open_dossier(
            kind="holder",
            enterprise=order.enterprise,
            number=world.second,
            carrier="telecom",
            use="own",
            role="handler",
            person=world.hua,
            at=before,
        )
    assert Order.objects.count() == Dossier.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_dossier_submitted_twice_at_once_is_submitted_once(world, at_once):
    dossier = world.fill(world.order("paid"))
    results = at_once(*[lambda: hand_in(world, dossier)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["Dossier", "DossierClosed"]
    assert Dossier.objects.get().round == 1
