"""What the public log says of a number, read beside the number itself: history, entries, and what opens a holder's commitment."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, OuterRef, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from answerable.transparency.actions import unseal
from answerable.transparency.history import Halt, History
from answerable.transparency.models import Entry, Opening, Standing


@dataclass(frozen=True)
class Opened:
    """A holder's commitment with what opens it: SHA-256 over salt and value makes the commitment."""

    commitment: str
    salt: str
    value: str

    @property
    def credit_code(self) -> str:
        """Return whom it names."""
        return str(json.loads(self.value).get("credit_code", ""))


@dataclass(frozen=True)
class Term:
    """Who answered from when until when (None: still), in words that anybody may read."""

    name: str
    """Empty where the holder was a natural person by name and what opened the commitment is destroyed."""
    credit_code: str
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True)
class Said:
    """A number's history by the log, the entries that say it (index and canonical bytes), and the commitments opened."""

    history: History
    entries: tuple[tuple[int, bytes], ...]
    opened: tuple[Opened, ...]

    @property
    def rows(self) -> list[tuple[int, str, dt.datetime]]:
        """Return what each entry is: index, kind, when."""
        read = [(index, json.loads(entry)) for index, entry in self.entries]
        return [(index, str(entry["kind"]), moment(entry["at"])) for index, entry in read]

    def terms(self, begin: dt.datetime, end: dt.datetime) -> list[Term]:
        """Return who answered between two moments, in order."""
        return [
            Term(*self._named(one.holder), moment(one.since), moment(one.until) if one.until else None)
            for one in self.history.during(written(begin), written(end))
        ]

    def halts(self, begin: dt.datetime, end: dt.datetime) -> list[Halt]:
        """Return the stops and pauses between two moments."""
        return self.history.halted(written(begin), written(end))

    def is_verified(self, end: dt.datetime, day: dt.date) -> bool:
        """Say whether the newest approval before a moment was good for a day."""
        return self.history.verified_until(written(end)) >= day.isoformat()

    def _named(self, holder: Mapping[str, Any]) -> tuple[str, str]:
        if "commitment" not in holder:
            return str(holder["name"]), str(holder["credit_code"])
        value = next((one.value for one in self.opened if one.commitment == holder["commitment"]), "{}")
        named = json.loads(value)
        return str(named.get("name", "")), str(named.get("credit_code", ""))


def written(at: dt.datetime) -> str:
    """Write a moment as the log's entries do."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def moment(text: str) -> dt.datetime:
    """Read a moment of the log."""
    return dt.datetime.fromisoformat(text)


def in_log() -> dict[str, Combinable]:
    """Annotate a query of numbers with what the log says: `history`, `leaves` and `openings`, as `logged` reads them."""
    standing = Standing.objects.filter(pk=OuterRef("pk"))
    shown = Standing.objects.filter(pk=OuterRef("number"), commitments__contains=[OuterRef("commitment")])
    sealed = Func(F("sealed"), Value("base64"), function="encode", output_field=TextField())
    openings = Opening.objects.filter(Exists(shown), number=OuterRef("pk")).order_by("pk")
    return {
        "history": Subquery(standing.values("history")[:1]),
        "leaves": ArraySubquery(Entry.objects.filter(number=OuterRef("pk")).order_by("index").values("leaf")),
        "openings": ArraySubquery(openings.values(pair=JSONObject(commitment="commitment", sealed=sealed))),
    }


def logged(row: Any) -> Said | None:
    """Read what `in_log` annotated a number with; None where the log says nothing of it."""
    if row.history is None:
        return None
    history = History.of_plain(row.pk, row.history)
    entries = zip(history.indices, map(bytes, row.leaves), strict=True)
    return Said(history, tuple(entries), tuple(_open(one) for one in row.openings))


def _open(pair: Mapping[str, str]) -> Opened:
    salt, value = unseal(pair["commitment"], base64.b64decode(pair["sealed"]))
    return Opened(pair["commitment"], salt.hex(), value)
