"""Who decides, and why, as somebody typed it on a gate host: never nobody, and never nothing.

Standard library only: the gate's switches use it.
"""

from __future__ import annotations

import unicodedata

LONGEST_NAME, LONGEST_REASON = 60, 500


class NameMissing(ValueError):
    """Nobody is named, or what stands there is no name."""

    code = "NAME_MISSING"


class ReasonMissing(ValueError):
    """No reason is given."""

    code = "REASON_MISSING"


def person(text: str, *, asked: str = "Say who decides it: --by NAME") -> str:
    """Return a person's name in one spelling; raise NameMissing, which says what was `asked`, for one without a letter or digit."""
    name = folded(text)
    if not _says_something(name) or len(name) > LONGEST_NAME:
        raise NameMissing(f"{asked}, a person's name of 1 to {LONGEST_NAME} characters.")
    return name


def reason(text: str) -> str:
    """Return a reason in one line; raise ReasonMissing for one without a letter or digit."""
    said = folded(text)
    if not _says_something(said) or len(said) > LONGEST_REASON:
        raise ReasonMissing(f"Say why, for the record: --reason TEXT, 1 to {LONGEST_REASON} characters.")
    return said


def folded(text: str) -> str:
    """Fold widths and blanks, and drop what nobody sees: two spellings of a name are one person."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return "".join(character for character in plain if unicodedata.category(character)[0] != "C").strip()


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)
