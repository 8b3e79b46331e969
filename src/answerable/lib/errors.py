"""The shape of everything that can go wrong: a stable code, parameters, and one sentence in each language."""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """Be refused, with a reason a person can act on.

    A package raises its own subclasses; `web` shows them next to `field`, `cli` as a message and an exit status.
    """

    code: ClassVar[str] = "problem"
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    field: ClassVar[str] = ""

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """Say it in `language` (anything that does not start with zh is English)."""
        return (self.zh if language.startswith("zh") else self.en).format(**self.params)
