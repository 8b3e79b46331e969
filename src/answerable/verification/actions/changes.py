"""Changes that a holder asks for: handler, name, representative, a pause, release. The number works as it was meanwhile.

Each is a dossier of its own set of papers and goes through the counter, where its set says so, and both reviews; what it
changes is changed in the transaction of the approval. A release ends orders too: `orders.follow_dossier` does it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction

from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.actions import actor_of, follow_register, replace_handler
from answerable.parties.models import Enterprise, Membership, Person, RegisterEntry
from answerable.parties.notices import notify
from answerable.parties.publication import holder_entry
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import publish
from answerable.verification import errors
from answerable.verification.actions.dossiers import open_dossier
from answerable.verification.actions.stated import OPEN
from answerable.verification.models import Dossier, Handling
from answerable.verification.policy import policy_of
from answerable.verification.queries import claims

PURPOSES: dict[str, tuple[str, str]] = {
    "change_handler": ("变更经办人", "Change of handler"),
    "change_name": ("变更单位名称", "Change of name"),
    "change_representative": ("变更法定代表人", "Change of legal representative"),
    "pause": ("停机保号", "Pause"),
    "release": ("销号", "Release"),
}
_FIELDS = {"change_name": "name", "change_representative": "legal_representative"}


def begin_change(
    number: Number, purpose: str, *, person: Person, at: dt.datetime, mobile: str = "", until: dt.date | None = None
) -> Dossier:
    """Open the dossier of a change that a holder's proven person asks for.

    `mobile` is the new handler's, `until` the last day of a pause. Raise ChangeUnknown, MobileWrong, PauseInvalid,
    RegisterUnchanged, AlreadyOpen, or StoppedForCause of a release.
    """
    member = Membership.objects.filter(person=person, enterprise=number.holder, proven_at__isnull=False).first()
    if number.holder is None or member is None or number.business_state not in ANSWERED_FOR:
        raise errors.DossierUnknown
    if purpose not in PURPOSES:
        raise errors.ChangeUnknown
    first = Dossier.objects.filter(number=number.pk, enterprise=number.holder, kind="holder", state="approved").first()
    before = claims(first) if first else {}
    try:
        with transaction.atomic():
            # A new handler comes to the counter in person, whoever asks for the change.
            role = "handler" if purpose == "change_handler" else member.role
            dossier = open_dossier(
                kind="change", enterprise=number.holder, number=number.pk, carrier=number.carrier_id, use=before.get("use", "own"),
                industry=before.get("industry_code", ""), role=role, purpose=purpose, person=person, at=at,
                stated={key: before[key] for key in ("industry", "use_text") if key in before}
                | _stated(purpose, number, mobile=mobile, until=until),
            )  # fmt: skip
            _require_sense(dossier, number, until, at)
    except IntegrityError:
        raise errors.AlreadyOpen from None
    return dossier


def _stated(purpose: str, number: Number, *, mobile: str, until: dt.date | None) -> dict[str, Any]:
    if purpose == "change_handler":
        if not re.fullmatch(r"1[3-9][0-9]{9}", mobile):
            raise errors.MobileWrong
        return {"handler_mobile": mobile}
    if purpose == "pause":
        return {"pause_until": until.isoformat() if until else ""}
    if purpose == "release":
        return {}
    if not _register_says(number.holder, _FIELDS[purpose]):
        raise errors.RegisterUnchanged
    return {}


def _register_says(enterprise: Enterprise | None, field: str) -> RegisterEntry | None:
    """Return the register's row where it names something else than we do: a change follows the register."""
    entry = RegisterEntry.objects.filter(pk=enterprise.credit_code).first() if enterprise else None
    return entry if entry and getattr(entry, field) != getattr(enterprise, field) else None


def _require_sense(dossier: Dossier, number: Number, until: dt.date | None, at: dt.datetime) -> None:
    """Ask that a pause begins from a working number and ends in time, and that a release is no way out of a stop."""
    if dossier.purpose == "release":
        numbers.require_releasable(number.pk)
    if dossier.purpose != "pause":
        return
    today, most = at.astimezone(CHINA).date(), policy_of(dossier.requirement_set).pause_days
    if number.business_state != "working" or until is None or not today < until <= today + dt.timedelta(days=most):
        raise errors.PauseInvalid(most=most)


def cancel_change(dossier: Dossier, *, person: Person, at: dt.datetime) -> None:
    """Take a change back before the counter has handled it, or before the first review where it needs no counter."""
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        is_open = locked.state in {*OPEN, "submitted"} and locked.kind == "change"
        if not is_open or locked.reviews.exists() or Handling.objects.filter(dossier=locked).exists():
            raise errors.DossierClosed
        Dossier.objects.filter(pk=locked.pk).update(state="revoked", decided_at=at)
        subject = ("dossier", locked.pk)
        record("dossier.revoked", by=actor_of(person), at=at, subject=subject, number=locked.number)


def resume(number: Number, *, person: Person, at: dt.datetime) -> None:
    """End a pause at the holder's word; raise NotVerifiedAnyMore where the verification ended meanwhile."""
    if not Membership.objects.filter(person=person, enterprise=number.holder, proven_at__isnull=False).exists():
        raise errors.DossierUnknown
    with transaction.atomic():
        numbers.resume(number.pk, by=actor_of(person), at=at)
        notify(person, "RESUMED", at=at, number=number.pk, link=f"/console/numbers/{number.pk}/")


def _publish_name(holder: Enterprise, at: dt.datetime) -> None:
    """Say in the public log of each number that the same organisation answers for it under its new name."""
    holder.refresh_from_db()
    for number in Number.objects.filter(holder=holder, business_state__in=ANSWERED_FOR).order_by("pk"):
        publish("renamed", number=number.pk, at=at, holder=holder_entry(holder, number=number.pk))


def apply_change(dossier: Dossier, *, by: Actor, at: dt.datetime) -> None:
    """Put an approved change into force, in the approval's own transaction."""
    stated, holder = claims(dossier), dossier.enterprise
    if dossier.purpose == "release":
        numbers.require_releasable(dossier.number)
        return
    if dossier.purpose == "change_handler":
        replace_handler(holder, stated["handler_mobile"], name=stated["handler_name"], by=by, at=at)
    elif dossier.purpose == "pause":
        until = dt.datetime.combine(dt.date.fromisoformat(stated["pause_until"]), dt.time(23, 59, 59), CHINA)
        if until <= at:
            raise errors.PauseOver
        numbers.pause(dossier.number, until=until, by=by, at=at)
    else:
        entry = _register_says(holder, _FIELDS[dossier.purpose])
        if entry is None:
            raise errors.RegisterUnchanged
        follow_register(holder, entry, by=by, at=at)
        if dossier.purpose == "change_name":
            _publish_name(holder, at)
    subject = ("dossier", dossier.pk)
    record(
        "dossier.change_applied",
        by=by,
        at=at,
        subject=subject,
        number=dossier.number,
        after={"purpose": dossier.purpose},
    )
