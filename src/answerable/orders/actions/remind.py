"""Tell people before something ends: an order's clock, a verification, a line's proof, a paid term. Each once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Destination, Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.orders.clocks import clock_of, ending_by
from answerable.orders.models import Order
from answerable.orders.queries import holder_dossier
from answerable.parties.models import Membership, Notice, Person
from answerable.parties.notices import notify_once
from answerable.parties.queries import operator
from answerable.verification.models import Recheck
from answerable.verification.rechecks import words

DAYS_BEFORE = (1, 7, 30)
"""Before the end of what is in service; one notice each. A sweep that missed a day sends the nearest one only."""
DAYS_BEFORE_CLOCK = 3
TOLD_OF_PAUSE_WITHIN = dt.timedelta(days=3)
FROM_HOUR, TO_HOUR = 9, 21
"""Nobody is woken at night by an end that is days away (China time)."""


@dataclass(frozen=True)
class Ending:
    """Something that ends, who is told, and where it is renewed."""

    code: str
    people: tuple[Person, ...]
    number: str
    until: dt.datetime
    about: str
    link: str
    more: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name this notice of this end: a later end is told of again."""
        return f"{self.code}:{self.about}:{self.until.astimezone(CHINA):%Y%m%d}"


def remind(*, at: dt.datetime) -> int:
    """Send the notices whose day has come, by day only; return how many people were told something new."""
    if not FROM_HOUR <= at.astimezone(CHINA).hour < TO_HOUR:
        return 0
    endings = [*_clocks(at), *_in_service(at), *_rechecks(at)]
    told = set(Notice.objects.filter(key__in=[e.key for e in endings]).values_list("person", "key"))
    fresh = [(e, person) for e in endings for person in e.people if (person.pk, e.key) not in told]
    return sum(_tell(ending, person, at) for ending, person in fresh)


def _tell(ending: Ending, person: Person, at: dt.datetime) -> bool:
    until = f"{ending.until.astimezone(CHINA):%Y-%m-%d %H:%M}"
    with transaction.atomic():
        return notify_once(
            person,
            ending.code,
            key=ending.key,
            at=at,
            link=ending.link,
            number=ending.number,
            until=until,
            **ending.more,
        )


def _clocks(at: dt.datetime) -> Iterator[Ending]:
    """List the orders with three days or less left on a clock."""
    soon = at + dt.timedelta(days=DAYS_BEFORE_CLOCK)
    for order in Order.objects.filter(pk__in=ending_by(soon)).select_related("person"):
        clock = clock_of(order, holder_dossier(order))
        if clock is not None and at < clock.until <= soon:
            code = {"materials": "MATERIALS_ENDING", "counter": "COUNTER_ENDING"}[clock.what]
            link = f"/console/orders/{order.pk}/"
            yield Ending(code, (order.person,), order.number_id, clock.until, order.pk, link, {"order": order.pk})


def _in_service(at: dt.datetime) -> Iterator[Ending]:
    """List what ends within thirty days of the numbers that somebody answers for."""
    soon = (at, at + dt.timedelta(days=max(DAYS_BEFORE)))
    numbers = Number.objects.filter(business_state__in=ANSWERED_FOR, holder__isnull=False)
    lines = Destination.objects.filter(removed_at=None, number__in=numbers, proven_until__range=soon)
    found = [
        *(("VERIFICATION_ENDING", n, n.verified_until, "") for n in numbers.filter(verified_until__range=soon)),
        *(("LINE_PROOF_ENDING", d.number, d.proven_until, d.line) for d in lines.select_related("number")),
        *(("PAID_TERM_ENDING", n, n.paid_until, "") for n in numbers.filter(paid_until__range=soon)),
    ]
    people = _people({n.holder_id for _, n, _, _ in found})
    pages = {"VERIFICATION_ENDING": "", "LINE_PROOF_ENDING": "lines/", "PAID_TERM_ENDING": "renew/"}
    for code, number, until, line in found:
        days = next((d for d in DAYS_BEFORE if until and at < until <= at + dt.timedelta(days=d)), None)
        if days is not None and until is not None:
            about, link = f"{number.pk}:{line}:{days}", f"/console/numbers/{number.pk}/{pages[code]}"
            yield Ending(code, people[number.holder_id], number.pk, until, about, link, {"line": line} if line else {})


def _rechecks(at: dt.datetime) -> Iterator[Ending]:
    """List what is asked again and ends soon, and what paused a number within the last days (art. 32: say so, and how to undo it).

    What ends with the verification itself is told of as that.
    """
    soon = (at - TOLD_OF_PAUSE_WITHIN, at + dt.timedelta(days=max(DAYS_BEFORE)))
    asked = Recheck.objects.filter(state="open", deadline__range=soon, number__business_state__in=ANSWERED_FOR)
    found = list(asked.exclude(ground__in=["expiring", "yearly"], deadline__gt=at).order_by("pk"))
    people = _people({one.enterprise_id for one in found})
    for one in found:
        days = next((d for d in DAYS_BEFORE if one.deadline <= at + dt.timedelta(days=d)), 0)
        code, about = ("RECHECK_PAUSED", f"{one.pk}") if one.deadline <= at else ("RECHECK_ENDING", f"{one.pk}:{days}")
        yield Ending(
            code,
            people[one.enterprise_id],
            one.number_id,
            one.deadline,
            about,
            f"/console/rechecks/{one.pk}/",
            {**words(one), "hotline": operator().hotline},
        )


def _people(holders: set[int | None]) -> defaultdict[int | None, tuple[Person, ...]]:
    """Collect who is proven to act for each organisation, in one query."""
    people: defaultdict[int | None, tuple[Person, ...]] = defaultdict(tuple)
    members = Membership.objects.filter(enterprise__in=holders - {None}, proven_at__isnull=False)
    for member in members.select_related("person"):
        people[member.enterprise_id] += (member.person,)
    return people
