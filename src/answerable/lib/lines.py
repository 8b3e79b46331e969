"""Telephone lines and 400 numbers as people type them: fold the spelling, then say what kind of line it is.

Numbering: 电信网编号计划 (2017 edition). Only the kind is decided here; whether a kind is welcome is the caller's rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Kind = Literal[
    "fixed",
    "mobile",
    "virtual_170",
    "virtual_171",
    "virtual_other",
    "voip",
    "foreign",
    "service_400",
    "service_95",
    "short",
    "invalid",
]
Problem = Literal["", "empty", "characters", "length", "area_code_missing", "area_code_unknown", "extension"]
RangeKind = Literal["ordinary", "virtual", "voip"]
Carrier = Literal["", "unicom", "mobile", "telecom", "broadnet"]

OPEN_RANGES: dict[str, Carrier] = {
    "4000": "unicom",
    "4006": "unicom",
    "4001": "mobile",
    "4007": "mobile",
    "4008": "telecom",
    "4009": "telecom",
}
CARRIER_NAMES: dict[Carrier, tuple[str, str]] = {
    "unicom": ("中国联通", "China Unicom"),
    "mobile": ("中国移动", "China Mobile"),
    "telecom": ("中国电信", "China Telecom"),
    "broadnet": ("中国广电", "China Broadnet"),
    "": ("", ""),
}
VIRTUAL_OPERATORS: dict[str, Kind] = {
    "170": "virtual_170",
    "171": "virtual_171",
    "162": "virtual_other",
    "165": "virtual_other",
    "167": "virtual_other",
}
"""170 and 171 the carriers' requirement of 2017 names; about the others an operator's loaded table knows better."""
IP_ACCESS_CODES = ("179", "12593", "11808")
"""Access codes of IP telephony: what follows them is carried as VoIP."""

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−－_.·•/()\[\]〔〕【】]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_EXTENSION = re.compile(r"(转|分机|ext|x|#)", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One line; `digits` is the national spelling that is dialled (fixed lines with their leading 0)."""

    digits: str
    kind: Kind
    problem: Problem = ""
    area_code: str = ""
    area_zh: str = ""
    area_en: str = ""
    carrier: Carrier = ""

    @property
    def is_virtual_operator(self) -> bool:
        """Say whether the line belongs to a virtual operator (转售企业)."""
        return self.kind.startswith("virtual_")

    @property
    def is_dialable(self) -> bool:
        """Say whether the line is an ordinary fixed line or mobile, which alone can be a destination."""
        return self.kind in {"fixed", "mobile"}


@dataclass(frozen=True)
class Number400:
    """What somebody typed where a 400 number is expected; `number` is ten digits unless `kind` is `not_400`."""

    number: str
    kind: Literal["open", "not_open", "not_400"]
    carrier: Carrier = ""

    @property
    def prefix(self) -> str:
        """Return the four digits that tell the carrier, or nothing."""
        return self.number[:4]


def fold(text: str) -> str:
    """Fold full-width digits, spaces, hyphens and brackets away; `+` survives in front only."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _SEPARATORS.sub("", plain)


def parse_400(text: str) -> Number400:
    """Read a 400 number in any spelling and say whether its range is open."""
    digits = _without_country(fold(text))
    if re.fullmatch(r"0?400[0-9]{7}", digits) is None:
        return Number400("", "not_400")
    number = digits.removeprefix("0")
    carrier = OPEN_RANGES.get(number[:4], "")
    return Number400(number, "open" if carrier else "not_open", carrier)


def normalise_400(text: str) -> str | None:
    """Return the ten digits of a 400 number in any spelling, of an open range or not; None if it is none."""
    return parse_400(text).number or None


def classify(text: str, *, ranges: Mapping[str, RangeKind] | None = None) -> Line:
    """Say what kind of line somebody typed; never raises.

    `ranges` is of the operator's loaded table: the longest that `digits` start with decides, but for 170 and 171.
    """
    folded = fold(text)
    if problem := _unreadable(folded):
        return Line(re.sub(r"[^0-9]", "", folded), "invalid", problem)
    digits = _without_country(folded)
    if digits.startswith("+") or digits.startswith("00"):
        return Line(digits, "foreign")
    line = _service(digits) or _mobile(digits) or _fixed(digits)
    if not ranges or line.kind not in {"fixed", "mobile", "virtual_other"}:
        return line
    longest = max((digits for digits in ranges if line.digits.startswith(digits)), key=len, default="")
    return _of_range(line, ranges[longest]) if longest else line


def _of_range(line: Line, kind: RangeKind) -> Line:
    """Return the line as its range has it; only a mobile range can be a virtual operator's in the built-in table."""
    if kind == "ordinary":
        return replace(line, kind="mobile") if line.kind == "virtual_other" else line
    return replace(line, kind="virtual_other" if kind == "virtual" else "voip")


def _unreadable(folded: str) -> Problem:
    if not folded:
        return "empty"
    if _EXTENSION.search(folded):
        return "extension"
    return "" if re.fullmatch(r"\+?[0-9]+", folded) else "characters"


def _without_country(digits: str) -> str:
    """Drop +86 or 0086, and put the trunk 0 back in front of an area code."""
    for prefix in ("+86", "0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest == digits or (prefix == "86" and not _looks_national(rest)):
            continue
        return f"0{rest}" if re.fullmatch(r"(10|2[0-9])[0-9]{8}|[3-9][0-9]{9,10}", rest) and not _is_400(rest) else rest
    return digits


def _looks_national(rest: str) -> bool:
    return re.fullmatch(r"1[3-9][0-9]{9}|400[0-9]{7}|0[0-9]{9,11}", rest) is not None


def _is_400(digits: str) -> bool:
    return re.fullmatch(r"[48]00[0-9]{7}", digits) is not None


def _service(digits: str) -> Line | None:
    """Recognise what is no subscriber's line: 400 and 800, 95 and 96, access codes, short codes."""
    if _is_400(digits.removeprefix("0")) and len(digits) <= 11:
        bare = digits.removeprefix("0")
        return Line(bare, "service_400", carrier=OPEN_RANGES.get(bare[:4], ""))
    local = re.sub(r"^0(10|2[0-9]|[3-9][0-9]{2})(?=(9[56]|1[0-2]))", "", digits)
    if re.fullmatch(r"9[56][0-9]{3,6}", local):
        return Line(local, "service_95")
    if local.startswith(IP_ACCESS_CODES) and len(local) != 11:
        return Line(local, "voip")
    if re.fullmatch(r"1[0-9]{2,5}", local) or re.fullmatch(r"106[0-9]{5,17}", local):
        return Line(local, "short")
    return None


def _mobile(digits: str) -> Line | None:
    bare = digits.removeprefix("0")
    if re.fullmatch(r"1[3-9][0-9]{9}", bare) is None:
        return None
    zh, en, carrier = _described(bare)
    return Line(bare, VIRTUAL_OPERATORS.get(bare[:3], "mobile"), "", "", zh, en, carrier)


def _fixed(digits: str) -> Line:
    """Read a fixed line: area code with its 0, then 7 or 8 digits that start with 2 to 8."""
    found = re.fullmatch(r"0(10|2[0-9]|[3-9][0-9]{2})([2-8][0-9]{6,7})", digits)
    if found is None:
        if re.fullmatch(r"[2-8][0-9]{6,7}", digits):
            return Line(digits, "invalid", "area_code_missing")
        return Line(digits, "invalid", "length")
    code, local = found.groups()
    if code == "26":
        return Line(digits, "invalid", "area_code_unknown")
    if len(code) == 2 and len(local) != 8:
        return Line(digits, "invalid", "length")
    zh, en, carrier = _described(digits)
    return Line(digits, "fixed", "", f"0{code}", zh, en, carrier)


@lru_cache(maxsize=10_000)
def _described(digits: str) -> tuple[str, str, Carrier]:
    """Look the area and carrier up in phonenumbers' tables; a number carried to another network keeps its first one."""
    from phonenumbers import PhoneNumber, carrier, geocoder

    number = PhoneNumber(country_code=86, national_number=int(digits.removeprefix("0")))
    zh = geocoder.description_for_number(number, "zh")
    en = geocoder.description_for_number(number, "en")
    name = carrier.name_for_number(number, "en")
    network: Carrier = next((key for key, (_, label) in CARRIER_NAMES.items() if key and label == name), "")
    return ("", "", network) if zh == "中国" else (zh, en, network)
