"""The certificate for a holder's door: the number, who answers for it, and a QR code that leads to the look-up."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import segno

from answerable.lib.pdf import render
from answerable.lib.workdays import CHINA
from answerable.numbers import errors
from answerable.numbers.logged import Said
from answerable.numbers.queries import who_answers
from answerable.parties.queries import operator

TEMPLATE = Path(__file__).parent / "papers" / "certificate.typ"
ERROR_CORRECTION = "q"
"""A quarter of the code may be scratched or in glare: it hangs on a door."""


def certificate(number: str, *, address: str, at: dt.datetime) -> bytes:
    """Print the certificate (PDF, A4); `address` is the look-up's, in full. Raise NothingToCertify where nobody is shown as answering.

    Nothing is recorded: it says what the look-up says to everybody, and proves nothing by itself.
    """
    found = who_answers(number, at=at)
    if found.holder is None or found.since is None or found.is_stopped:
        raise errors.NothingToCertify(number=number)
    ours, qr = operator(), io.BytesIO()
    segno.make(address, error=ERROR_CORRECTION, micro=False).save(qr, kind="svg", border=0, scale=8)
    return render(
        TEMPLATE,
        {
            "number": found.number, "spaced": f"{number[:3]} {number[3:6]} {number[6:]}", "holder": found.holder.name,
            "credit_code": found.holder.credit_code, "since": f"{found.since.astimezone(CHINA):%Y-%m-%d}", "address": address,
            "qr": qr.getvalue().decode(), "operator": ours.name_zh, "is_demo": ours.is_demo,
            "index": _opening(found.said), "printed": f"{at.astimezone(CHINA):%Y-%m-%d}",
        },
    )  # fmt: skip


def _opening(said: Said | None) -> int | None:
    """Return the index of the entry by which the holder answers; None before the log has it."""
    named = (b'"kind":"opening"', b'"kind":"transfer"', b'"kind":"renamed"')
    found = [index for index, entry in (said.entries if said else ()) if any(kind in entry for kind in named)]
    return found[-1] if found else None
