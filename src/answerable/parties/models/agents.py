"""Agents, one level deep, who acts for them, and the penalties laid on them."""

from django.db import models
from django.db.models import F, Q

from answerable.parties.models.people import Enterprise, Person


class Agent(models.Model):
    """An organisation that prepares applications for others (代理商), one level deep: there is no field for a parent.

    Only the operator's compliance officers sign an agent up; it never handles and never takes the customer's money
    (MIIT 452 (五), (七)二). Trust: whoever can write here can have numbers reserved, never opened.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "合作中"
        SUSPENDED = "suspended", "暂停合作"
        ENDED = "ended", "已终止"

    class EndKind(models.TextChoices):
        AGREED = "agreed", "协议到期或协商终止"
        BREACH = "breach", "违规终止"

    organisation = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="agencies")
    licence_no = models.CharField(max_length=60)
    licence_scope = models.CharField(max_length=200)
    licence_until = models.DateField(help_text="The last day.")
    agreement_no = models.CharField(max_length=60, unique=True)
    agreement_signed_on = models.DateField()
    agreement_until = models.DateField(help_text="The last day.")
    agreement_pdf = models.BinaryField(help_text="Sealed under the master key.")
    agreement_sha256 = models.CharField(max_length=64)
    real_name_duty = models.BooleanField(help_text="The agreement names the real-name duty.")
    sanctions = models.BooleanField(help_text="The agreement names the sanctions for a breach.")
    quota = models.PositiveIntegerField(help_text="Numbers it may have reserved at one time.")
    cap_floor = models.PositiveIntegerField(default=2000, help_text="Hoarding cap: at least this many.")
    cap_permille = models.PositiveSmallIntegerField(default=75, help_text="Of its working numbers, if that is more.")
    reserve_days = models.PositiveSmallIntegerField(default=45, help_text="A reservation lasts this long, at most.")
    state = models.CharField(max_length=9, choices=State, default=State.ACTIVE)
    added_by = models.ForeignKey("parties.Staff", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    end_kind = models.CharField(max_length=6, choices=EndKind, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    end_proposed_by = models.ForeignKey("parties.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    end_proposed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("parties.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=~Q(state="ended"), name="one_agency_an_organisation"
            ),
            models.CheckConstraint(
                condition=Q(real_name_duty=True, sanctions=True), name="an_agent_accepts_duty_and_sanctions"
            ),
            models.CheckConstraint(
                condition=Q(agreement_until__gte=F("agreement_signed_on")), name="agreement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(agreement_sha256__regex=r"^[0-9a-f]{64}$"), name="an_agreement_has_its_digest"
            ),
            models.CheckConstraint(condition=Q(reserve_days__range=(1, 45)), name="reserved_at_most_45_days"),
            models.CheckConstraint(
                condition=(Q(state="ended") & Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_kind=""))
                | (~Q(state="ended") & Q(ended_at__isnull=True, ended_by__isnull=True)),
                name="an_ended_agency_says_when",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True)
                | (Q(end_proposed_by__isnull=False) & ~Q(ended_by=F("end_proposed_by"))),
                name="an_agency_is_ended_by_two",
            ),
        ]


class AgentSpell(models.Model):
    """From when an agent was in a state, and why: rows are only added, so that any day past can be answered."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="spells")
    state = models.CharField(max_length=9, choices=Agent.State)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("parties.Staff", on_delete=models.PROTECT, related_name="+")


class AgentResponsible(models.Model):
    """A person who answers for an agent: by keyed hash of the ID number, as the black list keeps persons."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="responsible")
    name = models.CharField(max_length=60)
    id_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "id_hash"], name="responsible_once")]


class AgentMember(models.Model):
    """A person who acts for an agent in the console. One agent a person: an agent's people are not lent on."""

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agent_memberships")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(until__isnull=True), name="one_agent_a_person")
        ]


class AgentPenalty(models.Model):
    """A penalty laid on an agent under its agreement, and why: proposed by one, in force by another, never changed."""

    class Kind(models.TextChoices):
        FINE = "fine", "违约金"
        WARNING = "warning", "书面警告"
        QUOTA = "quota", "压减额度"
        SUSPENSION = "suspension", "暂停合作"
        OTHER = "other", "其他措施"

    class Because(models.TextChoices):
        FINDING = "finding", "核查发现"
        COMPLAINT = "complaint", "举报"
        STOP = "stop", "停机"
        OTHER = "other", "其他"

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="penalties")
    kind = models.CharField(max_length=10, choices=Kind)
    rule = models.CharField(max_length=200, help_text="The article of the agreement or the law.")
    amount_fen = models.PositiveBigIntegerField(default=0)
    measure = models.CharField(max_length=200, blank=True)
    because = models.CharField(max_length=9, choices=Because)
    reference = models.CharField(max_length=60, help_text="The number, finding or complaint it rests on.")
    proposed_by = models.ForeignKey("parties.Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="fine", amount_fen__gt=0) | (~Q(kind="fine") & Q(amount_fen=0) & ~Q(measure="")),
                name="a_penalty_is_an_amount_or_a_measure",
            )
        ]


class AgentPenaltyApproval(models.Model):
    """The second person's word on a penalty: a trigger asks that it be another than who proposed it."""

    penalty = models.OneToOneField(AgentPenalty, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey("parties.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
