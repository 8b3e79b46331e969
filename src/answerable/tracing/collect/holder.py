"""Who answered at the moment, where the number comes from, what it rang, and through whom it was sold."""

from __future__ import annotations

from typing import Literal

from django.db.models import Q

from answerable.numbers.logged import written
from answerable.numbers.models import Destination, Tenure
from answerable.numbers.queries import sold_through
from answerable.parties.queries import agent_state, name_at
from answerable.tracing import shape
from answerable.tracing.collect.log import Proven
from answerable.tracing.collect.said import moment
from answerable.tracing.models import TraceCase
from answerable.transparency.entries import canonical


def number(case: TraceCase) -> shape.Number:
    """Say where the number comes from, and its two states now."""
    row = case.number
    return shape.Number(
        carrier=row.carrier.name_zh, branch=row.batch.branch, batch=row.batch_id,
        allocated_on=row.batch.allocated_on.isoformat(), business_state_now=row.business_state,
        network_state_now=row.network_state,
    )  # fmt: skip


def holder(case: TraceCase, proven: Proven) -> shape.Holder | None:
    """Say who answered at the moment, by what name, and whether the public log says the same; None: nobody did."""
    if case.holder is None:
        return None
    tenures = Tenure.objects.filter(number=case.number_id, holder=case.holder, since__lte=case.moment)
    tenure = tenures.latest("since")
    return shape.Holder(
        name_then=name_at(case.holder, case.moment), name_now=case.holder.name, credit_code=case.holder.credit_code,
        subject_type=case.holder.subject_type, legal_representative=_representative(case), address=case.holder.address,
        since=moment(tenure.since), until=moment(tenure.until), via_log=_via_log(case, proven),
    )  # fmt: skip


def _representative(case: TraceCase) -> str:
    """Name who represented it then; the register shows this to everybody."""
    assert case.holder is not None  # noqa: S101
    former = case.holder.former_names.filter(until__gt=case.moment).order_by("until").first()
    return former.legal_representative if former else case.holder.legal_representative


def _via_log(case: TraceCase, proven: Proven) -> Literal["agrees", "differs", "commitment", "silent"]:
    said = proven.history.at(written(case.moment)) if proven.history else None
    if said is None:
        return "silent"
    if "commitment" in said:
        return "commitment"
    return "agrees" if case.holder and said["credit_code"] == case.holder.credit_code else "differs"


def sole_trader_values(case: TraceCase) -> set[str]:
    """Return what the log's commitment to the holder may stand for: the name then and now."""
    if case.holder is None:
        return set()
    names = {case.holder.name, name_at(case.holder, case.moment)}
    return {canonical({"name": name, "credit_code": case.holder.credit_code}).decode() for name in names}


def lines(case: TraceCase) -> list[shape.Line]:
    """List the lines that were bound at the moment, in their order."""
    bound = Destination.objects.filter(number=case.number_id, added_at__lte=case.moment)
    return [
        shape.Line(
            line=one.line, kind=one.kind, carrier=one.carrier, range_kind=one.range_kind, position=one.position,
            added_at=moment(one.added_at), removed_at=moment(one.removed_at), proven_until=moment(one.proven_until),
        )
        for one in bound.filter(Q(removed_at=None) | Q(removed_at__gt=case.moment)).order_by("position", "pk")
    ]  # fmt: skip


def agent(case: TraceCase) -> shape.Agent | None:
    """Say through whom the number was sold to the holder of the moment; None: at the operator."""
    sale = sold_through(case.number_id, case.moment)
    if sale is None or sale.agent is None:
        return None
    found = sale.agent
    penalties = found.penalties.filter(approval__isnull=False).order_by("proposed_at")
    return shape.Agent(
        name=found.organisation.name, credit_code=found.organisation.credit_code, licence_no=found.licence_no,
        agreement_no=found.agreement_no, state_then=agent_state(found, case.moment),
        penalties=[
            {"kind": one.kind, "rule": one.rule, "amount_fen": one.amount_fen, "at": moment(one.proposed_at)}
            for one in penalties
        ],
    )  # fmt: skip
