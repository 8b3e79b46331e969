"""The sets that come with the product, one file a carrier: the demo world and an operator's file build on them."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

from answerable.verification.models import RequirementSet
from answerable.verification.slots import HOLDER_SLOTS

FOLDER = Path(__file__).parent
CARRIERS = tuple(sorted(file.stem for file in FOLDER.glob("*.json")))
_SPREAD = ("subject_type", "use", "industry", "channel", "purpose")


def shipped(carrier: str) -> list[RequirementSet]:
    """Return a carrier's shipped sets, unsaved; an entry of its file spreads over the kinds and uses it lists.

    A file names its groups of slots once; "standard" is slots.HOLDER_SLOTS.
    """
    data: dict[str, Any] = json.loads((FOLDER / f"{carrier}.json").read_text("utf-8"))
    groups = {"standard": HOLDER_SLOTS} | data["slots"]
    sets = []
    for entry in data["sets"]:
        spread = [entry.get(name, [""]) for name in _SPREAD]
        for values in itertools.product(*spread):
            sets.append(
                RequirementSet(
                    carrier=carrier, version=data["version"], effective_from=dt.date.fromisoformat(data["effective_from"]),
                    slots=groups[entry["slots"]], policy=data["policy"] | entry.get("policy", {}), needs_handling=entry.get("needs_handling", True),
                    **dict(zip(_SPREAD, values, strict=True)),
                )
            )  # fmt: skip
    return sets
