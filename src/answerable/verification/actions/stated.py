"""What the applicant states: the line, who comes to the counter, and what the licence says, confirmed by a person."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from django.db import transaction

from answerable.lib import keystore
from answerable.lib.identifiers import read_id_number
from answerable.numbers import actions as numbers
from answerable.numbers.rules import refuse_line
from answerable.parties.actions import actor_of, set_name
from answerable.parties.models import Person
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import errors, licence
from answerable.verification.checks.facts import Owner
from answerable.verification.models import Dossier, Handling
from answerable.verification.policy import policy_of

OPEN = ("draft", "more_information_needed")


def set_claims(dossier: Dossier, stated: dict[str, Any], *, by: Actor, at: dt.datetime) -> None:
    """Keep what the applicant states, sealed. The fact names the fields, never their values."""
    with transaction.atomic():
        locked = Dossier.objects.select_for_update().get(pk=dossier.pk)
        require_open(locked)
        merged = keystore.open_json(locked.claims, keystore.dossier_key(locked.pk), f"claims:{locked.pk}") | stated
        dossier.claims = keystore.seal_json(merged, keystore.dossier_key(locked.pk), f"claims:{locked.pk}")
        Dossier.objects.filter(pk=locked.pk).update(claims=dossier.claims)
        record("dossier.claims", by=by, at=at, subject=("dossier", dossier.pk), after={"fields": sorted(stated)})


def confirm_handler(
    dossier: Dossier, *, name: str, id_number: str, was_filled: bool, person: Person, at: dt.datetime
) -> None:
    """Keep who comes to the counter. What was filled from a picture is marked so: it is no evidence that form = picture."""
    if not read_id_number(id_number).is_valid or not name.strip():
        raise errors.PersonInvalid
    with transaction.atomic():
        _require_unhandled(dossier)
        set_claims(
            dossier,
            {
                "handler_name": name.strip(),
                "handler_id_number": read_id_number(id_number).number,
                "handler_provenance": "filled_from_picture" if was_filled else "typed",
            },
            by=actor_of(person),
            at=at,
        )
        if dossier.purpose != "change_handler":  # there the person who asks names somebody else
            set_name(person, name.strip())


def confirm_licence(dossier: Dossier, said: dict[str, str], *, person: Person, at: dt.datetime) -> None:
    """Keep what the person says the licence reads: left as it was filled, or put right by hand; each is marked which.

    It holds for the picture it was said about; another picture asks again. Raise LicenceUnread or LicenceFieldMissing.
    """
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=dossier.pk)
        filled = licence.filled(locked)
        if filled is None:
            raise errors.LicenceUnread
        fields = {}
        for name, (text, source) in filled.fields.items():
            given = said.get(name, "").strip()[:200]
            if not given:
                raise errors.LicenceFieldMissing
            fields[name] = {"text": given, "source": source if given == text else "typed"}
        stated = {"licence": {"document": filled.document_id, "fields": fields}}
        set_claims(locked, stated, by=actor_of(person), at=at)


def set_line(
    dossier: Dossier, text: str, *, person: Person, at: dt.datetime, owner: str = "holder", off_site: bool = False
) -> None:
    """Set the line the number is to ring first, whose it is and where; raise LineRefused or FirstLineNotOwn.

    The reason is given in words of law or of policy. Affiliates' and staff's lines come later, with their letters
    (carriers' requirement 2017), unless the carrier's set says otherwise.
    """
    with transaction.atomic():
        locked = _open_and_unhandled(dossier)
        if not locked.names_its_line:
            raise errors.DossierClosed
        _keep_owner(locked, owner, off_site, person=person, at=at)
        if locked.is_transfer:  # the present holder's lines ring until the approval
            dossier.line = refuse_line(text, is_first=True).digits
        else:
            dossier.line = numbers.replace_first_line(locked.number, text, by=actor_of(person), at=at).line
        Dossier.objects.filter(pk=locked.pk).update(line=dossier.line)


def set_line_owner(dossier: Dossier, *, owner: str, off_site: bool, person: Person, at: dt.datetime) -> None:
    """Say again whose a bound line is and whether it is at another place; what is asked for follows from it."""
    with transaction.atomic():
        _keep_owner(_open_and_unhandled(dossier), owner, off_site, person=person, at=at)


def _keep_owner(dossier: Dossier, owner: str, off_site: bool, *, person: Person, at: dt.datetime) -> None:
    require_owner(owner)
    if dossier.kind == "holder" and owner not in policy_of(dossier.requirement_set).first_line_owners:
        raise errors.FirstLineNotOwn
    set_claims(dossier, {"line_owner": owner, "off_site": off_site}, by=actor_of(person), at=at)


def require_owner(owner: str) -> None:
    """Raise OwnerUnknown unless this is one of those whose lines can be bound."""
    if owner not in get_args(Owner):
        raise errors.OwnerUnknown


def _open_and_unhandled(dossier: Dossier) -> Dossier:
    locked = Dossier.objects.select_for_update(of=("self",)).select_related("requirement_set").get(pk=dossier.pk)
    require_open(locked)
    _require_unhandled(locked)
    return locked


def _require_unhandled(dossier: Dossier) -> None:
    """Keep what the counter has seen: who stood there, and the line on the form they sealed."""
    if Handling.objects.filter(dossier=dossier).exists():
        raise errors.HandledAlready


def require_open(dossier: Dossier) -> None:
    if dossier.state not in OPEN:
        raise errors.DossierClosed
