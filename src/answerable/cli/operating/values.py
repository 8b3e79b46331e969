"""Hold each value of an operator's file against its kind and range, before any model sees it; TOML tells kinds apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

RANGES = {
    "trunks.port": (1, 65_535),
    "trunks.most_a_second": (0, 10_000),
    "counters.visits_a_day": (1, 10_000),
    "packages.monthly_minimum_fen": (0, 100_000_000),
    "packages.minutes_a_month": (0, 10_000_000),
    "packages.fen_a_minute": (0, 10_000),
    "packages.term_months": (1, 120),
    "grade_fees.choosing_fee_fen": (0, 1_000_000_000),
    "grade_fees.minimum_percent": (100, 1_000),
    "requirement_sets.version": (1, 30_000),
    "requirement_sets.verification_days": (1, 1_100),
    "requirement_sets.line_proof_days": (1, 1_100),
}
"""The least and the most of each figure. Money is fen; 1,100 days are three years."""


def wrong_value(table: str, field: models.Field[Any, Any], value: object) -> str:
    """Say what a value must be; nothing where it is that."""
    if isinstance(field, models.BooleanField):
        return "" if isinstance(value, bool) else "must be true or false, without quotes"
    if isinstance(field, models.IntegerField):
        least, most = RANGES[f"{table}.{field.name}"]
        is_right = type(value) is int and least <= value <= most
        return "" if is_right else f"{value!r} must be a whole number from {least} to {most}"
    if isinstance(field, models.DateField):
        is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        return "" if is_day else f"{value!r} must be a day such as 2026-01-31, without quotes"
    if isinstance(field, ArrayField):
        return _wrong_list(table, field, value)
    if isinstance(field, models.JSONField):
        return ""  # its own checks come later
    is_text = isinstance(value, str) and value.isprintable() and value == value.strip()
    return "" if is_text else f"{value!r} must be text in quotes, without line breaks or blanks around it"


def _wrong_list(table: str, field: ArrayField[Any, Any], value: object) -> str:
    if not isinstance(value, list):
        return f"{value!r} must be a list in brackets"
    base = field.base_field
    base.name = field.name
    return next((said for one in value if (said := wrong_value(table, base, one))), "")
