"""Count calls from the gate's records, under the field's names.

A call's outcome counts once: answered at its first answer, cancelled, failed (a line was tried) or refused (none was).
The counters begin at the exporter's start, as Prometheus expects; what lies in the spool from before tells only which
calls are in progress.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from answerable.gate.refusals import REFUSALS
from answerable.spool.records import SpoolRecord

OUTCOMES = ("answered", "cancelled", "failed", "refused")
FORGET_SECONDS = 5 * 3600
"""A call of which no end comes (a gate that died) is no longer in progress after the longest call and an hour."""
_DELAYS = (0.25, 0.5, 1, 2, 3, 4, 6, 8, 11, 15, 20)
"""Post-dial delay in seconds (ITU-T E.721: 3, 5 and 8 s on average for local, toll and international calls)."""
_TALKS = (5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400)


class Calls:
    """What the records of this host add up to."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter("answerable_calls", "Calls by outcome.", ["outcome"], registry=registry)
        self._refusals = Counter(
            "answerable_refusals",
            "Calls that were not connected, by code (gate/refusals.py).",
            ["code"],
            registry=registry,
        )
        self._attempts = Counter("answerable_line_failures", "Lines that did not answer, by code.", ["code"], registry=registry)  # fmt: skip
        self._delay = Histogram(
            "answerable_post_dial_delay_seconds",
            "From the INVITE to the first line's ringing.",
            registry=registry,
            buckets=_DELAYS,
        )
        self._talk = Histogram(
            "answerable_talk_seconds", "From the answer to the end.", registry=registry, buckets=_TALKS
        )
        self._now = Gauge("answerable_calls_recorded_in_progress", "Calls begun and not ended, by the records.", registry=registry)  # fmt: skip
        self._alarms = Counter("answerable_permit_refusals", "Records whose permit was refused.", registry=registry)
        for outcome in OUTCOMES:
            self._calls.labels(outcome)
        for code in REFUSALS:
            self._refusals.labels(code)
        self._under_way: dict[str, dict[str, Any]] = {}

    def take(self, record: SpoolRecord, *, is_old: bool) -> None:
        """Take one record; an old one counts nothing."""
        take = getattr(self, f"_take_{record['kind']}", None)
        if take is not None:
            take(record, not is_old)

    def take_strangers(self, count: int) -> None:
        """Take calls of strangers, which are counted without a record of each."""
        self._calls.labels("refused").inc(count)
        self._refusals.labels("SOURCE_UNKNOWN").inc(count)

    def settle(self, now: float) -> None:
        """Forget calls whose end never came, and set the gauge."""
        for call, known in list(self._under_way.items()):
            if now - known["at"] > FORGET_SECONDS:
                del self._under_way[call]
        self._now.set(len(self._under_way))

    def _take_invite(self, record: SpoolRecord, counts: bool) -> None:
        self._under_way[record["call"]] = {"at": float(record["at"]), "rings": False, "answered_at": None}

    def _take_ringing(self, record: SpoolRecord, counts: bool) -> None:
        known = self._under_way.get(record["call"])
        if known is not None and not known["rings"]:
            known["rings"] = True
            if counts:
                self._delay.observe(max(0.0, float(record["at"]) - known["at"]))

    def _take_answered(self, record: SpoolRecord, counts: bool) -> None:
        known = self._under_way.get(record["call"])
        if known is None or known["answered_at"] is None:
            self._count(counts, "answered")
        if known is not None and known["answered_at"] is None:
            self._take_ringing(record, counts)
            known["answered_at"] = float(record["at"])

    def _take_ended(self, record: SpoolRecord, counts: bool) -> None:
        known = self._under_way.pop(record["call"], None)
        if known is not None and known["answered_at"] is not None and counts:
            self._talk.observe(max(0.0, float(record["at"]) - known["answered_at"]))

    def _take_cancelled(self, record: SpoolRecord, counts: bool) -> None:
        if self._under_way.pop(record["call"], None) is not None:  # one record for each line that rang
            self._count(counts, "cancelled")

    def _take_refused(self, record: SpoolRecord, counts: bool) -> None:
        self._under_way.pop(record["call"], None)
        self._count(counts, "failed" if record.get("line") else "refused")
        if counts:
            self._refusals.labels(record["code"]).inc()

    def _take_attempt_failed(self, record: SpoolRecord, counts: bool) -> None:
        if counts:
            self._attempts.labels(record["code"]).inc()

    def _take_permit_alarm(self, record: SpoolRecord, counts: bool) -> None:
        if counts:
            self._alarms.inc()

    def _count(self, counts: bool, outcome: str) -> None:
        if counts:
            self._calls.labels(outcome).inc()
