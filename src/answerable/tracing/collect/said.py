"""How moments and people are said in a bundle."""

from __future__ import annotations

import datetime as dt
from typing import overload

from answerable.exports.rows import Names
from answerable.lib.identifiers import mask_but_tail
from answerable.lib.workdays import CHINA
from answerable.parties.models import Staff
from answerable.tracing.models import TraceCase
from answerable.tracing.scope import BASES


@overload
def moment(at: dt.datetime) -> str: ...
@overload
def moment(at: None) -> None: ...
@overload
def moment(at: dt.datetime | None) -> str | None: ...
def moment(at: dt.datetime | None) -> str | None:
    """Write a moment in China time, with its offset."""
    return at.astimezone(CHINA).isoformat(timespec="milliseconds") if at else None


class People:
    """Say staff and persons as the legal basis allows: by name and in full, or by role, number and mask."""

    def __init__(self, case: TraceCase) -> None:
        self.in_full = BASES[case.basis].names_people
        self._names = Names()

    def staff(self, staff: Staff | None) -> str:
        """Name a member of staff; empty for nobody."""
        if staff is None:
            return ""
        return f"{staff.name}（{staff.username}）" if self.in_full else self._names.of(staff)

    def person(self, name: str) -> str:
        """Name a natural person."""
        return name if self.in_full else name[:1] + "*" * (len(name) - 1)

    def secret(self, text: str) -> str | None:
        """Write a mobile or an ID number in full; none at all to others."""
        return (text or None) if self.in_full else None

    def caller(self, text: str) -> str:
        """Write a caller: in full, or with its last four digits; a word (our own caller, anonymous) names nobody."""
        is_word = not any(letter.isdigit() for letter in text)
        return text if self.in_full or is_word else mask_but_tail(text)
