"""Where money comes in. A channel says what arrived; `actions.collect` writes each down once, by the channel's own reference.

Shipped: bank transfers, typed by the cashier one by one, or as the bank's statement. A payment provider would be a third.
Money goes back over the account that paid, ordered by `give_back` and confirmed by `pay_refund`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from answerable.billing import errors
from answerable.lib.tables import Row, read_each, read_table

STATEMENT_COLUMNS = (
    "bank_reference", "received_at", "amount", "payer_name", "payer_account", "payer_is_person", "reference",
)  # fmt: skip


@dataclass(frozen=True)
class Incoming:
    """Money that arrived, as its channel tells it."""

    bank_reference: str
    amount_fen: int
    payer_name: str
    payer_account: str
    payer_is_person: bool
    reference: str
    received_at: dt.datetime


class PaymentChannel(Protocol):
    """A way by which money arrives."""

    def incoming(self) -> list[Incoming]:
        """Say what arrived; raise a Problem where that cannot be read, and then nothing is taken."""


@dataclass(frozen=True)
class BankTransfer:
    """One transfer as the cashier types it; an empty time is now."""

    bank_reference: str
    received_at: str
    amount: str
    payer_name: str
    payer_account: str
    payer_is_person: bool
    reference: str

    def incoming(self) -> list[Incoming]:
        """Read what was typed; raise AmountNotANumber, TimeUnreadable or BankReferenceMissing."""
        if not self.bank_reference.strip():
            raise errors.BankReferenceMissing
        return [
            Incoming(
                bank_reference=self.bank_reference.strip()[:40], amount_fen=read_fen(self.amount),
                payer_name=self.payer_name.strip()[:120], payer_account=self.payer_account.strip()[:40],
                payer_is_person=self.payer_is_person, reference=self.reference.strip()[:60],
                received_at=read_moment(self.received_at) if self.received_at.strip() else timezone.now(),
            )
        ]  # fmt: skip


@dataclass(frozen=True)
class BankStatement:
    """The bank's statement as CSV (STATEMENT_COLUMNS); payer_is_person is 1 or 0, times are China time."""

    content: bytes

    def incoming(self) -> list[Incoming]:
        """Read every line; raise TableUnreadable, or LinesRefused with every bad line."""
        return read_each(read_table(self.content, STATEMENT_COLUMNS), _statement_line)


def _statement_line(row: Row) -> Incoming:
    if row["payer_is_person"] not in {"0", "1"}:
        raise errors.PayerKindMissing
    if not row["received_at"]:
        raise errors.TimeUnreadable(text="")
    (found,) = BankTransfer(
        bank_reference=row["bank_reference"], received_at=row["received_at"], amount=row["amount"], payer_name=row["payer_name"],
        payer_account=row["payer_account"], payer_is_person=row["payer_is_person"] == "1", reference=row["reference"],
    ).incoming()  # fmt: skip
    return found


def read_fen(text: str) -> int:
    """Read an amount in yuan; raise AmountNotANumber."""
    try:
        fen = Decimal(text.replace(",", "").replace("¥", "").strip()) * 100
    except InvalidOperation:
        raise errors.AmountNotANumber from None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 < fen < 2**31:
        raise errors.AmountNotANumber
    return int(fen)


def read_moment(text: str) -> dt.datetime:
    """Read the time a transfer arrived, China time unless it says otherwise; raise TimeUnreadable."""
    try:
        at = parse_datetime(text.strip())
        aware = timezone.make_aware(at) if at and timezone.is_naive(at) else at
        # A year at the very end of the calendar cannot be kept as a moment.
        readable = aware.astimezone(dt.UTC) if aware else None
    except (ValueError, OverflowError):
        readable = None
    if readable is None:
        raise errors.TimeUnreadable(text=text.strip()[:40])
    return readable
