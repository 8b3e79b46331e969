"""The public tariff, bank transfers, and money that goes back.

Trust: whoever can write `Transfer` can make an order look paid; the bank's own reference is unique and the cashier is recorded.
"""

from django.db import models
from django.db.models import Q


class Package(models.Model):
    """A yearly package billed as a monthly minimum. Money is fen."""

    code = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    monthly_minimum_fen = models.PositiveIntegerField()
    minutes_a_month = models.PositiveIntegerField()
    fen_a_minute = models.PositiveSmallIntegerField()
    term_months = models.PositiveSmallIntegerField(default=12)
    effective_from = models.DateField()
    is_on_sale = models.BooleanField(default=True)


class GradeFee(models.Model):
    """What a grade of number adds: a choosing fee once, and a higher monthly minimum."""

    grade = models.CharField(max_length=10, primary_key=True)
    choosing_fee_fen = models.PositiveIntegerField()
    minimum_percent = models.PositiveSmallIntegerField(default=100, help_text="Of the package's monthly minimum.")


class Transfer(models.Model):
    """Money that arrived on the operator's account (公对公)."""

    class State(models.TextChoices):
        UNMATCHED = "unmatched", "待核对"
        MATCHED = "matched", "已入账"
        RETURNED = "returned", "已退回"

    bank_reference = models.CharField(max_length=40, unique=True)
    received_at = models.DateTimeField()
    amount_fen = models.PositiveIntegerField()
    payer_name = models.CharField(max_length=120)
    payer_account = models.CharField(max_length=40)
    payer_is_person = models.BooleanField(default=False)
    reference = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNMATCHED)
    order_no = models.CharField(max_length=20, blank=True, db_index=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="matched", order_no__gt="") | ~Q(state="matched"), name="matched_to_an_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="matched") | Q(payer_is_person=False), name="no_money_from_a_person"
            ),
            models.CheckConstraint(condition=~Q(bank_reference=""), name="a_transfer_has_its_bank_reference"),
            models.UniqueConstraint(fields=["order_no"], condition=Q(state="matched"), name="an_order_is_paid_once"),
        ]


class Refund(models.Model):
    """Money that goes back, in full, to the account that paid, within 5 working days."""

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="refund")
    order_no = models.CharField(max_length=20, blank=True, db_index=True)
    amount_fen = models.PositiveIntegerField()
    reason = models.CharField(max_length=24)
    ordered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=40, blank=True)
