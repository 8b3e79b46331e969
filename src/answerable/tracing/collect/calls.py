"""The calls in the window, a row each, streamed: a busy number's window may hold hundreds of thousands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import QuerySet

from answerable.calls.models import Call
from answerable.complaints.callers import spellings
from answerable.complaints.contact import open_mobile
from answerable.lib import keystore
from answerable.lib.lines import fold
from answerable.lib.tables import write_rows
from answerable.tracing import shape
from answerable.tracing.collect.said import People
from answerable.tracing.models import TraceCase
from answerable.tracing.scope import BASES

FILE = "calls.csv"
MOMENTS = ("started_at", "ringing_at", "answered_at", "ended_at")
COLUMNS = (
    *MOMENTS, "talk_seconds", "caller", "number", "line", "end_status", "refusal", "sip_status", "cause", "ended_by", "trunk",
    "gate", "call_id", "holder_code",
)  # fmt: skip
"""Times are China time with offset; sip_status and cause are SIP's and Q.850's; holder_code is the holder's at that call."""
_READ = (
    *MOMENTS, "caller", "number", "line", "end_status", "refusal", "sip_status", "cause", "ended_by", "source", "host", "call",
    "owner",
)  # fmt: skip
_OFFSET = dt.timezone(dt.timedelta(hours=8))
ROWS_AT_ONCE, ROWS_A_PIECE = 5000, 1000


def sample_caller(case: TraceCase) -> str:
    """Open the sample caller that was named; empty if none was."""
    if not case.caller:
        return ""
    return keystore.open_bytes(case.caller, keystore.trace_key(case.pk), f"caller:{case.pk}").decode()


def calls_in_window(case: TraceCase) -> QuerySet[Call]:
    """List the calls that the basis lets be told, oldest first; by the index on number and time."""
    found = Call.objects.filter(number=case.number_id, started_at__gte=case.since, started_at__lte=case.until)
    if BASES[case.basis].only_the_reporter:
        mobile = open_mobile(case.report) if case.report and case.report.mobile_confirmed_at else ""
        found = found.filter(caller__in=spellings(mobile))
    return found.order_by("started_at", "pk")


@dataclass
class Counted:
    """What is counted while the rows are written."""

    ends: dict[str, int] = field(default_factory=dict)
    talk_seconds: int = 0
    callers: set[str] = field(default_factory=set)
    of_sample: int = 0


@dataclass
class CallFile:
    """The file of calls, and what was counted while it was read to its end."""

    case: TraceCase
    people: People
    counted: Counted = field(default_factory=Counted)

    def rows(self) -> Iterator[bytes]:
        """Write the file, a thousand rows a piece (sealing and hashing cost by the piece); no cell runs in a spreadsheet."""
        lines = write_rows(self._cells())
        while piece := "".join(islice(lines, ROWS_A_PIECE)):
            yield piece.encode()

    def _cells(self) -> Iterator[tuple[object, ...]]:
        yield COLUMNS
        sample = set(spellings(fold(sample_caller(self.case))))
        show: Callable[[str], str] = self.people.caller
        for row in calls_in_window(self.case).values_list(*_READ).iterator(chunk_size=ROWS_AT_ONCE):
            started, ringing, answered, ended, caller, number, line, status, *rest = row
            talked = int((ended - answered).total_seconds()) if answered and ended else 0
            self._count(status, talked, caller, is_sample=caller in sample)
            yield (
                *(_written(at) for at in (started, ringing, answered, ended)), talked,
                caller if caller in sample else show(caller), number, line, status, *("" if one is None else one for one in rest),
            )  # fmt: skip

    def _count(self, status: str, talked: int, caller: str, *, is_sample: bool) -> None:
        self.counted.ends[status] = self.counted.ends.get(status, 0) + 1
        self.counted.talk_seconds += max(talked, 0)
        self.counted.callers.add(caller)
        self.counted.of_sample += is_sample

    def said(self, signalling: shape.Signalling) -> shape.Calls:
        """Say what the file holds, once it was written to its end, and what was kept of the calls' signalling."""
        ends, basis = self.counted.ends, BASES[self.case.basis]
        return shape.Calls(
            file=FILE, count=sum(ends.values()), answered=ends.get("answered", 0),
            missed=ends.get("missed", 0) + ends.get("abandoned", 0), refused=ends.get("refused", 0),
            talk_seconds=self.counted.talk_seconds, callers=len(self.counted.callers),
            of_sample_caller=self.counted.of_sample if self.case.caller else None, masked=not basis.names_people,
            only_the_reporter=basis.only_the_reporter, signalling=signalling,
        )  # fmt: skip


def _written(at: dt.datetime | None) -> str:
    return at.astimezone(_OFFSET).isoformat(timespec="milliseconds") if at else ""
