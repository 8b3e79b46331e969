"""How data is said on a page: both languages, money, numbers, states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from answerable.billing.prices import yuan as write_yuan
from answerable.lib.lines import CARRIER_NAMES
from answerable.verification import rechecks
from answerable.verification.models import Recheck
from answerable.web.templatetags.words.facts import FACTS, LOG_KINDS
from answerable.web.templatetags.words.fields import FIELDS, READING_STAGES
from answerable.web.templatetags.words.names import COMPLAINT, NETWORK, OUTCOMES, PROCESSES, REVIEW_STAGES, STAGES
from answerable.web.templatetags.words.states import STATES

register = template.Library()

TABLES: dict[str, Mapping[str, tuple[str, ...]]] = {
    "about_word": rechecks.STOCK_FINDINGS,
    "actor_word": PROCESSES,
    "complaint_word": COMPLAINT,
    "fact_word": FACTS,
    "field_word": FIELDS,
    "finding_word": rechecks.STOCK_FINDINGS,
    "log_word": LOG_KINDS,
    "network_word": NETWORK,
    "outcome_word": OUTCOMES,
    "reading_stage_word": READING_STAGES,
    "stage_name": REVIEW_STAGES,
    "stage_word": STAGES,
    "state_word": STATES,
}
"""The tables by the filter that says their words: `{{ fact.what|fact_word }}`. What a table lacks is said as it is."""


def is_chinese() -> bool:
    """Say whether the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")


def said(key: str, *, table: Mapping[str, tuple[str, ...]]) -> str:
    """Say a key of a table in the page's language."""
    zh, en = table.get(key, (key, key))[:2]
    return zh if is_chinese() else en


for _name, _table in TABLES.items():
    register.filter(_name, partial(said, table=_table))


@register.filter
def words(thing: Any, stem: str = "") -> str:
    """Say a thing that has both languages: `.zh/.en`, `.STEM_zh/.STEM_en`, a dict with zh/en, or a (zh, en) tuple."""
    language = "zh" if is_chinese() else "en"
    if isinstance(thing, tuple | list) and not stem:  # a refusal is a tuple with names, and is asked for by stem
        return str(thing[0 if language == "zh" else 1])
    if isinstance(thing, dict):
        return str(thing.get(language, ""))
    return str(getattr(thing, f"{stem}_{language}" if stem else language, ""))


@register.filter
def yuan(fen: int | None) -> str:
    """Write fen as CNY."""
    return "" if fen is None else f"¥{write_yuan(fen)}"


@register.filter
def spaced(number: str) -> str:
    """Write a 400 number as people read it: 400-812-3456."""
    text = str(number)
    return f"{text[:3]}-{text[3:6]}-{text[6:]}" if len(text) == 10 and text.startswith("400") else text


@register.filter
def badge(state: str) -> SafeString:
    """Show a state as a badge with its words."""
    tone = STATES[state][2] if state in STATES else ""
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", said(state, table=STATES))


@register.filter
def badge_word(state: str) -> str:
    """Say a state without its badge."""
    return said(state, table=STATES)


@register.filter
def both_states(text: str) -> str:
    """Say `business / network` in the page's language; what is no pair of states (a name) stays as it is."""
    business, slash, network = text.partition(" / ")
    return f"{said(business, table=STATES)} / {said(network, table=NETWORK)}" if slash else said(text, table=STATES)


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Write a moment in China time: 2026-11-22 18:05."""
    return "" if not at else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.filter
def seconds(at: dt.datetime | None) -> str:
    """Write a moment with seconds."""
    return "" if not at else f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


@register.filter
def day(at: dt.datetime | dt.date | None) -> str:
    """Write a day: 2026-11-22."""
    if isinstance(at, dt.datetime):
        at = timezone.localtime(at)
    return "" if not at else f"{at:%Y-%m-%d}"


@register.filter
def iso(at: dt.datetime | None) -> str:
    """Write a moment for programs (data-until)."""
    return "" if not at else at.isoformat()


@register.filter
def get(table: dict[str, Any], key: str) -> Any:
    """Look a key up in a dict."""
    return table.get(key)


@register.filter
def both(said: dict[str, str], stem: str) -> str:
    """Say one of a dict's things that has both languages as STEM_zh and STEM_en."""
    return said[f"{stem}_{'zh' if is_chinese() else 'en'}"]


@register.filter
def to_do(recheck: Recheck) -> str:
    """Say what a re-verification asks for."""
    return words(rechecks.to_do(recheck))


@register.filter
def ground_word(recheck: Recheck) -> str:
    """Say why something is asked again."""
    return words(rechecks.ground_words(recheck))


@register.filter
def level_word(level: int) -> str:
    """Say a level of re-verification."""
    return words(rechecks.LEVELS[level])


@register.filter
def carrier_name(code: str) -> str:
    """Name a carrier."""
    return words(CARRIER_NAMES[code]) if code in CARRIER_NAMES else code


@register.filter
def plain(data: dict[str, Any] | None) -> str:
    """Write what a fact recorded: `key: value` pairs."""
    return "; ".join(f"{key}: {value}" for key, value in (data or {}).items())


@register.filter
def split(text: str) -> list[str]:
    """Split a list written with commas."""
    return text.split(",")


@register.filter
def ring_time(call: Any) -> str:
    """Say how long a call rang, in seconds."""
    end = call.answered_at or call.ended_at
    return f"{(end - call.ringing_at).total_seconds():.1f} s" if call.ringing_at and end else ""


@register.filter
def talk_time(call: Any) -> str:
    """Say how long a call lasted from its answer: mm:ss."""
    if not (call.answered_at and call.ended_at):
        return ""
    total = max(0, int((call.ended_at - call.answered_at).total_seconds()))
    return f"{total // 60}:{total % 60:02d}"


@register.filter
def svg(value: float) -> str:
    """Write a coordinate with a point, whatever the language writes."""
    return f"{value:.2f}"
