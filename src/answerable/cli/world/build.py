"""Build the demo world in an empty database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings

from answerable.cli.world import hotline, people, pool, reference, signing
from answerable.numbers.models import Number
from answerable.parties.models import BlacklistEntry, Enterprise, Operator, Person, RegisterEntry, Staff
from answerable.verification import actions as verification

HOTLINE_LINE = "01066668888"


class WorldRefused(Exception):
    """The database holds real data; a demo world never mixes with it."""

    code = "WORLD_REFUSED"


def is_empty() -> bool:
    """Say whether nobody has used this database yet: not even loaded a register, a black list or a member of staff."""
    used = (Operator, Enterprise, RegisterEntry, BlacklistEntry, Staff, Number)
    return not any(model.objects.exists() for model in used)


def build(
    *, at: dt.datetime, size: int | None = None, tell: Callable[[str], None] = print, with_hotline: bool = True
) -> None:
    """Build the world; the papers of the operator's hotline are really read, which takes about half a minute."""
    if not is_empty():
        raise WorldRefused(
            "This database holds real data already (an operator, staff, a register, numbers); the demo world needs an empty one."
        )
    reference.load(at)
    people.load(at)
    size = settings.DEMO_POOL if size is None else size
    pool.load(at, size)
    tell(f"pool: {size} numbers over six prefixes")
    if signing.enrol():
        tell(f"signing devices: {', '.join(signing.STAGES)}")
    if with_hotline:
        open_hotline(at=at, tell=tell)


def open_hotline(*, at: dt.datetime, tell: Callable[[str], None]) -> None:
    """Take the operator's own hotline through every step."""
    person = Person.objects.create(mobile=people.MOBILES["operator"], name="林样本", created_at=at)
    entry = RegisterEntry.objects.get(pk=reference.OPERATOR_CODE)
    order = hotline.apply_for(
        reference.HOTLINE,
        person,
        entry,
        line=HOTLINE_LINE,
        at=at,
        read=lambda document: verification.read_document(document, at=at),
    )
    hotline.handle(order, at=at)
    hotline.review(order, at=at)
    hotline.begin_opening(order, at=at)
    tell(f"{reference.HOTLINE}: the operator's own hotline, order {order.pk}, opening; the test call follows")
