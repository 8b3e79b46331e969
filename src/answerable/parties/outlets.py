"""Is this shop authorised? What the public is told of the operator's own counters and of its agents, on any day."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.db.models import Func, OuterRef, Q, Subquery, TextField

from answerable.lib.workdays import CHINA
from answerable.parties.models import Agent, AgentSpell, Counter
from answerable.parties.queries import AgentState, is_video_allowed, judge_spell

AT_MOST = 20
SHORTEST, LONGEST = 2, 120


@dataclass(frozen=True)
class AgentSaid:
    """An agent as the public is told on a day: what it rests on and whether it was in force; never who acts for it."""

    agent: Agent
    state: AgentState
    """`over`: the licence or the agreement had run out; `none`: not an agent yet."""


@dataclass(frozen=True)
class CounterSaid:
    """One of the operator's own counters on a day."""

    counter: Counter
    is_open: bool
    """Within its first and last day; which hours and holidays is another question."""


@dataclass(frozen=True)
class Outlets:
    """What was found under a name, a credit code or a counter's code. Nothing found: not authorised by this operator."""

    asked: str
    on: dt.date
    counters: tuple[CounterSaid, ...] = ()
    agents: tuple[AgentSaid, ...] = ()

    @property
    def is_found(self) -> bool:
        """Say whether there is anything under that name at all."""
        return bool(self.counters or self.agents)


def folded(text: str) -> str:
    """Fold width and spaces of what somebody typed from a shop's sign."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class _Folded(Func):
    """Fold a column as `folded` folds what was typed."""

    template, output_field = r"regexp_replace(normalize(%(expressions)s, NFKC), '\s', '', 'g')", TextField()


def outlets(text: str, *, on: dt.date, at: dt.datetime) -> Outlets | None:
    """Find counters and agents by a part of the name, or by the whole code; None for fewer than two characters or too many.

    `at` is now: on today's day an agent is judged at this moment, on another at that day's end.
    """
    asked = folded(text)
    if not SHORTEST <= len(asked) <= LONGEST:
        return None
    end = dt.datetime.combine(on, dt.time(23, 59, 59), CHINA)
    return Outlets(asked, on, _counters(asked, on), _agents(asked, min(end, at)))


def _counters(asked: str, on: dt.date) -> tuple[CounterSaid, ...]:
    shown = {"zh": _Folded("name_zh"), "en": _Folded("name_en"), "place": _Folded("address_zh")}
    named = Q(zh__icontains=asked) | Q(en__icontains=asked) | Q(place__icontains=asked) | Q(pk__iexact=asked)
    found = Counter.objects.alias(**shown).filter(named).order_by("code")
    if not is_video_allowed(on):
        found = found.exclude(kind="video")
    return tuple(CounterSaid(one, _is_within(one, on)) for one in found[:AT_MOST])


def _is_within(counter: Counter, day: dt.date) -> bool:
    first, last = counter.open_from or day, counter.open_until or day
    return first <= day <= last


def _agents(asked: str, moment: dt.datetime) -> tuple[AgentSaid, ...]:
    named = Q(shown__icontains=asked) | Q(organisation__credit_code__iexact=asked)
    spell = AgentSpell.objects.filter(agent=OuterRef("pk"), since__lte=moment).order_by("-since", "-pk")
    found = (
        Agent.objects.alias(shown=_Folded("organisation__name"))
        .filter(named)
        .annotate(spell=Subquery(spell.values("state")[:1]))
    )
    rows = found.select_related("organisation").order_by("organisation__name", "-pk")[:AT_MOST]
    return tuple(AgentSaid(one, judge_spell(one, one.spell, moment)) for one in rows)
