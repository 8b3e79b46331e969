"""Choose, sign, pay, open; renew and release. Trust: `contract_sha256` is what both sides can prove."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from answerable.billing.models import Package
from answerable.numbers.models import Number
from answerable.parties.models import Agent, Enterprise, Membership, Person, Staff
from answerable.verification.models import Document


class Order(models.Model):
    """One application for one number, its renewal, its transfer to a new holder, or the taking over of one from a present ledger; the price is frozen when the contract is made."""

    class Kind(models.TextChoices):
        NEW = "new", "新开"
        RENEWAL = "renewal", "续约"
        TAKEOVER = "takeover", "接管"
        TRANSFER = "transfer", "过户"

    class State(models.TextChoices):
        HELD = "held", "待签约"
        AWAITING_PAYMENT = "awaiting_payment", "待付款"
        PAID = "paid", "已付款"
        COMPLETED = "completed", "已完成"
        CANCELLED = "cancelled", "已取消"
        DECLINED = "declined", "未通过"
        LAPSED = "lapsed", "已过期"

    class Use(models.TextChoices):
        OWN = "own", "自用"
        CALL_CENTRE = "call_centre", "经营呼叫中心"
        PLATFORM_AGENCY = "platform_agency", "平台代理"
        OUTSOURCED = "outsourced", "经营外包呼叫中心"

    order_no = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NEW)
    state = models.CharField(max_length=18, choices=State, default=State.HELD)
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="orders")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="orders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders")
    role = models.CharField(max_length=20, choices=Membership.Role)
    agent = models.ForeignKey(
        Agent,
        null=True,
        on_delete=models.PROTECT,
        related_name="orders",
        help_text="Who prepared it; empty: at the operator. A trigger keeps it.",
    )
    use = models.CharField(max_length=20, choices=Use)
    industry = models.CharField(max_length=40)
    package = models.ForeignKey(Package, on_delete=models.PROTECT)
    price_fen = models.PositiveIntegerField()
    price = models.JSONField(help_text="The lines the price is made of, as shown and frozen.")
    created_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True)
    contract_pdf = models.BinaryField(default=bytes)
    contract_sha256 = models.CharField(max_length=64, blank=True)
    contract_pages = models.PositiveSmallIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    pay_until = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    materials_until = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="one_live_order_a_number",
                condition=Q(state__in=["held", "awaiting_payment", "paid"]),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["awaiting_payment", "paid", "completed"])
                | Q(contract_sha256__regex=r"^[0-9a-f]{64}$"),
                name="nothing_is_paid_unsigned",
            ),
        ]


class HolderTransfer(models.Model):
    """A holder's wish to pass a number in service on to one organisation (过户), and what became of it.

    Trust: whoever can write here can pass no number on: a trigger asks for the receiver's approved, handled dossier.
    """

    class State(models.TextChoices):
        OPEN = "open", "待接收"
        ACCEPTED = "accepted", "接收方办理中"
        COMPLETED = "completed", "已过户"
        CANCELLED = "cancelled", "已取消"
        DECLINED = "declined", "未通过"
        LAPSED = "lapsed", "已过期"

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="transfers")
    giver = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    receiver_code = models.CharField(
        max_length=18, help_text="The credit code of the one organisation that may accept."
    )
    code = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    started_at = models.DateTimeField()
    until = models.DateTimeField(help_text="To accept; then the receiver's order has its own clocks.")
    consent_pdf = models.BinaryField()
    consent = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="holder_transfer")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(state__in=["open", "accepted"]), name="one_open_transfer_a_number"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "completed"]) | Q(order__isnull=False, consent__isnull=False),
                name="what_is_accepted_has_consent_and_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted"]) ^ Q(ended_at__isnull=False),
                name="an_ended_transfer_says_when",
            ),
        ]

    @property
    def papers_ref(self) -> str:
        """Return what the giver's consent is filed under, as a contract is under its order."""
        return f"T{self.pk}"


class Reservation(models.Model):
    """A number that an agent keeps for one named customer, with what it prepared and what it asks; never extended.

    Trust: whoever can write here keeps a number from others for 45 days; nobody is applied for by it.
    """

    class State(models.TextChoices):
        OPEN = "open", "待客户接受"
        ACCEPTED = "accepted", "客户已接受"
        WITHDRAWN = "withdrawn", "已撤回"
        LAPSED = "lapsed", "已过期"

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="reservations")
    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="reservations")
    customer_code = models.CharField(
        max_length=18, help_text="The credit code of the one organisation that may accept."
    )
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8, unique=True)
    package = models.ForeignKey(Package, on_delete=models.PROTECT)
    use = models.CharField(max_length=20, choices=Order.Use)
    industry = models.CharField(max_length=40)
    offer_fen = models.PositiveIntegerField(help_text="What the agent asks for the term, in all.")
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reserved_at = models.DateTimeField()
    until = models.DateTimeField()
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="reservation")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "number"], name="an_agent_reserves_a_number_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(state="open"), name="one_reservation_a_number"),
            models.CheckConstraint(
                condition=Q(until__gt=F("reserved_at")) & Q(until__lte=F("reserved_at") + dt.timedelta(days=45)),
                name="a_reservation_lasts_45_days_at_most",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") ^ Q(order__isnull=True), name="what_a_customer_accepted_has_its_order"
            ),
            models.CheckConstraint(
                condition=Q(state="open") ^ Q(ended_at__isnull=False), name="an_ended_reservation_says_when"
            ),
        ]


class AgentPapersConsent(models.Model):
    """A customer's leave for the agent of its order to file papers of the organisation, until it is withdrawn.

    Trust: whoever can write here can have papers put into empty items of a dossier; nothing is shown or submitted by it.
    """

    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="papers_consents")
    text_version = models.CharField(max_length=16, help_text="Which text the person was shown (`orders.agent_papers`).")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reservation"], condition=Q(ended_at=None), name="one_agent_papers_consent_in_force"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="an_ended_agent_papers_consent_says_who",
            ),
        ]


class Registration(models.Model):
    """The registration record sent to the carrier's register, and its receipt (no receipt, no opening)."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="registration")
    record = models.BinaryField(help_text="The record as it was sent, sealed: it names persons.")
    record_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    receipt_no = models.CharField(max_length=60, blank=True)
    receipt = models.JSONField(null=True)
    received_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")


class TestCall(models.Model):
    """The automatic call through the real gate before a number works."""

    class State(models.TextChoices):
        DUE = "due", "待拨测"
        CALLING = "calling", "拨测中"
        DONE = "done", "已完成"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="test_calls")
    number = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    reached = models.BooleanField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    sip_status = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    ring_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=~Q(state="done"), name="one_test_call_at_a_time"),
        ]
