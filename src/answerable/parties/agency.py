"""Sign agents up, suspend and end them, and lay penalties on them (MIIT 452 (五); Anti-Telecom-Fraud Law art. 31)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from answerable.lib import vault
from answerable.lib.identifiers import read_id_number
from answerable.parties import errors
from answerable.parties.actions import actor_of, know
from answerable.parties.models import (
    Agent,
    AgentMember,
    AgentResponsible,
    AgentSpell,
    BlacklistEntry,
    Person,
    Staff,
)
from answerable.parties.publication import holder_entry
from answerable.parties.queries import is_blacklisted, register_entry, require
from answerable.trail.actions import record
from answerable.transparency.actions import publish

DEFAULT_QUOTA = 200
AGREEMENT_BYTES = 15 * 1024 * 1024


@dataclass(frozen=True)
class Terms:
    """What an agency rests on: the telecom licence, and the agreement with its file."""

    licence_no: str
    licence_scope: str
    licence_until: dt.date | None
    agreement_no: str
    agreement_signed_on: dt.date | None
    agreement_until: dt.date | None
    agreement: bytes
    real_name_duty: bool
    sanctions: bool
    quota: int = DEFAULT_QUOTA
    responsible: tuple[tuple[str, str], ...] = ()
    """Names and ID numbers of who answers for the agent; of the ID number only its keyed hash is kept."""


def sign_up_agent(credit_code: str, terms: Terms, *, staff: Staff, at: dt.datetime) -> Agent:
    """Sign an organisation of the register up as agent.

    Raise AgentInvalid, AgentBarred (black list), AgentExists, or what the register says of the credit code.
    """
    require(staff, "manage_agents")
    entry = register_entry(credit_code)
    persons = _check(terms)
    licence_until, signed_on, until = _days(terms)
    if is_blacklisted(credit_code=entry.credit_code) or any(is_blacklisted(id_number=number) for _, number in persons):
        raise errors.AgentBarred
    digest = hashlib.sha256(terms.agreement).hexdigest()
    try:
        with transaction.atomic():
            agent = Agent.objects.create(
                organisation=know(entry, by=actor_of(staff), at=at), licence_no=terms.licence_no, licence_scope=terms.licence_scope,
                licence_until=licence_until, agreement_no=terms.agreement_no, agreement_signed_on=signed_on,
                agreement_until=until, agreement_pdf=vault.seal_bytes(terms.agreement, _context(terms.agreement_no)),
                agreement_sha256=digest, real_name_duty=True, sanctions=True, quota=terms.quota, added_by=staff, added_at=at,
            )  # fmt: skip
            AgentSpell.objects.create(agent=agent, state="active", since=at, by=staff)
            AgentResponsible.objects.bulk_create(
                AgentResponsible(agent=agent, name=name, id_hash=vault.keyed_hash(number, "person"))
                for name, number in persons
            )
            record(
                "agent.signed_up", by=actor_of(staff), at=at, subject=("agent", agent.pk),
                after={"credit_code": entry.credit_code, "agreement_no": terms.agreement_no, "agreement_sha256": digest},
            )  # fmt: skip
    except IntegrityError:
        raise errors.AgentExists from None
    return agent


def _context(agreement_no: str) -> str:
    return f"agreement:{agreement_no}"


def agreement_of(agent: Agent, *, staff: Staff, at: dt.datetime) -> bytes:
    """Open the agreement's file; that it was opened is a fact."""
    require(staff, "manage_agents")
    record("agent.agreement_shown", by=actor_of(staff), at=at, subject=("agent", agent.pk))
    return vault.open_bytes(agent.agreement_pdf, _context(agent.agreement_no))


def _check(terms: Terms) -> list[tuple[str, str]]:
    """Refuse terms that are not whole; return who is responsible, with ID numbers in their one spelling."""
    words = {"licence_no": 60, "licence_scope": 200, "agreement_no": 60}
    if not all(0 < len(getattr(terms, name)) <= most for name, most in words.items()):
        raise errors.AgentInvalid(
            why_zh="许可证号、业务范围和协议编号都要填。",
            why_en="Give the licence's number and scope, and the agreement's number.",
        )
    if not terms.agreement.startswith(b"%PDF-") or len(terms.agreement) > AGREEMENT_BYTES:
        raise errors.AgentInvalid(
            why_zh="请上传双方签章的协议 PDF，不超过 15 MB。",
            why_en="Upload the agreement signed by both sides as PDF of at most 15 MB.",
        )
    if not (terms.real_name_duty and terms.sanctions):
        raise errors.AgentInvalid(
            why_zh="协议须写明实名责任和违规处置，两项都要确认。",
            why_en="The agreement must name the real-name duty and the sanctions; confirm both.",
        )
    if not 0 < terms.quota <= 1_000_000 or not terms.responsible:
        raise errors.AgentInvalid(
            why_zh="请填写额度和至少一位负责人。", why_en="Give the quota and at least one responsible person."
        )
    return [_responsible(name, number) for name, number in terms.responsible]


def _days(terms: Terms) -> tuple[dt.date, dt.date, dt.date]:
    """Return licence's end, signing and agreement's end; refuse what is missing or ends before it begins."""
    licence_until, signed_on, until = terms.licence_until, terms.agreement_signed_on, terms.agreement_until
    if licence_until is None or signed_on is None or until is None or until < signed_on:
        raise errors.AgentInvalid(
            why_zh="三个日期都要填，协议截止日不早于签订日。",
            why_en="Give all three days; the agreement does not end before it was signed.",
        )
    return licence_until, signed_on, until


def _responsible(name: str, number: str) -> tuple[str, str]:
    read = read_id_number(number)
    if not 0 < len(name.strip()) <= 60 or not read.is_valid:  # the number is not repeated in a message
        raise errors.AgentInvalid(
            why_zh="负责人须有姓名和有效的身份证号。", why_en="A responsible person has a name and a valid ID number."
        )
    return name.strip(), read.number


def add_member(agent: Agent, mobile: str, *, staff: Staff, at: dt.datetime) -> AgentMember:
    """Let a person act for an agent in the console. Raise MobileInvalid, AgentNotAtWork, AgentMemberElsewhere."""
    require(staff, "manage_agents")
    if not re.fullmatch(r"1[3-9][0-9]{9}", mobile):
        raise errors.MobileInvalid
    with transaction.atomic():
        locked = Agent.objects.select_for_update().get(pk=agent.pk)
        if locked.state == "ended":
            raise errors.AgentNotAtWork
        person, _ = Person.objects.get_or_create(mobile=mobile, defaults={"created_at": at})
        other = AgentMember.objects.filter(person=person, until=None).first()
        if other is not None and other.agent_id != agent.pk:
            raise errors.AgentMemberElsewhere
        member = other or AgentMember.objects.create(agent=locked, person=person, since=at)
        if other is None:
            record(
                "agent.member_added", by=actor_of(staff), at=at, subject=("agent", agent.pk),
                after={"person": person.pk},
            )  # fmt: skip
    return member


def remove_member(member: AgentMember, *, staff: Staff, at: dt.datetime) -> None:
    """End a person's acting for an agent."""
    require(staff, "manage_agents")
    with transaction.atomic():
        if AgentMember.objects.filter(pk=member.pk, until=None).update(until=at):
            record(
                "agent.member_removed", by=actor_of(staff), at=at, subject=("agent", member.agent_id),
                after={"person": member.person_id},
            )  # fmt: skip


def suspend_agent(agent: Agent, *, reason: str, staff: Staff, at: dt.datetime) -> None:
    """Suspend an agent at once; what it prepared goes on, nothing new begins. Raise AgentStateConflict."""
    _turn(agent, since="active", to="suspended", reason=reason, staff=staff, at=at)


def resume_agent(agent: Agent, *, reason: str, staff: Staff, at: dt.datetime) -> None:
    """Let a suspended agent go on. Raise AgentStateConflict; AgentLeaves where its exit is announced (a trigger knows)."""
    try:
        _turn(agent, since="suspended", to="active", reason=reason, staff=staff, at=at)
    except IntegrityError:
        raise errors.AgentLeaves from None


def _turn(agent: Agent, *, since: str, to: str, reason: str, staff: Staff, at: dt.datetime) -> None:
    require(staff, "manage_agents")
    why = _reason(reason)
    with transaction.atomic():
        if not Agent.objects.filter(pk=agent.pk, state=since).update(state=to):
            raise errors.AgentStateConflict
        AgentSpell.objects.create(agent=agent, state=to, since=at, reason=why, by=staff)
        record(
            f"agent.{to}", by=actor_of(staff), at=at, subject=("agent", agent.pk), before={"state": since},
            after={"state": to, "reason": why},
        )  # fmt: skip


def propose_end(agent: Agent, *, kind: str, reason: str, staff: Staff, at: dt.datetime) -> None:
    """Propose to end an agency, by agreement or for a breach; nothing ends before another agrees."""
    require(staff, "manage_agents")
    why = _reason(reason)
    if kind not in Agent.EndKind.values:
        raise errors.AgentInvalid(why_zh="请选择终止的种类。", why_en="Choose how the agency ends.")
    with transaction.atomic():
        changed = Agent.objects.filter(pk=agent.pk).exclude(state="ended").update(
            end_kind=kind, end_reason=why, end_proposed_by=staff, end_proposed_at=at
        )  # fmt: skip
        if not changed:
            raise errors.AgentStateConflict
        record(
            "agent.end_proposed", by=actor_of(staff), at=at, subject=("agent", agent.pk),
            after={"kind": kind, "reason": why},
        )  # fmt: skip


def end_agency(agent: Agent, *, staff: Staff, at: dt.datetime) -> Agent:
    """End an agency as another proposed; for a breach its firm and its responsible persons enter the black list with it.

    Raise AgentNeedsAnother, AgentStateConflict.
    """
    require(staff, "manage_agents")
    with transaction.atomic():
        locked = Agent.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=agent.pk)
        if locked.state == "ended" or locked.end_proposed_by_id is None:
            raise errors.AgentStateConflict
        if locked.end_proposed_by_id == staff.pk:
            raise errors.AgentNeedsAnother
        locked.state, locked.ended_by, locked.ended_at = "ended", staff, at
        locked.save(update_fields=["state", "ended_by", "ended_at"])
        AgentSpell.objects.create(agent=locked, state="ended", since=at, reason=locked.end_reason, by=staff)
        locked.members.filter(until=None).update(until=at)
        publish(
            "agent_exit", number="", at=at, agent=holder_entry(locked.organisation, number=""), how=locked.end_kind
        )  # fmt: skip
        listed = _blacklist(locked, at) if locked.end_kind == "breach" else 0
        record(
            "agent.ended", by=actor_of(staff), at=at, subject=("agent", locked.pk),
            after={"kind": locked.end_kind, "reason": locked.end_reason, "blacklisted": listed},
        )  # fmt: skip
    return locked


def _blacklist(agent: Agent, at: dt.datetime) -> int:
    """Enter firm and persons into the black list (MIIT 452 (五)); who is on it already keeps the earlier day."""
    reason = f"代理违规终止：{agent.end_reason}"[:200]
    who = [("firm", agent.organisation.credit_code)]
    who += [("person", value) for value in agent.responsible.values_list("id_hash", flat=True)]
    BlacklistEntry.objects.bulk_create(
        (BlacklistEntry(kind=kind, value=value, reason=reason, added_at=at) for kind, value in who),
        ignore_conflicts=True,
    )
    return len(who)


def _reason(text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= 180:
        raise errors.AgentInvalid(
            why_zh="请写明理由（180 字以内）。", why_en="Give the reason, 180 characters at most."
        )
    return words
