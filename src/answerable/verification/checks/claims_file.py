"""The file that says what an applicant typed, so that one paper can be checked against it: its schema and its reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from answerable.lib.errors import Problem
from answerable.verification.checks.facts import Claims, DestinationClaim, Owner, Provenance, Role
from answerable.verification.checks.slots import SLOTS

_TEXTS = {
    "credit_code": "Unified social credit code, 18 characters.",
    "name": "The organisation's full name.",
    "legal_representative": "The legal representative's name.",
    "address": "The registered address.",
    "representative_id_number": "The legal representative's ID number.",
    "handler_name": "The handler's name; empty where the legal representative applies.",
    "handler_id_number": "The handler's ID number.",
    "use": "What the number is for.",
    "script": "The call script.",
    "industry": "The industry, in words.",
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Claims: what an applicant stated, for `answerable documents read FILE --claims FILE.json`",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **{name: {"type": "string", "description": text} for name, text in _TEXTS.items()},
        "role": {"enum": list(get_args(Role)), "default": "handler", "description": "Who applies in person."},
        "destinations": {
            "type": "array",
            "description": "Lines that the number is to ring, the first one first.",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["line"],
                "properties": {
                    "line": {"type": "string"},
                    "owner": {"enum": list(get_args(Owner)), "default": "holder"},
                },
            },
        },
        "provenance": {
            "type": "object",
            "description": "Where a field's content came from, by its name; `typed` unless given.",
            "additionalProperties": {"enum": list(get_args(Provenance))},
        },
        "slot": {"enum": list(SLOTS), "description": "Where the paper was uploaded; by its kind unless given."},
        "judged_on": {"type": "string", "format": "date", "description": "The day to judge by; today unless given."},
    },
}
"""Every field may be left out; what was not stated is not compared."""


class ClaimsInvalid(Problem):
    """The file of claims does not fit the schema; `where` names the place."""

    code = "CLAIMS_INVALID"
    zh = "申请信息文件有误：{where}。格式见 answerable documents schema。"
    en = "The file of claims is wrong: {where}. See `answerable documents schema`."


@dataclass(frozen=True)
class ClaimsFile:
    """What such a file holds: the claims, the slot of the paper (empty if not given), the day to judge by."""

    claims: Claims
    slot: str = ""
    judged_on: date | None = None


def load(text: str) -> ClaimsFile:
    """Read the JSON text of such a file; raise ClaimsInvalid."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ClaimsInvalid(where=f"JSON, {error}") from None
    _fit(data, SCHEMA, "")
    stated = {name: value for name, value in data.items() if name not in {"slot", "judged_on", "destinations"}}
    lines = tuple(DestinationClaim(**one) for one in data.get("destinations", ()))
    return ClaimsFile(Claims(**stated, destinations=lines), data.get("slot", ""), _day(data.get("judged_on")))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ClaimsInvalid(where=f"judged_on, {text}") from None


def _fit(value: Any, schema: Mapping[str, Any], where: str) -> None:
    """Hold a value against the few words of JSON Schema that SCHEMA uses."""
    if "enum" in schema and value not in schema["enum"]:
        raise ClaimsInvalid(where=f"{where}, {value!r}")
    kinds = {"object": dict, "array": list, "string": str}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        raise ClaimsInvalid(where=where or "object")
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                raise ClaimsInvalid(where=f"{where}.{name}".lstrip("."))
        for name, one in value.items():
            below = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
            if not below:
                raise ClaimsInvalid(where=f"{where}.{name}".lstrip("."))
            _fit(one, below, f"{where}.{name}".lstrip("."))
    for index, one in enumerate(value if isinstance(value, list) else ()):
        _fit(one, schema["items"], f"{where}[{index}]")
