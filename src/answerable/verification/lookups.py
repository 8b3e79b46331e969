"""The tables that the operator loads, behind one interface: the register, the black list, number types and line ranges.

Whoever evaluates an application asks here, so that a table can come from elsewhere one day without a check knowing.
"""

from __future__ import annotations

from collections.abc import Collection

from answerable.lib.lines import OPEN_RANGES, RangeKind, classify
from answerable.lib.workdays import CHINA
from answerable.numbers.queries import range_kinds
from answerable.parties.models import RegisterEntry
from answerable.parties.queries import is_blacklisted
from answerable.verification.checks import RegisterRow


def in_register(credit_code: str) -> RegisterRow | None:
    """Find an organisation in the enterprise register; None where it has no such credit code."""
    return registered([credit_code]).get(credit_code)


def registered(credit_codes: Collection[str]) -> dict[str, RegisterRow]:
    """Find organisations in the enterprise register by credit code, in one query."""
    return {code: _row(entry) for code, entry in RegisterEntry.objects.in_bulk(credit_codes).items()}


def is_barred(credit_code: str) -> bool:
    """Say whether an organisation is on the black list."""
    return is_blacklisted(credit_code=credit_code)


def is_punished(id_number: str) -> bool:
    """Say whether a person is on the list of the punished (Anti-Telecom-Fraud Law art. 31)."""
    return is_blacklisted(id_number=id_number)


def number_carrier(number: str) -> str:
    """Say which carrier a 400 number is of; empty outside the open ranges."""
    return OPEN_RANGES.get(number[:4], "")


def line_ranges(lines: Collection[str]) -> dict[str, RangeKind]:
    """Return what the table of ranges and ported lines has about lines, as `DossierFacts.ranges` takes it."""
    return {digits: kind for line in lines for digits, kind in range_kinds(classify(line).digits).items()}


def _row(entry: RegisterEntry) -> RegisterRow:
    return RegisterRow(
        credit_code=entry.credit_code, name=entry.name, legal_representative=entry.legal_representative, address=entry.address,
        status=entry.status, subject_type=entry.subject_type, industry=entry.industry, loaded_on=entry.loaded_at.astimezone(CHINA).date(),
    )  # fmt: skip
