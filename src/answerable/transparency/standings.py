"""A row a number of what the log says of it, kept by the integrator: what the public look-up reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from answerable.transparency.history import History
from answerable.transparency.models import Standing

BATCH = 500
EMPTY = History("").as_plain()


def follow(entries: Iterable[tuple[int, bytes]]) -> None:
    """Go on with the rows of the numbers that new entries are about, in the transaction that appends the entries."""
    new: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for index, leaf in entries:
        entry = json.loads(leaf)
        if entry["number"]:  # an exit is about nobody's number
            new.setdefault(str(entry["number"]), []).append((index, entry))
    known = dict(Standing.objects.filter(pk__in=new).values_list("pk", "history"))
    rows = []
    for number, later in new.items():
        history = History.of_plain(number, known.get(number, EMPTY))
        for index, entry in later:
            history.add(index, entry)
        rows.append(Standing(number=number, history=history.as_plain(), commitments=hidden(history)))
    Standing.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["history", "commitments"],
    )


def hidden(history: History) -> list[str]:
    """List the commitments that stand in the log for holders who are natural persons by name."""
    found = [tenure.holder["commitment"] for tenure in history.tenures if "commitment" in tenure.holder]
    return list(dict.fromkeys(found))
