"""Credit codes (GB 32100-2015), organisation codes (GB 11714-1997) and ID numbers (GB 11643-1999).

A wrong check character is a finding, not an exception: every function answers for any text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import uscc

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: no I, O, S, V or Z."""
_FOLDED = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5"})
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

CodeProblem = Literal["", "length", "characters", "check_character", "organisation_code"]
IDProblem = Literal["", "length", "characters", "birth_date", "check_digit"]


@dataclass(frozen=True)
class CreditCode:
    """A credit code as read; `code` is the corrected spelling and `corrected` says that letters were folded."""

    code: str
    problem: CodeProblem
    corrected: bool = False

    @property
    def is_valid(self) -> bool:
        """Say whether both check characters hold."""
        return not self.problem

    @property
    def organisation_code(self) -> str:
        """Return the embedded organisation code (characters 9 to 17)."""
        return self.code[8:17]

    @property
    def region(self) -> str:
        """Return the six region digits (GB/T 2260) of the place of registration."""
        return self.code[2:8]


@dataclass(frozen=True)
class IDNumber:
    """An ID number as read, check digit in upper case."""

    number: str
    problem: IDProblem
    born: date | None = None
    sex: Literal["", "male", "female"] = ""

    @property
    def is_valid(self) -> bool:
        """Say whether length, birth date and check digit hold."""
        return not self.problem

    @property
    def region(self) -> str:
        """Return the six region digits of the first registration; many are no longer in force (not a fault)."""
        return self.number[:6]

    @property
    def masked(self) -> str:
        """Return the number as it may be shown: first three and last two characters."""
        return mask_id(self.number)


def compact(text: str) -> str:
    """Fold full-width characters and case, and drop spaces and hyphens."""
    return re.sub(r"[\s\-–—·.]", "", unicodedata.normalize("NFKC", text)).upper()


def read_credit_code(text: str) -> CreditCode:
    """Check a credit code: 18 characters, its own check character, and the one of the organisation code inside it."""
    typed = compact(text)
    code = typed.translate(_FOLDED)
    corrected = code != typed
    if len(code) != 18:
        return CreditCode(code, "length", corrected)
    if re.fullmatch(rf"[1-9ANY][0-9A-Y][0-9]{{6}}[{CODE_ALPHABET}]{{10}}", code) is None:
        return CreditCode(code, "characters", corrected)
    if uscc.calc_check_digit(code[:17]) != code[17]:
        return CreditCode(code, "check_character", corrected)
    if organisation_check(code[8:16]) != code[16]:
        return CreditCode(code, "organisation_code", corrected)
    return CreditCode(code, "", corrected)


def organisation_check(eight: str) -> str:
    """Compute the check character of an organisation code (GB 11714: mod 11, 10 is X, 11 is 0)."""
    total = sum(_ORGANISATION_ALPHABET.index(c) * w for c, w in zip(eight, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def make_credit_code(head: str, organisation: str) -> str:
    """Compose a credit code with right check characters: authority, kind and region (8), organisation code (8)."""
    first = head + organisation + organisation_check(organisation)
    return first + str(uscc.calc_check_digit(first))


def read_id_number(text: str) -> IDNumber:
    """Check an ID number: 18 characters, a real birth date, the check digit.

    The place table of `stdnum.cn.ric` refuses two in three numbers that are in use, so no place is checked.
    """
    number = compact(text)
    if len(number) != 18:
        return IDNumber(number, "length")
    if re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number) is None:
        return IDNumber(number, "characters")
    sex: Literal["male", "female"] = "male" if int(number[16]) % 2 else "female"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IDNumber(number, "birth_date", sex=sex)
    if born.year < 1850:
        return IDNumber(number, "birth_date", sex=sex)
    if id_check(number[:17]) != number[17]:
        return IDNumber(number, "check_digit", born, sex)
    return IDNumber(number, "", born, sex)


def id_check(seventeen: str) -> str:
    """Compute the check digit of an ID number (GB 11643, ISO 7064 mod 11-2)."""
    return _ID_CHECKS[sum(int(c) * w for c, w in zip(seventeen, _ID_WEIGHTS, strict=True)) % 11]


def mask_but_tail(number: str) -> str:
    """Mask an ID number but for its last four characters, by which its owner knows it again."""
    return "*" * max(len(number) - 4, 0) + number[-4:] if len(number) > 4 else "*" * len(number)


def mask_id(number: str) -> str:
    """Mask an ID number, keeping three characters in front and two at the end."""
    return number[:3] + "*" * max(len(number) - 5, 0) + number[-2:] if len(number) > 5 else "*" * len(number)
