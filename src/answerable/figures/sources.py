"""Findings, complaints and stops by where a number comes from and who let it in, beside how many are in service.

Lax branches that wholesale numbers are how the fraud began: a bad source shows by its share of what is in service, not by
its size alone. What stands out is an observation; a person judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection

from answerable.figures.scope import Scope
from answerable.numbers.states import ANSWERED_FOR

By = Literal["branch", "batch", "agent", "reviewer"]
BY: tuple[By, ...] = ("branch", "batch", "agent", "reviewer")
AT_LEAST, TIMES = 5, 2.0
"""A source stands out with so many incidents, and so many times the rate of all numbers in service."""

# A confirmed finding, a complaint, a stop that was not in error; each with its number and time.
_INCIDENTS = """
WITH incident AS (
    SELECT 'finding' AS kind, number_id AS number, found_at AS at FROM stock_stockfinding WHERE state = 'confirmed'
    UNION ALL SELECT 'complaint', number, received_at FROM complaints_report
    UNION ALL SELECT 'stop', number_id, taken_at FROM numbers_measure WHERE level = 'suspend' AND ended_how <> 'in_error'
), seen AS (
    SELECT row_number() OVER () AS id, i.*, t.id AS tenure, n.carrier_id AS carrier, n.batch_id AS batch, b.branch
    FROM incident i JOIN numbers_number n ON n.number = i.number JOIN numbers_allocationbatch b ON b.code = n.batch_id
    LEFT JOIN numbers_tenure t ON t.number_id = i.number AND t.since <= i.at AND (t.until IS NULL OR t.until > i.at)
    WHERE i.at >= %(since)s AND (%(carrier)s = '' OR n.carrier_id = %(carrier)s)
), serving AS (
    SELECT n.number, n.carrier_id AS carrier, n.batch_id AS batch, b.branch, t.id AS tenure
    FROM numbers_number n JOIN numbers_allocationbatch b ON b.code = n.batch_id
    JOIN numbers_tenure t ON t.number_id = n.number AND t.until IS NULL
    WHERE n.business_state = ANY(%(serving)s) AND (%(carrier)s = '' OR n.carrier_id = %(carrier)s)
)"""
_APPROVED = """, approved AS (
    SELECT DISTINCT t.id AS tenure, s.name AS key, s.username AS carrier, r.at FROM numbers_tenure t
    JOIN verification_dossier d ON d.number = t.number_id AND d.enterprise_id = t.holder_id AND d.kind = 'holder'
    JOIN verification_review r ON r.dossier_id = d.id AND r.decision = 'approve' JOIN parties_staff s ON s.id = r.reviewer_id
)"""
_KEYS: dict[By, tuple[str, str, str, str]] = {
    # what is prepended; the source's name and what tells two of one name apart; how incidents and numbers are joined to it
    "branch": ("", "{0}.branch AS key, {0}.carrier AS of", "", ""),
    "batch": ("", "{0}.batch AS key, {0}.carrier AS of", "", ""),
    "agent": (
        "", "coalesce(e.name, '') AS key, coalesce(e.credit_code, '') AS of",
        *(2 * ("JOIN numbers_tenure t ON t.id = {0}.tenure LEFT JOIN parties_agent a ON a.id = t.agent_id "
               "LEFT JOIN parties_enterprise e ON e.id = a.organisation_id",)),
    ),
    "reviewer": (
        _APPROVED, "r.key, r.carrier AS of", "JOIN approved r ON r.tenure = {0}.tenure AND r.at <= {0}.at", "JOIN approved r ON r.tenure = {0}.tenure"
    ),
}  # fmt: skip
_COUNT = """, counted AS (
    SELECT {seen_key}, count(DISTINCT seen.id) FILTER (WHERE kind = 'finding') AS findings,
        count(DISTINCT seen.id) FILTER (WHERE kind = 'complaint') AS complaints,
        count(DISTINCT seen.id) FILTER (WHERE kind = 'stop') AS stops, 0 AS serving FROM seen {seen_join} GROUP BY 1, 2
    UNION ALL SELECT {serving_key}, 0, 0, 0, count(DISTINCT serving.number) FROM serving {serving_join} GROUP BY 1, 2
)
SELECT key, of, sum(findings)::int, sum(complaints)::int, sum(stops)::int, sum(serving)::int FROM counted GROUP BY 1, 2
"""
_ALL = _INCIDENTS + " SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM serving)"  # noqa: S608  constants only


@dataclass(frozen=True)
class Source:
    """One branch, batch, agent (empty: sold at the operator) or reviewer; `of` tells two of one name apart."""

    key: str
    of: str
    findings: int
    complaints: int
    stops: int
    serving: int
    overall: float
    """Incidents a thousand numbers in service, over all."""

    @property
    def incidents(self) -> int:
        """Return all three together."""
        return self.findings + self.complaints + self.stops

    @property
    def rate(self) -> float | None:
        """Return incidents a thousand numbers in service; None where none is (any more)."""
        return 1000 * self.incidents / self.serving if self.serving else None

    @property
    def stands_out(self) -> bool:
        """Say whether it has many more incidents than its numbers would let expect; one with no number left, too."""
        return self.incidents >= AT_LEAST and (self.rate is None or self.rate >= TIMES * self.overall)


def sources(scope: Scope, by: By) -> list[Source]:
    """Count by one kind of source, in one query; the highest rate first."""
    overall = _overall(scope)
    before, columns, seen_join, serving_join = _KEYS[by]
    query = _INCIDENTS + before + _COUNT.format(
        seen_key=columns.format("seen"), serving_key=columns.format("serving"), seen_join=seen_join.format("seen"),
        serving_join=serving_join.format("serving"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, _asked(scope))
        found = [
            Source(key, of, findings, complaints, stops, serving, overall)
            for key, of, findings, complaints, stops, serving in cursor.fetchall()
        ]
    return sorted(found, key=lambda one: (one.rate is not None, -(one.rate or 0), -one.incidents, one.key, one.of))


def _overall(scope: Scope) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_ALL, _asked(scope))
        incidents, serving = cursor.fetchone()
    return 1000 * incidents / serving if serving else 0.0


def _asked(scope: Scope) -> dict[str, Any]:
    return {"since": scope.since, "carrier": scope.carrier, "serving": list(ANSWERED_FOR)}


def table(scope: Scope) -> Iterator[tuple[object, ...]]:
    """Write all four as one long table, for a file."""
    yield (
        "by", "source", "of", "findings", "complaints", "stops", "in_service", "incidents_per_thousand", "stands_out",
    )  # fmt: skip
    for by in BY:
        for one in sources(scope, by):
            rate = "" if one.rate is None else f"{one.rate:.2f}"
            yield (
                by, one.key, one.of, one.findings, one.complaints, one.stops, one.serving, rate, int(one.stands_out),
            )  # fmt: skip
