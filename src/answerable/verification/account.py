"""What the operator's own tables say about an applicant, and the days that are running: facts for the checks."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.numbers.queries import count_with
from answerable.numbers.states import ANSWERED_FOR
from answerable.verification import lookups
from answerable.verification.checks import Account, Clocks
from answerable.verification.checks.facts import Person
from answerable.verification.licence import reading_of
from answerable.verification.models import Dossier, Handling
from answerable.verification.queries import claims, documents, is_called_back

PENDING_MAX = 2
"""Applications of one organisation that may be under way at once."""
UNDECIDED = ("draft", "submitted", "more_information_needed", "deferred", "unsuccessful")


def account_of(dossier: Dossier) -> Account:
    """Collect quota, black list, channel and call-back; of one line's own dossier only what concerns the line."""
    carrier = lookups.number_carrier(dossier.number)
    if dossier.kind == "destination":
        return Account(call_back=_call_back(dossier), number_carrier=carrier)
    handling = Handling.objects.filter(dossier=dossier).select_related("counter").first()
    opens = Dossier.objects.filter(enterprise=dossier.enterprise, kind="holder", state__in=UNDECIDED).exclude(
        order_no=""
    )
    return Account(
        numbers_held=_others_held(dossier, carrier), quota=dossier.enterprise.quota if dossier.names_its_line else None,
        pending=opens.count(), pending_limit=PENDING_MAX if dossier.opens_a_number else None, blacklisted=tuple(_blacklisted(dossier)),
        channel=handling.counter.kind if handling else "web", call_back=_call_back(dossier), number_carrier=carrier,
    )  # fmt: skip


def clocks_of(dossier: Dossier) -> Clocks:
    """Collect the days up to which a number in service is paid for, verified, and its papers on file are valid.

    The days for filing papers run with the order, which ends by itself when they are over.
    """
    number = Number.objects.filter(pk=dossier.number, business_state__in=ANSWERED_FOR).first()
    if dossier.names_its_line or number is None:
        return Clocks()
    on_file = Dossier.objects.filter(
        number=dossier.number, enterprise=dossier.enterprise, kind="holder", state="approved"
    )
    before = on_file.exclude(pk=dossier.pk).order_by("-decided_at").first()
    papers = earliest_expiry(before) if before else None
    return Clocks(
        top_up_until=_day(number.paid_until), real_name_until=_day(number.verified_until),
        papers_until=papers - dt.timedelta(days=1) if papers else None,
    )  # fmt: skip


def earliest_expiry(dossier: Dossier) -> dt.date | None:
    """Return the day after the last one on which all documents are valid, as far as they were read; 长期 has no end."""
    readings = [reading for reading in map(reading_of, documents(dossier)) if reading is not None]
    texts = [reading.value(name) for reading in readings for name in ("term", "validity")]
    ends = [day for day in map(_read_day, texts) if day is not None]
    return min(ends) + dt.timedelta(days=1) if ends else None


def _others_held(dossier: Dossier, carrier: str) -> int:
    held = count_with(dossier.enterprise, carrier)
    return held - Number.objects.filter(pk=dossier.number, holder=dossier.enterprise).count()


def _blacklisted(dossier: Dossier) -> list[Person]:
    handler = str(claims(dossier).get("handler_id_number", ""))
    card = documents(dossier).filter(slot="rep_id_portrait").first()
    reading = reading_of(card) if card else None
    found: tuple[tuple[Person, bool], ...] = (
        ("enterprise", lookups.is_barred(dossier.enterprise.credit_code)),
        ("legal_representative", lookups.is_punished(reading.value("id_number") if reading else "")),
        ("handler", lookups.is_punished(handler)),
    )
    return [person for person, is_listed in found if is_listed]


def _call_back(dossier: Dossier) -> Literal["", "none", "passed", "failed"]:
    if not dossier.line:
        return ""
    if is_called_back(dossier):
        return "passed"
    return "failed" if dossier.callbacks.filter(line=dossier.line, state="done").exists() else "none"


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(CHINA).date() if moment else None


def _read_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
