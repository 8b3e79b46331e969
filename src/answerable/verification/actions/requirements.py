"""Change a requirement set: one compliance officer proposes a version, another approves or rejects it; neither alone."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max

from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record
from answerable.verification import errors
from answerable.verification.models import RequirementSet
from answerable.verification.queries import set_before
from answerable.verification.requirements.compare import changes
from answerable.verification.requirements.content import Mistake, mistakes


class Invalid(errors.RequirementInvalid):
    """Carry every mistake with its place, for the form to show beside its field."""

    def __init__(self, found: list[Mistake]) -> None:
        super().__init__(count=len(found))
        self.mistakes = found


def propose(draft: RequirementSet, *, why: str, staff: Staff, at: dt.datetime) -> RequirementSet:
    """Propose the next version of a set, in force from today or a later day once another officer approves it.

    `draft` is unsaved. Raise Invalid with every mistake, RequirementDayPast, RequirementUnchanged, RequirementProposed.
    """
    require(staff, "edit_requirements")
    if found := mistakes(draft):
        raise Invalid(found)
    _require_why(why)
    _require_day(draft, at)
    before = set_before(draft)
    if before is not None and all(change.name_en == "In force from" for change in changes(before, draft)):
        raise errors.RequirementUnchanged
    try:
        with transaction.atomic():
            versions = RequirementSet.objects.filter(**draft.key).aggregate(newest=Max("version"))
            draft.version = (versions["newest"] or 0) + 1
            draft.state, draft.proposed_by, draft.proposed_at, draft.why = "proposed", staff, at, why.strip()
            draft.save(force_insert=True)
            _record("requirement.proposed", draft, staff=staff, at=at)
    except IntegrityError:
        raise errors.RequirementProposed from None
    return draft


def approve(rules: RequirementSet, *, staff: Staff, at: dt.datetime) -> RequirementSet:
    """Approve another officer's proposal: from its day on new applications are filed under it."""
    return _decide(rules, "approved", "", staff=staff, at=at)


def reject(rules: RequirementSet, *, why: str, staff: Staff, at: dt.datetime) -> RequirementSet:
    """Reject another officer's proposal, saying why; it stays in the history."""
    _require_why(why)
    return _decide(rules, "rejected", why.strip(), staff=staff, at=at)


def _decide(rules: RequirementSet, state: str, why: str, *, staff: Staff, at: dt.datetime) -> RequirementSet:
    require(staff, "edit_requirements")
    with transaction.atomic():
        locked = RequirementSet.objects.select_for_update().get(pk=rules.pk)
        if locked.state != "proposed":
            raise errors.RequirementDecided
        if locked.proposed_by_id == staff.pk:
            raise errors.SecondOfficerMustDiffer
        if state == "approved":
            _require_day(locked, at)
        locked.state, locked.decided_by, locked.decided_at, locked.decided_why = state, staff, at, why
        locked.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
        _record(f"requirement.{state}", locked, staff=staff, at=at)
    return locked


def _require_why(why: str) -> None:
    if not 1 <= len(why.strip()) <= 200:
        raise errors.WhyMissing


def _require_day(rules: RequirementSet, at: dt.datetime) -> None:
    """Refuse a day that is past: whoever filed since then would be asked for something else afterwards."""
    if rules.effective_from < at.astimezone(CHINA).date():
        raise errors.RequirementDayPast


def _record(what: str, rules: RequirementSet, *, staff: Staff, at: dt.datetime) -> None:
    after = rules.key | {"version": rules.version, "effective_from": rules.effective_from.isoformat()}
    record(what, by=actor_of(staff), at=at, subject=("requirement_set", rules.pk), after=after)
