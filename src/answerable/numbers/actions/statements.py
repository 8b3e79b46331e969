"""What an organisation says beside a number in the look-up. The facts are the callers'."""

from __future__ import annotations

import datetime as dt

from answerable.numbers.models import Number, Statement
from answerable.parties.models import Enterprise


def state(number: Number, holder: Enterprise, *, name: str, credit_code: str, about: str, at: dt.datetime) -> Statement:
    """Show beside a number, while a holder has it, that an organisation says it is not its hotline."""
    return Statement.objects.create(
        number=number, holder=holder, name=name, credit_code=credit_code, about=about, said_at=at
    )


def unstate(about: str, *, at: dt.datetime) -> bool:
    """Take a statement down; say whether it was still up."""
    return bool(Statement.objects.filter(about=about, ended_at=None).update(ended_at=at))
