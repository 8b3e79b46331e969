"""Plain bar charts as numbers for a template: the server draws, and a table beside says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROW = 30
LABEL = 120
WIDTH = 340
_ROOM = WIDTH - LABEL - 60


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its value as written, and where it lies."""

    label: str
    said: str
    y: int
    width: float

    @property
    def text_y(self) -> int:
        """Return the base line of its words."""
        return self.y + 17

    @property
    def text_x(self) -> float:
        """Return where the value is written."""
        return LABEL + self.width + 6


@dataclass(frozen=True)
class Chart:
    """Bars under each other; `height` is theirs together."""

    bars: list[Bar]
    width: int = WIDTH
    label: int = LABEL

    @property
    def height(self) -> int:
        """Return the height of the whole."""
        return max(len(self.bars), 1) * ROW


def chart(rows: Iterable[tuple[str, float, str]], *, at_least: float = 0) -> Chart:
    """Lay out (label, value, value as written); the longest bar, or `at_least`, fills the room: charts beside each other share it."""
    found = list(rows)
    most = max((value for _, value, _ in found), default=0)
    most = max(most, at_least) or 1
    return Chart([Bar(label, said, n * ROW, _ROOM * value / most) for n, (label, value, said) in enumerate(found)])
