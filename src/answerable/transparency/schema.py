"""The published shape of entries (JSON Schema 2020-12), and what holds an entry against it.

Only the words of JSON Schema that the file uses are known here; any other one refuses to load, so that nothing is passed
over in silence. Any full validator reads the file too.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "entry-v1.schema.json"
_SAID = {"$schema", "$defs", "title", "description", "properties"}
"""Words that check nothing by themselves, or that another word's check takes in."""
Shape = Mapping[str, Any]
Check = Callable[[Any], bool]


class SchemaUnknown(ValueError):
    """The schema has a word, or a form, that is not known here."""


def published() -> bytes:
    """Return the file as it is published."""
    return FILE.read_bytes()


@functools.cache
def checks() -> Mapping[str, Check]:
    """Return, for each kind of entry, what says whether a value has its shape."""
    whole = json.loads(published())
    made = _Maker(whole["$defs"])
    return {one["$ref"].removeprefix(_HERE): made.check(one) for one in whole["oneOf"]}


_HERE = "#/$defs/"


class _Maker:
    def __init__(self, definitions: Mapping[str, Shape]) -> None:
        self.definitions = definitions

    def check(self, shape: Shape) -> Check:
        """Compile one shape; raise SchemaUnknown."""
        known: dict[str, Callable[[Any], Check]] = {
            "$ref": lambda name: self.check(self.definitions[name.removeprefix(_HERE)]),
            "const": _const,
            "enum": lambda values: lambda said: isinstance(said, str) and said in values,
            "oneOf": self._one_of,
            "type": _type,
            "pattern": lambda text: functools.partial(_matches, re.compile(text.removeprefix("^").removesuffix("$"))),
            "minLength": lambda least: lambda said: len(said) >= least,
            "maxLength": lambda most: lambda said: len(said) <= most,
            "items": lambda one: functools.partial(_all, self.check(one)),
            "required": lambda names: lambda said: set(names) <= said.keys(),
            "additionalProperties": lambda allowed: self._properties(shape, allowed),
        }
        if strange := shape.keys() - known.keys() - _SAID:
            raise SchemaUnknown(f"{', '.join(sorted(strange))}: not known here.")
        # In the order of `known`: `type` comes before what presumes it.
        parts = [make(shape[word]) for word, make in known.items() if word in shape]
        return lambda said: all(part(said) for part in parts)

    def _one_of(self, shapes: list[Shape]) -> Check:
        made = [self.check(one) for one in shapes]
        return lambda said: sum(one(said) for one in made) == 1

    def _properties(self, shape: Shape, allowed: bool) -> Check:
        if allowed is not False:
            raise SchemaUnknown("An object says what it may hold and nothing else.")
        made = {name: self.check(one) for name, one in shape["properties"].items()}
        return lambda said: said.keys() <= made.keys() and all(made[name](value) for name, value in said.items())


def _const(value: str | int) -> Check:
    return lambda said: type(said) is type(value) and said == value


def _type(name: str) -> Check:
    kinds: dict[str, type] = {"string": str, "object": dict, "array": list}
    if name not in kinds:
        raise SchemaUnknown(f"type {name}: not known here.")
    return lambda said: isinstance(said, kinds[name])


def _matches(pattern: re.Pattern[str], said: Any) -> bool:
    return pattern.fullmatch(said) is not None


def _all(one: Check, said: Any) -> bool:
    return all(one(value) for value in said)
