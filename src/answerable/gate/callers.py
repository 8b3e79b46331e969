"""Hold a caller against a number's lists. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from answerable.gate.spelling import national
from answerable.snapshot.records import Callers

ANONYMOUS = "anonymous"


def caller_of(user: str) -> str:
    """Fold the user part of From to the number that lists are written in: national, or +country… from abroad.

    Without a number it is `anonymous`: hidden callers and names alike.
    """
    number = national(user)
    if number.startswith("00") and number[2:].isdigit():
        number = "+" + number[2:]
    return number if number.isascii() and number.removeprefix("+").isdigit() else ANONYMOUS


def is_welcome(caller: str, lists: Callers | None) -> bool:
    """Say whether a number's lists let a caller through.

    An entry matches from the beginning, so that it may be a whole number, a prefix (170) or an area code (0755). A
    mobile shows no area.
    """
    if lists is None:
        return True
    if _is_in(caller, lists["refuse"]):
        return False
    return lists["accept"] is None or _is_in(caller, lists["accept"])


def _is_in(caller: str, entries: Iterable[str]) -> bool:
    return any(caller.startswith(entry) for entry in entries if entry)
