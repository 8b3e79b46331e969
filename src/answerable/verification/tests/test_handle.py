"""The handling at the counter: every original, the right person, the staff's own counter; nothing half."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib import keystore
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.errors import AuthorisationNotInForce, NotPermitted
from answerable.parties.models import Authorisation, Counter, Staff
from answerable.verification import errors
from answerable.verification.actions import book
from answerable.verification.actions.counter import originals
from answerable.verification.models import Appointment, Document, Handling
from answerable.verification.queries import booking, bookings


@pytest.fixture(params=["legal_representative", "handler"])
def submitted(world, request):
    return world.order("submitted", role=request.param)


@pytest.fixture
def order(world):
    return world.order("submitted")


def nothing_kept(world):
    kept = Document.objects.filter(slot__in=["site_photo", "acceptance_form"]).count()
    return (Handling.objects.count(), kept, world.state(world.plain)) == (0, 0, "pre_checked")


def refuse(world, order, problem, **changes):
    with pytest.raises(problem) as refused:
        world.handle(order, **changes)
    assert nothing_kept(world)
    return refused.value


def test_handling_keeps_place_staff_time_and_evidence(world, submitted):
    handling = world.handle(submitted)
    assert (handling.counter_id, handling.staff.username, handling.at) == ("BJ-01", "chen", world.at)
    assert handling.originals_seen == sorted(originals(handling.dossier))
    assert (handling.photo.slot, handling.acceptance_form.slot) == ("site_photo", "acceptance_form")
    assert world.state(world.plain) == "handled"


def test_result_of_the_id_reader_is_sealed(world, order):
    assert world.id_number().encode() not in bytes(world.handle(order).id_reader)


def test_each_original_must_be_seen(world, submitted):
    wanted = originals(world.dossier(submitted))
    assert len(wanted) >= 4
    for missing in wanted:
        problem = refuse(
            world, submitted, errors.OriginalsMissing, originals_seen=[slot for slot in wanted if slot != missing]
        )
        assert problem.params["missing_en"]


def test_nobody_but_the_named_person_is_handled(world, submitted):
    for changes in ({"name": "赵志明"}, {"id_number": world.id_number(2)}):
        refuse(world, submitted, errors.IdReaderMismatch, id_reader=world.card(submitted, **changes))


@pytest.mark.parametrize(
    "last", ["2026-03-09", "2026.03.09", "20260309", "2026年3月9日", "20060309-20260309", "1999-01-01"]
)
def test_expired_card_is_refused_and_nothing_is_kept(world, order, last):
    problem = refuse(world, order, errors.IdCardExpired, id_reader=world.card(order, valid_until=last))
    assert problem.params["day"] in {"2026-03-09", "1999-01-01"}


@pytest.mark.parametrize("last", ["2026-03-10", "20160310-20260310", "长期", "2005.08.20-长期", ""])
def test_card_is_taken_on_its_last_day_and_where_it_has_no_end(world, order, last):
    world.handle(order, id_reader=world.card(order, valid_until=last))
    assert (
        keystore.open_json(
            Handling.objects.get().id_reader,
            keystore.dossier_key(world.dossier(order).pk),
            f"id_reader:{world.dossier(order).pk}",
        )["valid_until"]
        == last
    )


@pytest.mark.parametrize("last", ["soon", "2026-02-30", "20261399", "2030-01"])
def test_validity_that_cannot_be_read_is_read_again(world, order, last):
    refuse(world, order, errors.IdReaderInvalid, id_reader=world.card(order, valid_until=last))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"name": "x"}',
        b'{"name": "", "id_number": "1"}',
        b'{"name": null, "id_number": null}',
    ],
)
def test_file_that_is_no_readers_result_is_refused(world, order, raw):
    refuse(world, order, errors.IdReaderInvalid, id_reader=raw)


@pytest.mark.parametrize("field", ["site_photo", "acceptance_form"])
@pytest.mark.parametrize("raw", [b"", b"hello"])
def test_without_photo_or_form_nothing_is_kept(world, order, field, raw, folders):
    before = list((folders / "documents").rglob("*.sealed"))
    refuse(world, order, errors.FileRefused, **{field: raw})
    assert field == "acceptance_form" or list((folders / "documents").rglob("*.sealed")) == before


def test_staff_without_a_counter_handles_nothing(world, order):
    Staff.objects.filter(username="chen").update(counter=None)
    refuse(world, order, errors.NotAtACounter)


@pytest.mark.parametrize("username", ["lin", "qian", "sun", "gong"])
def test_nobody_but_counter_staff_handles(world, order, username):
    refuse(world, order, NotPermitted, staff=username)


def test_without_an_authorisation_in_force_nothing_is_handled(world, order):
    Authorisation.objects.update(until=world.at.date() - dt.timedelta(days=1))
    refuse(world, order, AuthorisationNotInForce)


def test_applicant_does_not_handle_the_own_application(world, order):
    Staff.objects.filter(username="chen").update(person=world.hua)
    refuse(world, order, errors.SubmittedByReviewer)


@pytest.mark.parametrize("stage", ["paid", "approved"])
def test_dossier_that_is_not_submitted_or_is_done_is_not_handled(world, stage):
    order = world.order(stage)
    with pytest.raises((errors.NotInQueue, errors.AlreadyHandled)):
        world.handle(order)
    assert Handling.objects.count() == {"paid": 0, "approved": 1}[stage]


def test_dossier_is_handled_once(world, order):
    world.handle(order)
    with pytest.raises(errors.AlreadyHandled):
        world.handle(order)


@pytest.mark.django_db(transaction=True)
def test_dossier_handled_twice_at_once_is_handled_once(world, at_once):
    order = world.order("submitted")
    results = at_once(*[lambda: world.handle(order)] * 2)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyHandled", "Handling"]


def test_booking_is_found_by_its_code_in_any_spelling(world, order):
    appointment = world.book(order)
    code = appointment.code
    assert booking(f" {code[:3].lower()} {code[3:].lower()} ") == appointment
    assert booking("ZZZZZZ") is None
    assert list(bookings(appointment.day, "BJ-01")) == [appointment]


def test_second_booking_takes_the_place_of_the_first(world, order):
    first, second = world.book(order), world.book(order)
    assert (booking(first.code), booking(second.code)) == (None, second)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 9), dt.date(2026, 3, 14), dt.date(2026, 4, 10), dt.date.min])
def test_day_that_is_past_too_far_or_no_working_day_is_refused(world, order, day):
    with pytest.raises(errors.DayInvalid):
        book(world.dossier(order), counter=Counter.objects.get(), day=day, person=world.hua, at=world.at)
    assert not Appointment.objects.exists()


def test_handled_dossier_needs_no_booking(world, order):
    world.handle(order)
    with pytest.raises(errors.AlreadyHandled):
        world.book(order)


def test_handled_application_leaves_the_days_list(world, order):
    appointment = world.book(order)
    world.handle(order)
    assert not bookings(appointment.day, "BJ-01").exists()
    assert Number.objects.get(pk=world.plain).business_state == "handled"


@pytest.mark.parametrize(
    "change", [{"open_until": -1}, {"open_from": 1}, {"closed_days": 0}], ids=["ended", "not begun", "closed today"]
)
def test_counter_that_is_closed_today_handles_nothing(world, order, change):
    ((name, days),) = change.items()
    day = world.at.astimezone(CHINA).date() + dt.timedelta(days=days)
    Counter.objects.update(**{name: [day] if name == "closed_days" else day})
    refuse(world, order, errors.CounterClosed)


def test_video_handles_nothing_without_its_legal_basis(world, order):
    """MIIT 452 (七)二: in the carrier's own physical channel; video is off until its legal basis is on record."""
    Counter.objects.update(kind="video")
    refuse(world, order, errors.CounterClosed)


def test_database_refuses_a_handling_by_video_or_at_a_counter_that_ended(world, order):
    world.handle(order)
    handling = Handling.objects.get()
    other = world.dossier(world.order("submitted", world.second))
    handling.pk, handling.dossier = None, other
    for change in ({"kind": "video"}, {"open_until": world.at.date() - dt.timedelta(days=1)}):
        Counter.objects.update(**({"kind": "own_counter", "open_until": None} | change))
        with pytest.raises(IntegrityError, match=r"counter|video"), transaction.atomic():
            handling.save(force_insert=True)


def test_authorisation_of_another_carrier_handles_nothing(world, order):
    Authorisation.objects.update(carriers=["unicom"])
    refuse(world, order, AuthorisationNotInForce)


def test_counter_that_is_booked_out_takes_no_more_and_a_closed_day_none(world, order):
    Counter.objects.update(visits_a_day=1)
    world.book(order)
    other = world.order("submitted", world.second)
    with pytest.raises(errors.CounterFull):
        world.book(other)
    Counter.objects.update(visits_a_day=2, closed_days=[Appointment.objects.get().day])
    with pytest.raises(errors.CounterClosed):
        world.book(other)
    Counter.objects.update(closed_days=[])
    assert world.book(other).pk


def test_booking_moved_within_its_own_day_does_not_count_twice(world, order):
    Counter.objects.update(visits_a_day=1)
    first = world.book(order)
    assert world.book(order).pk != first.pk
