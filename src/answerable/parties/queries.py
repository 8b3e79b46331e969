"""Read people and organisations. Every query that a signed-in person may use is narrowed to what is theirs."""

from __future__ import annotations

import datetime as dt
from typing import Literal, cast

from django.core.cache import cache
from django.db.models import QuerySet, Sum

from answerable.lib import vault
from answerable.lib.identifiers import read_credit_code
from answerable.lib.workdays import CHINA
from answerable.parties import errors
from answerable.parties.models import (
    Agent,
    AgentMember,
    AgentPenalty,
    Authorisation,
    BlacklistEntry,
    Carrier,
    Counter,
    Enterprise,
    Notice,
    Operator,
    Person,
    RegisterEntry,
    Staff,
    TrustedRoot,
    VideoBasis,
)
from answerable.parties.roles import permissions

CARRIER_LIVES_SECONDS = 30


def operator() -> Operator:
    """Return who runs this installation."""
    return Operator.objects.get(pk=1)


def refuse_demo() -> None:
    """Raise DemoWorld where this installation holds the made-up world."""
    if Operator.objects.filter(is_demo=True).exists():
        raise errors.DemoWorld


def carrier_of(number: str) -> Carrier | None:
    """Return whose range a number is in; kept half a minute, for it changes only when the operator's file is loaded."""
    prefix = number[:4]
    found: Carrier | None = cache.get_or_set(
        f"carrier:{prefix}", lambda: Carrier.objects.filter(prefixes__contains=[prefix]).first(), CARRIER_LIVES_SECONDS
    )
    return found


def authorisations(at: dt.datetime) -> QuerySet[Authorisation]:
    """List what is in force on the day, China time, the longest first."""
    day = at.astimezone(CHINA).date()
    return Authorisation.objects.filter(since__lte=day, until__gte=day).order_by("-until")


def require_authorisation(at: dt.datetime, carrier: str) -> Authorisation:
    """Return the authorisation for a carrier, or raise AuthorisationNotInForce: without it nothing is handled."""
    found = authorisations(at).filter(carriers__contains=[carrier]).first()
    if found is None:
        raise errors.AuthorisationNotInForce
    return found


def is_video_allowed(day: dt.date) -> bool:
    """Say whether two compliance officers have recorded the legal basis of handling by video, in force on the day."""
    return VideoBasis.objects.filter(approved_by__isnull=False, since__lte=day).exists()


def register_entry(credit_code: str) -> RegisterEntry:
    """Find an organisation in the register by its credit code; raise CreditCodeInvalid or NotInRegister."""
    code = read_credit_code(credit_code)
    if not code.is_valid:
        raise errors.CreditCodeInvalid
    entry = RegisterEntry.objects.filter(pk=code.code).first()
    if entry is None:
        raise errors.NotInRegister
    return entry


def is_blacklisted(*, credit_code: str = "", id_number: str = "") -> bool:
    """Say whether a firm or a person may not apply."""
    firm = credit_code and BlacklistEntry.objects.filter(kind="firm", value=credit_code).exists()
    return bool(firm) or bool(
        id_number and BlacklistEntry.objects.filter(kind="person", value=vault.keyed_hash(id_number, "person")).exists()
    )


def proven_for(person: Person) -> QuerySet[Enterprise]:
    """List the organisations that a person is proven to act for: everything of theirs may be shown to this person."""
    return Enterprise.objects.filter(memberships__person=person, memberships__proven_at__isnull=False)


def people_of(enterprise_id: int | None) -> QuerySet[Person]:
    """List the people who are proven to act for an organisation; nobody for None."""
    return Person.objects.filter(memberships__enterprise=enterprise_id, memberships__proven_at__isnull=False)


def notices_of(person: Person) -> QuerySet[Notice]:
    """List a person's notices, newest first."""
    return Notice.objects.filter(person=person).order_by("-at", "-id")


def is_same_human(first: Staff, second: Staff) -> bool:
    """Say whether two accounts are one human being, by account or as an applicant: where two people are asked for."""
    return first.pk == second.pk or (first.person_id is not None and first.person_id == second.person_id)


def may(staff: Staff, permission: str) -> bool:
    """Say whether a member of staff has a permission."""
    return staff.is_active and permission in permissions(staff.roles)


def require(staff: Staff, permission: str) -> None:
    """Raise NotPermitted unless a member of staff has a permission."""
    if not may(staff, permission):
        raise errors.NotPermitted


def counter_of(roles: list[str], code: str) -> Counter | None:
    """Return the counter that somebody with `roles` is to belong to; raise CounterNeeded where role and counter disagree."""
    counter = Counter.objects.filter(pk=code).first() if code else None
    if ("counter" in roles) is not (counter is not None):
        raise errors.CounterNeeded(known=", ".join(Counter.objects.order_by("pk").values_list("pk", flat=True)) or "—")
    return counter


def trusted_roots() -> list[bytes]:
    """Return the roots whose electronic seals are accepted, as DER."""
    return [bytes(der) for der in TrustedRoot.objects.filter(removed_at=None).values_list("der", flat=True)]


def counters(day: dt.date | None = None) -> QuerySet[Counter]:
    """List the operator's own counters; with a day, only those that have not ended before it. Video only where allowed."""
    found = Counter.objects.order_by("code")
    if day is None:
        return found
    if not is_video_allowed(day):
        found = found.exclude(kind="video")
    return found.exclude(open_until__lt=day)


def is_open_on(counter: Counter, day: dt.date) -> bool:
    """Say whether a counter takes visits on a day."""
    return (
        (counter.open_from is None or counter.open_from <= day)
        and (counter.open_until is None or day <= counter.open_until)
        and day not in counter.closed_days
        and (counter.kind != "video" or is_video_allowed(day))
    )


def name_at(enterprise: Enterprise, at: dt.datetime) -> str:
    """Say by what name an organisation was known at a moment."""
    former = enterprise.former_names.filter(until__gt=at).order_by("until").first()
    return former.name if former else enterprise.name


AgentState = Literal["none", "active", "suspended", "ended", "over"]


def agent_state(agent: Agent, at: dt.datetime) -> AgentState:
    """Say where an agency stood at a moment; `over`: licence or agreement was past its last day. `none`: not yet signed."""
    return judge_spell(
        agent, agent.spells.filter(since__lte=at).order_by("-since", "-pk").values_list("state", flat=True).first(), at
    )


def judge_spell(agent: Agent, spell: str | None, at: dt.datetime) -> AgentState:
    """Say where an agency stood that was in a `spell` at a moment (None: not signed yet)."""
    if spell is None:
        return "none"
    day = at.astimezone(CHINA).date()
    if spell == "active" and day > min(agent.licence_until, agent.agreement_until):
        return "over"
    return cast(AgentState, spell)


def agents() -> QuerySet[Agent]:
    """List the agents, those at work first."""
    return Agent.objects.select_related("organisation").order_by("state", "organisation__name", "-pk")


def agent_of(person: Person) -> Agent | None:
    """Return the agent a person acts for in the console; None where the agency has ended."""
    member = AgentMember.objects.filter(person=person, until=None).exclude(agent__state="ended")
    found = member.select_related("agent__organisation").first()
    return found.agent if found else None


def penalties_of(agent: Agent) -> QuerySet[AgentPenalty]:
    """List an agent's penalties, newest first; one without an approval is not in force yet."""
    return agent.penalties.select_related("proposed_by", "approval__by").order_by("-pk")


def fines_fen(agent: Agent) -> int:
    """Add up the fines in force."""
    total = agent.penalties.filter(approval__isnull=False).aggregate(total=Sum("amount_fen"))["total"]
    return int(total or 0)


def is_agent_named(name: str) -> bool:
    """Say whether an organisation of this name is or was an agent."""
    return Agent.objects.filter(organisation__name=name).exists()
