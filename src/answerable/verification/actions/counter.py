"""The handling at the operator's own counter (受理): MIIT 452 (七)二. The web prepares, the counter handles."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from functools import partial
from typing import Any

from django.db import transaction

from answerable.lib import keystore
from answerable.lib.identifiers import read_id_number
from answerable.lib.workdays import CHINA, is_workday
from answerable.numbers import actions as numbers
from answerable.parties.actions import actor_of
from answerable.parties.models import Counter, Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import is_open_on, require, require_authorisation
from answerable.trail.actions import record
from answerable.transparency.actions import publish
from answerable.verification import errors
from answerable.verification.actions.documents import store
from answerable.verification.evaluation import register_words
from answerable.verification.models import Appointment, Dossier, Handling
from answerable.verification.reading.dates import LONG_TERM, read_days
from answerable.verification.slots import ORIGINALS, SLOTS, TRANSFER_CONSENT, required

CODE_LETTERS = "ABCDEFGHJKMNPQRTUWXY346789"
"""No letter or digit that is mistaken for another one across a counter."""


def book(dossier: Dossier, *, counter: Counter, day: dt.date, person: Person, at: dt.datetime) -> Appointment:
    """Book a working day at a counter and return the code the counter finds the application by."""
    today = at.astimezone(CHINA).date()
    if not today <= day <= today + dt.timedelta(days=30) or not is_workday(day):
        raise errors.DayInvalid
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        if locked.state != "submitted" or not locked.visits_counter:
            raise errors.NotInQueue
        if hasattr(locked, "handling"):
            raise errors.AlreadyHandled
        locked.appointments.filter(cancelled_at=None).update(cancelled_at=at)
        _require_place(counter, day)
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
        appointment = Appointment.objects.create(dossier=locked, counter=counter, code=code, day=day, booked_at=at)
        record(
            "counter.booked",
            by=actor_of(person),
            at=at,
            subject=("dossier", locked.pk),
            number=locked.number,
            after={"counter": counter.pk},
        )
        notify(person, "SUBMITTED", at=at, number=locked.number, booking=code)
    return appointment


def originals(dossier: Dossier) -> list[str]:
    """List the slots whose originals the counter must see."""
    seen = [one.slot for one in required(dossier) if SLOTS[one.slot].has_original]
    if dossier.is_transfer:
        seen.append(TRANSFER_CONSENT.code)
    return seen if dossier.role == "handler" else [*seen, "rep_id_portrait"]


def read_id_reader(raw: bytes) -> dict[str, Any]:
    """Read the ID reader's file: JSON with name, id_number, valid_until and serial. Raise IdReaderInvalid.

    `valid_until` is the card's last day (2030-01-31, 2030.01.31, 20300131, or both ends of its term), or 长期, which has no end. Empty or missing
    means a reader that does not report it: the staff member looks at the card, as at every original.
    """
    try:
        result = json.loads(raw.decode("utf-8"))
        name, number = str(result["name"]).strip(), read_id_number(str(result["id_number"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise errors.IdReaderInvalid(why_zh="不是读卡器格式", why_en="not the reader's format") from None
    if not name or not number.is_valid:
        raise errors.IdReaderInvalid(why_zh="姓名或证件号不完整", why_en="name or number incomplete")
    until = str(result.get("valid_until") or "").strip()
    if until and not LONG_TERM.search(until) and not read_days(until):
        raise errors.IdReaderInvalid(why_zh="看不懂有效期限", why_en="its validity cannot be read")
    return {
        "name": name,
        "id_number": number.number,
        "valid_until": until,
        "serial": str(result.get("serial", "")),
    }


def handle(
    dossier: Dossier,
    *,
    staff: Staff,
    originals_seen: list[str],
    id_reader: bytes,
    site_photo: bytes,
    acceptance_form: bytes,
    at: dt.datetime,
) -> Handling:
    """Record the handling: originals ticked, card read, on-site photo, sealed form. Raise what is missing; keep nothing half.

    The staff member's own counter is the place; agents and the web have none.
    """
    require(staff, "handle")
    require_authorisation(at, dossier.requirement_set.carrier)
    card = read_id_reader(id_reader)
    _require_valid(card, at)
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        counter = _require_waiting(locked, staff, at)
        missing = [code for code in originals(locked) if code not in originals_seen]
        if missing:
            raise errors.OriginalsMissing(
                missing_zh="、".join(ORIGINALS[m].zh for m in missing),
                missing_en=", ".join(ORIGINALS[m].en for m in missing),
            )
        _require_same_person(locked, card)
        keep = partial(store, enterprise=locked.enterprise, by=actor_of(staff), at=at, dossier=locked, staff=staff)
        handling = Handling.objects.create(
            dossier=locked,
            counter=counter,
            staff=staff,
            at=at,
            originals_seen=sorted(originals_seen),
            id_reader=keystore.seal_json(card, keystore.dossier_key(locked.pk), f"id_reader:{locked.pk}"),
            id_reader_matches=True,
            photo=keep(site_photo, slot="site_photo"),
            acceptance_form=keep(acceptance_form, slot="acceptance_form"),
        )
        if locked.opens_a_number:
            numbers.move(locked.number, "handled", what="number.handled", by=actor_of(staff), at=at)
        record(
            "counter.handled",
            by=actor_of(staff),
            at=at,
            subject=("dossier", locked.pk),
            number=locked.number,
            after={"counter": staff.counter_id, "originals": sorted(originals_seen)},
        )
        publish("handling", number=locked.number, at=at, counter=counter.pk, channel=counter.kind)
        notify(locked.opened_by, "HANDLED", at=at, number=locked.number)
    return handling


def _require_waiting(dossier: Dossier, staff: Staff, at: dt.datetime) -> Counter:
    if staff.counter is None:
        raise errors.NotAtACounter
    if not is_open_on(staff.counter, at.astimezone(CHINA).date()):
        raise errors.CounterClosed
    if Handling.objects.filter(dossier=dossier).exists():
        raise errors.AlreadyHandled
    if dossier.state != "submitted" or not dossier.visits_counter:
        raise errors.NotInQueue
    if staff.person_id is not None and staff.person_id in {dossier.submitted_by_id, dossier.opened_by_id}:
        raise errors.SubmittedByReviewer
    return staff.counter


def _require_place(counter: Counter, day: dt.date) -> None:
    """Refuse a day on which the counter is closed or booked out; two bookings of the last place wait for each other."""
    row = Counter.objects.select_for_update().get(pk=counter.pk)
    if not is_open_on(row, day):
        raise errors.CounterClosed
    if Appointment.objects.filter(counter=row, day=day, cancelled_at=None).count() >= row.visits_a_day:
        raise errors.CounterFull


def _require_valid(card: dict[str, Any], at: dt.datetime) -> None:
    """Refuse a card from the day after its last one, China time."""
    until = card["valid_until"]
    days = [] if LONG_TERM.search(until) else read_days(until)  # some readers write both ends
    if days and days[-1] < at.astimezone(CHINA).date():
        raise errors.IdCardExpired(day=days[-1].isoformat())


def expected_person(dossier: Dossier) -> str:
    """Name who must stand at the counter: the handler stated, or the legal representative as the register names them."""
    stated = keystore.open_json(dossier.claims, keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}")
    is_handlers = dossier.role == "handler"
    return str(stated.get("handler_name", "") if is_handlers else register_words(dossier).legal_representative)


def _require_same_person(dossier: Dossier, card: dict[str, Any]) -> None:
    """Ask that whoever stands at the counter is the handler named in the dossier, or the legal representative."""
    claims = keystore.open_json(dossier.claims, keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}")
    expected = expected_person(dossier)
    number = claims.get("handler_id_number")
    if card["name"] != expected or (number and card["id_number"] != number):
        raise errors.IdReaderMismatch(expected=expected)
