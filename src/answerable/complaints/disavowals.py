"""An organisation says "that is not our hotline": file, contest, decide, take down.

The statement is shown in the look-up only once the holder could contest it and a risk officer upheld it; who entered a
letter does not decide about it.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.models import Disavowal
from answerable.lib import vault
from answerable.lib.lines import normalise_400
from answerable.lib.workdays import CHINA, add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number, Statement
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Person, Staff
from answerable.parties.notices import notify
from answerable.parties.queries import people_of, proven_for, register_entry, require
from answerable.trail.actions import record
from answerable.trail.actors import Actor

CONTEST_WITHIN_WORKDAYS = 5
LETTER_BYTES = 15 * 1024 * 1024
TEXT_AT_MOST, ANSWER_AT_MOST = 2000, 1000


def disavow(number: str, enterprise: Enterprise | None, text: str, *, person: Person, at: dt.datetime) -> Disavowal:
    """Claim for an organisation that a person is proven to act for.

    Raise NotYourOrganisation, or what `_file` raises.
    """
    if enterprise is None or not proven_for(person).filter(pk=enterprise.pk).exists():
        raise errors.NotYourOrganisation
    said = {"credit_code": enterprise.credit_code, "name": enterprise.name, "person": person}
    with transaction.atomic():
        made = _file(number, text, said, by=actor_of(person), at=at)
        _tell(person, "DISAVOWAL_FILED", made, at=at)
    return made


def disavow_by_letter(
    number: str, credit_code: str, text: str, letter: bytes, *, staff: Staff, at: dt.datetime
) -> Disavowal:
    """Enter a sealed letter that an organisation sent or brought; raise LetterInvalid, what the register says, or what `_file` raises."""
    require(staff, "decide_disavowals")
    entry = register_entry(credit_code)
    if not letter.startswith(b"%PDF-") or len(letter) > LETTER_BYTES:
        raise errors.LetterInvalid
    digest = hashlib.sha256(letter).hexdigest()
    said = {
        "credit_code": entry.credit_code, "name": entry.name, "entered_by": staff, "letter_sha256": digest,
        "letter": vault.seal_bytes(letter, _context(digest)),
    }  # fmt: skip
    with transaction.atomic():
        return _file(number, text, said, by=actor_of(staff), at=at)


def letter_of(made: Disavowal, *, staff: Staff, at: dt.datetime) -> bytes:
    """Open the letter; that it was opened is a fact."""
    require(staff, "decide_disavowals")
    _record(made, "disavowal.letter_shown", by=actor_of(staff), at=at)
    return vault.open_bytes(made.letter or b"", _context(made.letter_sha256))


def _context(digest: str) -> str:
    return f"disavowal-letter:{digest}"


def _file(typed: str, text: str, said: dict[str, object], *, by: Actor, at: dt.datetime) -> Disavowal:
    """Write the claim down and tell the holder. Raise DisavowalTextMissing, NumberNotOurs, NobodyAnswersForIt, DisavowedOwnNumber or DisavowedAlready."""
    if not text.strip():
        raise errors.DisavowalTextMissing
    number = (
        Number.objects.select_for_update(of=("self",))
        .select_related("holder")
        .filter(pk=normalise_400(typed) or "")
        .first()
    )
    if number is None:
        raise errors.NumberNotOurs
    holder = number.holder
    if holder is None or number.business_state not in ANSWERED_FOR:
        raise errors.NobodyAnswersForIt(number=number.pk)
    if holder.credit_code == said["credit_code"]:
        raise errors.DisavowedOwnNumber
    if Statement.objects.filter(number=number, holder=holder, credit_code=said["credit_code"], ended_at=None).exists():
        raise errors.DisavowedAlready
    try:
        with transaction.atomic():
            made = Disavowal.objects.create(
                number=number, holder=holder, text=text.strip()[:TEXT_AT_MOST], filed_at=at,
                contest_until=add_workdays(at, CONTEST_WITHIN_WORKDAYS), **said,
            )  # fmt: skip
    except IntegrityError:
        raise errors.DisavowedAlready from None
    _record(made, "disavowal.filed", by=by, at=at)
    _tell_holder(made, "DISAVOWED", at=at)
    return made


def contest(made: Disavowal, text: str, *, person: Person, at: dt.datetime) -> None:
    """Contest for the holder, once and in time; raise NotTheHolder, ContestMissing or ContestTooLate."""
    if not proven_for(person).filter(pk=made.holder_id).exists():
        raise errors.NotTheHolder
    if not text.strip():
        raise errors.ContestMissing
    with transaction.atomic():
        changed = Disavowal.objects.filter(pk=made.pk, state="open", contested_at=None, contest_until__gte=at).update(
            contest=text.strip()[:TEXT_AT_MOST], contested_by=person, contested_at=at
        )
        if not changed:
            raise errors.ContestTooLate
        _record(made, "disavowal.contested", by=actor_of(person), at=at)


def withdraw(made: Disavowal, *, person: Person, at: dt.datetime) -> None:
    """Take the claim back for the organisation that made it; a statement that is shown goes. Raise NotYourOrganisation or DisavowalDecided."""
    if not proven_for(person).filter(credit_code=made.credit_code).exists():
        raise errors.NotYourOrganisation
    with transaction.atomic():
        if Disavowal.objects.filter(pk=made.pk, state="open").update(state="withdrawn"):
            _record(made, "disavowal.withdrawn", by=actor_of(person), at=at)
            _tell_holder(made, "DISAVOWAL_ENDED", at=at)
            return
        _end(made, by=actor_of(person), at=at)


def uphold(made: Disavowal, answer: str, *, staff: Staff, at: dt.datetime) -> None:
    """Decide for who claimed: the look-up says so from now on. Raise NotContestableYet before the holder contested or could no more."""
    with transaction.atomic():
        number = _decide(made, "upheld", answer, staff=staff, at=at)
        if number.holder_id == made.holder_id:
            numbers.state(number, made.holder, name=made.name, credit_code=made.credit_code, about=_about(made), at=at)
        _tell_both(made, "DISAVOWAL_UPHELD", at=at)


def reject(made: Disavowal, answer: str, *, staff: Staff, at: dt.datetime) -> None:
    """Decide against who claimed, saying why; nothing is shown."""
    with transaction.atomic():
        _decide(made, "rejected", answer, staff=staff, at=at)
        _tell_both(made, "DISAVOWAL_REJECTED", at=at)


def take_down(made: Disavowal, *, staff: Staff, at: dt.datetime) -> None:
    """End a statement that does not hold any more; raise DisavowalDecided where none is shown."""
    require(staff, "decide_disavowals")
    with transaction.atomic():
        _end(made, by=actor_of(staff), at=at)


def _decide(made: Disavowal, state: str, answer: str, *, staff: Staff, at: dt.datetime) -> Number:
    require(staff, "decide_disavowals")
    if not answer.strip():
        raise errors.AnswerMissing
    number = Number.objects.select_for_update().get(pk=made.number_id)
    locked = Disavowal.objects.select_for_update().get(pk=made.pk)
    if locked.state != "open":
        raise errors.DisavowalDecided
    if locked.entered_by_id == staff.pk:
        raise errors.EnteredByYou
    if state == "upheld" and locked.contested_at is None and at <= locked.contest_until:
        raise errors.NotContestableYet(until=_day(locked))
    locked.state, locked.decided_by, locked.decided_at, locked.answer = (
        state,
        staff,
        at,
        answer.strip()[:ANSWER_AT_MOST],
    )
    locked.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    made.refresh_from_db()
    _record(made, f"disavowal.{state}", by=actor_of(staff), at=at)
    return number


def _end(made: Disavowal, *, by: Actor, at: dt.datetime) -> None:
    if not Disavowal.objects.filter(pk=made.pk, state="upheld", ended_at=None).update(ended_at=at):
        raise errors.DisavowalDecided
    numbers.unstate(_about(made), at=at)
    _record(made, "disavowal.ended", by=by, at=at)
    _tell_both(made, "DISAVOWAL_ENDED", at=at)


def _about(made: Disavowal) -> str:
    return f"disavowal:{made.pk}"


def _day(made: Disavowal) -> str:
    return f"{made.contest_until.astimezone(CHINA):%Y-%m-%d}"


def _record(made: Disavowal, what: str, *, by: Actor, at: dt.datetime) -> None:
    # Not a fact of the number's: the holder reads those, and learns which organisation claims, never which person.
    record(what, by=by, at=at, subject=("disavowal", made.pk), after={"number": made.number_id})


def _tell(person: Person, code: str, made: Disavowal, *, at: dt.datetime) -> None:
    link = f"/console/disavowals/{made.pk}/"
    notify(person, code, at=at, number=made.number_id, organisation=made.name, until=_day(made), link=link)


def _tell_holder(made: Disavowal, code: str, *, at: dt.datetime) -> None:
    for person in people_of(made.holder_id):
        _tell(person, code, made, at=at)


def _tell_both(made: Disavowal, code: str, *, at: dt.datetime) -> None:
    _tell_holder(made, code, at=at)
    if made.person is not None:
        _tell(made.person, code, made, at=at)
