"""Who answered for a number on a day past: by the public log, with what the operator's tables add to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from answerable.lib.lines import parse_400
from answerable.lib.workdays import CHINA
from answerable.numbers.logged import Said, Term, in_log, logged, moment
from answerable.numbers.models import Destination, Number, Tenure
from answerable.parties.models import Carrier

TRUNCATED = dt.timedelta(milliseconds=1)
"""The log's times end at the millisecond."""


@dataclass(frozen=True)
class Held:
    """One who answered on the day. Address and contact are what is known of the organisation now: they are in no log."""

    term: Term
    address: str = ""
    complaint_contact: str = ""
    sold_by: str = ""


@dataclass(frozen=True)
class PastAnswer:
    """Who answered on a day, China time: the same four kinds as now; several where the number was passed on that day."""

    kind: Literal["answered", "nobody", "not_ours", "not_open", "not_400"]
    number: str
    on: dt.date
    held: tuple[Held, ...] = ()
    rings: tuple[str, ...] = ()
    """Kinds of the lines that were bound on the day, in calling order."""
    was_halted: bool = False
    """A stop or a pause by the holder, for some of the day at least."""
    carrier: Carrier | None = None
    said: Said | None = None
    until: dt.datetime | None = None
    """Nothing that ends changes what was."""


def who_answered(text: str, *, on: dt.date, at: dt.datetime) -> PastAnswer:
    """Answer the public's question for a day up to today; one query of a number that is ours. `at` is now."""
    parsed = parse_400(text)
    if parsed.kind == "not_400":
        return PastAnswer("not_400", "", on)
    if parsed.kind == "not_open":
        return PastAnswer("not_open", parsed.number, on)
    begin = dt.datetime.combine(on, dt.time(), CHINA)
    end = min(begin + dt.timedelta(days=1), at + TRUNCATED)
    ours = _with_tenures(parsed.number, begin, end)
    if ours is None:
        return PastAnswer("not_ours", parsed.number, on, carrier=Carrier.of_prefix(parsed.number))
    said = logged(ours)
    terms = said.terms(begin, end) if said is not None and said.is_verified(end, on) else []
    if said is None or not terms:
        return PastAnswer("nobody", ours.pk, on, carrier=ours.carrier, said=said)
    return PastAnswer(
        "answered", ours.pk, on, tuple(_held(term, ours.tenures_then) for term in terms), tuple(dict.fromkeys(ours.rings)),
        bool(said.halts(begin, end)), ours.carrier, said,
    )  # fmt: skip


def _with_tenures(number: str, begin: dt.datetime, end: dt.datetime) -> Any:
    tenures = Tenure.objects.filter(number=OuterRef("pk"), since__lt=end).exclude(until__lte=begin).order_by("since")
    known = JSONObject(
        since="since", until="until", address="holder__address", contact="holder__complaint_contact", agent="agent__organisation__name"
    )  # fmt: skip
    bound = Destination.objects.filter(number=OuterRef("pk"), added_at__lt=end, proven_until__gt=begin)
    rings = bound.exclude(removed_at__lte=begin).order_by("position", "pk").values("kind")
    return (
        Number.objects.filter(pk=number)
        .select_related("carrier")
        .annotate(tenures_then=ArraySubquery(tenures.values(known=known)), rings=ArraySubquery(rings), **in_log())
        .first()
    )


def _held(term: Term, tenures: list[dict[str, Any]]) -> Held:
    """Add to a term of the log what the tables know of the tenure that it lies in; a new name is a new term of the same."""
    for one in tenures:
        until = moment(one["until"]) if one["until"] else None
        if moment(one["since"]) < term.since + TRUNCATED and (until is None or term.since < until):
            return Held(term, one["address"], one["contact"], one["agent"] or "")
    return Held(term)
