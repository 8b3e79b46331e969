"""Read the public tariff, and the cashier's lists."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from answerable.billing.models import GradeFee, Package, Refund, Transfer
from answerable.billing.prices import Price, price


def packages(day: dt.date) -> QuerySet[Package]:
    """List the packages on sale."""
    return Package.objects.filter(is_on_sale=True, effective_from__lte=day).order_by("monthly_minimum_fen")


def prices(package: Package, *, is_renewal: bool = False) -> dict[str, Price]:
    """Price a package for every grade, in one query: a page of numbers shows each its full price."""
    return {fee.grade: _price(fee, package, is_renewal) for fee in GradeFee.objects.all()}


def price_of(grade: str, package: Package, *, is_renewal: bool = False) -> Price:
    """Price one number of a grade."""
    return _price(GradeFee.objects.get(pk=grade), package, is_renewal)


def _price(fee: GradeFee, package: Package, is_renewal: bool) -> Price:
    return price(
        grade=fee.grade,
        package_zh=package.name_zh,
        package_en=package.name_en,
        monthly_minimum_fen=package.monthly_minimum_fen,
        minimum_percent=fee.minimum_percent,
        choosing_fee_fen=fee.choosing_fee_fen,
        fen_a_minute=package.fen_a_minute,
        term_months=package.term_months,
        is_renewal=is_renewal,
    )


def unmatched() -> QuerySet[Transfer]:
    """List the transfers that wait for the cashier, oldest first."""
    return Transfer.objects.filter(state="unmatched").order_by("received_at")


def refunds_due() -> QuerySet[Refund]:
    """List the money that must go back, the most urgent first."""
    return Refund.objects.filter(paid_at=None).select_related("transfer").order_by("due_at")


def refunds_of(order_no: str) -> QuerySet[Refund]:
    """List an order's refunds."""
    return Refund.objects.filter(order_no=order_no).select_related("transfer")
