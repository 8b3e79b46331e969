"""A reporter's mobile: sealed beside the report, joined by a keyed hash, never readable in the table."""

from __future__ import annotations

import re

from answerable.complaints import errors
from answerable.complaints.models import Report
from answerable.lib import vault
from answerable.lib.lines import fold
from answerable.lib.masking import mask_private


def read_mobile(text: str) -> str:
    """Read a mainland mobile in any spelling; empty stays empty. Raise ContactInvalid."""
    mobile = fold(text).removeprefix("+86")
    if mobile and not re.fullmatch(r"1[3-9][0-9]{9}", mobile):
        raise errors.ContactInvalid
    return mobile


def seal_mobile(mobile: str, reference: str) -> bytes:
    """Seal a mobile under its report."""
    return vault.seal_bytes(mobile.encode(), f"report:{reference}") if mobile else b""


def mobile_hash(mobile: str) -> str:
    """Hash a mobile so that its reports are found together, and nobody who reads the table can try numbers through."""
    return vault.keyed_hash(mobile, "reporter") if mobile else ""


def open_mobile(made: Report) -> str:
    """Open the mobile that was left; empty if none was."""
    return vault.open_bytes(bytes(made.contact), f"report:{made.pk}").decode() if made.contact else ""


def masked_mobile(made: Report) -> str:
    """Show staff no more of it than tells two reporters apart."""
    return mask_private(open_mobile(made))
