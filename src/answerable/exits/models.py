"""Who came from another operator, and how an agent or the operator itself ends. Trust: whoever writes here opens nothing."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q, Value

from answerable.numbers.models import Number
from answerable.orders.models import Reservation
from answerable.parties.models import Agent, Enterprise, Person, Staff

NOTICE_DAYS = 90
"""Telecom Regulations art. 15: who stops operating says so ninety days ahead."""


class Arrival(models.Model):
    """One archive that was taken in: whose, from where, and what its proofs rest on. The archive itself is kept sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="arrivals")
    archive_sha256 = models.CharField(max_length=64, unique=True)
    operator = models.CharField(max_length=80, help_text="The operator that it comes from, as its archive says.")
    operator_key = models.CharField(max_length=200)
    log_key = models.CharField(max_length=200)
    built_at = models.DateTimeField(help_text="When the previous operator made it.")
    numbers = models.JSONField(help_text="The numbers that came.")
    left = models.JSONField(default=list, help_text="Numbers of its that stayed: stopped, or not in service.")
    calls = models.PositiveIntegerField(help_text="Call records in the archive.")
    at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, help_text="When the archive's key was destroyed; the row stays.")

    class Meta:
        ordering = ["-at"]


class ExitPlan(models.Model):
    """An agent's or the operator's end, announced at least ninety days ahead (Telecom Regulations art. 15).

    Trust: whoever can write here suspends an agent and has holders told; no number is opened, stopped or moved by it.
    """

    class Kind(models.TextChoices):
        AGENT = "agent", "代理商退出"
        OPERATOR = "operator", "运营主体退出"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待公布"
        ANNOUNCED = "announced", "已公布"
        CLOSED = "closed", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField(max_length=8, choices=Kind)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="exit_plans")
    how = models.CharField(max_length=6, choices=Agent.EndKind, blank=True, help_text="How the agency ends.")
    successor = models.CharField(
        max_length=120, blank=True, help_text="Whom the operator names; empty: the carrier alone."
    )
    why = models.CharField(max_length=200)
    last_day = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    announced_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(null=True)
    announced_on = models.DateField(null=True, help_text="The day of that moment in China.")
    closing_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="agent", agent__isnull=False, successor="") & ~Q(how="")
                | Q(kind="operator", agent__isnull=True, how=""),
                name="a_plan_is_an_agents_or_the_operators",
            ),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=True)
                | Q(last_day__gte=F("announced_on") + Value(dt.timedelta(days=NOTICE_DAYS))),
                name="an_exit_is_announced_90_days_ahead",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["announced", "closed"], announced_at__isnull=False, announced_on__isnull=False)
                & Q(announced_by__isnull=False) & ~Q(announced_by=F("proposed_by"))
                | Q(state__in=["proposed", "withdrawn"], announced_at__isnull=True, announced_on__isnull=True)
                & Q(announced_by__isnull=True),
                name="an_exit_is_announced_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False, closing_by__isnull=False)
                & ~Q(closed_by=F("closing_by"))
                | ~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True),
                name="an_exit_is_closed_by_two",
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(state__in=["proposed", "announced"]), name="one_exit_plan_an_agent"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="operator", state__in=["proposed", "announced"]), name="one_exit_plan_of_the_operator"
            ),
        ]  # fmt: skip


class ExitStep(models.Model):
    """One number that a plan concerns, in the hands of one holder, and what the holder chose for it.

    No choice and no `chosen_at`: still open. `chosen_at` without a person: nobody answered, the default holds.
    """

    class Choice(models.TextChoices):
        DIRECT = "direct", "由运营主体直接服务"
        AGENT = "agent", "转给其他代理商"
        CARRIER = "carrier", "转到基础电信企业"
        SUCCESSOR = "successor", "转到承接单位"
        RELEASE = "release", "销号"

    plan = models.ForeignKey(ExitPlan, on_delete=models.PROTECT, related_name="steps")
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="+")
    reservation = models.ForeignKey(Reservation, null=True, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=9, choices=Choice, blank=True)
    to_agent = models.ForeignKey(Agent, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    consent_version = models.CharField(max_length=20, blank=True)
    receipt_name = models.CharField(max_length=120, blank=True, help_text="Who took the number and its paid term over.")
    receipt_reference = models.CharField(max_length=80, blank=True)
    receipt_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    receipt_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number", "holder"], name="one_step_a_number_and_holder"),
            models.UniqueConstraint(fields=["plan", "reservation"], name="one_step_a_reservation"),
            models.CheckConstraint(
                condition=Q(holder__isnull=False, reservation__isnull=True)
                | Q(holder__isnull=True, reservation__isnull=False, choice=""),
                name="a_step_is_a_holders_or_a_reservation",
            ),
            models.CheckConstraint(
                condition=Q(choice="", chosen_at__isnull=True, chosen_by__isnull=True)
                | ~Q(choice="") & Q(chosen_at__isnull=False, chosen_by__isnull=False) & ~Q(consent_version="")
                | Q(choice="direct", chosen_at__isnull=False, chosen_by__isnull=True, consent_version=""),
                name="a_choice_is_consented_to_or_the_default",
            ),
            models.CheckConstraint(
                condition=Q(choice="agent", to_agent__isnull=False) | ~Q(choice="agent") & Q(to_agent__isnull=True),
                name="another_agent_is_named",
            ),
            models.CheckConstraint(
                condition=Q(receipt_at__isnull=True, receipt_by__isnull=True, receipt_name="", receipt_reference="")
                | Q(choice__in=["carrier", "successor"], receipt_at__isnull=False, receipt_by__isnull=False)
                & ~Q(receipt_name="") & ~Q(receipt_reference=""),
                name="a_receipt_is_whole",
            ),
        ]  # fmt: skip
