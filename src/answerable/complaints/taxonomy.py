"""Kinds of fraud as data (`taxonomy.json`): how each is called, and what to ask whoever was cheated."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "taxonomy.json"


class TaxonomyInvalid(Exception):
    """The file in the repository is wrong: our fault, found at the first use."""


@dataclass(frozen=True)
class Kind:
    """One kind of fraud."""

    code: str
    zh: str
    en: str
    ask_zh: str
    ask_en: str


@cache
def kinds() -> dict[str, Kind]:
    """Return the kinds by code, in the file's order; the file is read once a process."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Kind]:
    """Read a taxonomy; raise TaxonomyInvalid for a field that is missing, empty or unknown, or a code that is there twice."""
    found: dict[str, Kind] = {}
    for row in json.loads(text):
        if set(row) != {one.name for one in fields(Kind)} or not all(isinstance(v, str) and v for v in row.values()):
            raise TaxonomyInvalid(f"{row}: exactly code, zh, en, ask_zh, ask_en, none empty.")
        if not re.fullmatch(r"[a-z_]{2,20}", row["code"]) or row["code"] in found:
            raise TaxonomyInvalid(f"{row['code']}: 2 to 20 small letters, and once.")
        found[row["code"]] = Kind(**row)
    if "other" not in found:
        raise TaxonomyInvalid("`other` is missing: nobody is to choose what is not so.")
    return found
