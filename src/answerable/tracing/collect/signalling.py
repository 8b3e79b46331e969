"""The signalling of the calls in the window, message by message, as far as it is kept and the basis lets it be told.

One JSON object a line. Where the basis names no people a message is told without whom it names: when, between which
ends, method or status, CSeq and Reason; never its headers, for a caller stands in many of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from django.conf import settings
from django.db.models import Max, Min

from answerable.lib import vault
from answerable.signalling import message, store
from answerable.signalling.days import Days
from answerable.tracing import shape
from answerable.tracing.collect.calls import calls_in_window
from answerable.tracing.collect.said import moment
from answerable.tracing.models import TraceCase
from answerable.tracing.scope import BASES

FILE = "signalling.jsonl"
NOT_KEPT = shape.Signalling(kept=False, zh="信令抓包：未留存", en="signalling capture: not kept")
CALLS_AT_ONCE, LINES_A_PIECE = 50_000, 1000
BEFORE_SECONDS, LONGEST_CALL_SECONDS = 60, 4 * 3600 + 600
"""Of a call's own times: it is recorded as it is decided, and ends within the gate's longest call."""


@dataclass
class SignallingFile:
    """The file of messages, and what was counted while it was read to its end."""

    case: TraceCase
    messages: int = 0
    calls: set[str] = field(default_factory=set)

    def rows(self) -> Iterator[bytes] | None:
        """Write the file, a thousand lines a piece; None where nothing was kept."""
        lines = self._lines()
        first = next(lines, None)
        return self._pieces(chain([first], lines)) if first is not None else None

    def said(self) -> shape.Signalling:
        """Say what the file holds, once it was written to its end."""
        if not self.messages:
            return NOT_KEPT
        full = BASES[self.case.basis].names_people
        zh = f"信令 {self.messages} 条，涉及 {len(self.calls)} 次通话" + ("" if full else "；不含报文头和号码")
        en = f"{self.messages} messages of {len(self.calls)} calls" + ("" if full else "; without headers and numbers")
        return shape.Signalling(kept=True, zh=zh, en=en, file=FILE, messages=self.messages, calls=len(self.calls))

    @staticmethod
    def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
        while piece := "".join(islice(lines, LINES_A_PIECE)):
            yield piece.encode()

    def _lines(self) -> Iterator[str]:
        full = BASES[self.case.basis].names_people
        found = calls_in_window(self.case)
        times = found.aggregate(first=Min("started_at"), last=Max("started_at"))
        if times["first"] is None:
            return
        since = times["first"].timestamp() - BEFORE_SECONDS
        until = times["last"].timestamp() + LONGEST_CALL_SECONDS
        days = Days(settings.SIGNALLING, vault.master())
        names = found.values_list("call", flat=True).iterator(chunk_size=CALLS_AT_ONCE)
        while some := list(islice(names, CALLS_AT_ONCE)):
            for kept in store.find(days, calls=some, since=since, until=until):
                self.messages += 1
                self.calls.add(kept.call)
                yield json.dumps(_said(kept, full=full), ensure_ascii=False) + "\n"


def _said(kept: store.Kept, *, full: bool) -> dict[str, str]:
    at = moment(dt.datetime.fromtimestamp(kept.at, dt.UTC))
    said = {"at": at, "call_id": kept.call, "source": kept.source, "target": kept.target} | message.outline(
        kept.message
    )
    return said | ({"message": kept.message.decode("utf-8", "replace")} if full else {})
