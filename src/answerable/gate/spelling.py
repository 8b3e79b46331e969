"""Read telephone numbers in the spellings that trunks use. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote

_SEPARATORS = re.compile(r"[\s().\-]")
_NO_DIGITS = re.compile(r"[^0-9]+")
_ALL_BUT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


def national(user: str) -> str:
    """Fold a dialled user part (+86…, 0086…, 86…, separators, %-escapes) to the national number, where it is one."""
    text = user if user.isascii() and user.isdigit() else _SEPARATORS.sub("", unquote(user).split(";")[0])
    for prefix in ("+86", "0086"):
        if text.startswith(prefix):
            return text[len(prefix) :]
    return text[2:] if text.startswith("86") and len(text) == 12 and text.isdigit() else text


def is_400(text: str) -> bool:
    """Say whether a caller's number is a 400 number in any spelling."""
    if not text.isascii() or "%" in text:
        text = "".join(str(int(character)) for character in unquote(text) if character.isdecimal())  # full-width too
    digits = _NO_DIGITS.sub("", text).lstrip("0")
    if digits.startswith("86") and len(digits) >= 12:
        digits = digits[2:].lstrip("0")
    return digits.startswith("400")


def shows_400(header: str) -> bool:
    """Say whether a value of From, P-Asserted-Identity, Remote-Party-ID or Diversion shows a 400 number.

    The display name counts as well: it is what many telephones show. There only a whole number counts, so that a name
    with "400" in it passes.
    """
    is_one = header.isascii() and "%" not in header and "," not in header  # then all its digits stand in one row
    if is_one and b"400" not in header.encode().translate(None, _ALL_BUT_DIGITS):
        return False
    unbroken = re.sub(r"\s", "", header)  # blanks and folds within an address are wrong, and may be shown without them
    for uri in re.findall(r"(?:sips?|tel):([^@>;,]*)", unbroken, re.IGNORECASE):
        if is_400(uri):
            return True
    names = re.sub(r"<[^>]*>[^,]*", " ", header) if "<" in header else ""
    digits = "".join(str(int(character)) for character in names if character.isdecimal())
    return re.search(r"400\d{7}", digits) is not None
