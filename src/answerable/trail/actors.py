"""Who does an action: a person of an enterprise, a member of staff, or one of our own processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["person", "staff", "system", "public"]


@dataclass(frozen=True)
class Actor:
    """Name who acts, as they were called then."""

    kind: Kind
    id: str
    name: str


def system(process: str) -> Actor:
    """Name one of our own processes as the actor."""
    return Actor("system", process, process)


PUBLIC = Actor("public", "", "")
