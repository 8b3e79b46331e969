"""Start a stock check, walk through the stock, and decide what it found (MIIT 452 (六))."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from answerable.lib.jobs import defer
from answerable.numbers.models import Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.stock import errors
from answerable.stock.look import look
from answerable.stock.models import StockCheck, StockFinding
from answerable.stock.rules import TERMS, propose
from answerable.trail.actions import record
from answerable.trail.actors import system
from answerable.verification.actions import ask
from answerable.verification.actions.recheck import end_of_day
from answerable.verification.errors import AskedAlready, NothingToAsk
from answerable.verification.models import Recheck

CHUNK = 500
IN_SERVICE = ("working", "paused_by_holder")
BY = system("worker")
LEFT_AFTER = dt.timedelta(minutes=5)


def start(*, staff: Staff, at: dt.datetime, carrier: str = "", branch: str = "", batch: str = "") -> StockCheck:
    """Start a check over the numbers in service, all or some; raise CheckRuns or NothingToCheck."""
    require(staff, "run_stock_check")
    try:
        with transaction.atomic():
            made = StockCheck(
                started_by=staff, started_at=at, moved_at=at, carrier=carrier, branch=branch, batch=batch, total=0
            )
            made.total = _scope(made).count()
            if not made.total:
                raise errors.NothingToCheck
            made.save(force_insert=True)
            record(
                "stock.started", by=actor_of(staff), at=at, subject=("stock_check", made.pk),
                after={"carrier": carrier, "branch": branch, "batch": batch, "total": made.total},
            )  # fmt: skip
            defer("stock.walk", stock_check_id=made.pk)
    except IntegrityError:
        raise errors.CheckRuns from None
    return made


def _scope(check: StockCheck) -> QuerySet[Number]:
    chosen = Q(business_state__in=IN_SERVICE, holder__isnull=False)
    for name, value in (("carrier", check.carrier), ("batch__branch", check.branch), ("batch", check.batch)):
        if value:
            chosen &= Q(**{name: value})
    return Number.objects.filter(chosen)


def walk(stock_check_id: int, *, at: dt.datetime) -> bool:
    """Look at the next 500 numbers and propose what data says; return whether more are left.

    A chunk is a transaction: a worker that dies leaves the place to go on from. What is asked already is not proposed again.
    """
    with transaction.atomic():
        check = StockCheck.objects.select_for_update().get(pk=stock_check_id)
        if check.state != "running":
            return False
        rows = list(_scope(check).filter(pk__gt=check.upto).select_related("holder").order_by("pk")[:CHUNK])
        if rows:
            found = _propose(check, rows, at)
            check.checked, check.upto = check.checked + len(rows), rows[-1].pk
            what, after = "stock.walked", {"upto": check.upto, "looked_at": len(rows), "found": found}
        else:
            check.state = "finished"
            what, after = "stock.finished", {"checked": check.checked, "found": check.findings.count()}
        check.moved_at = at
        check.save(update_fields=["checked", "upto", "state", "moved_at"])
        record(what, by=BY, at=at, subject=("stock_check", check.pk), after=after)
        if check.state == "running":
            defer("stock.walk", stock_check_id=check.pk)
    return check.state == "running"


def _propose(check: StockCheck, rows: list[Number], at: dt.datetime) -> int:
    asked = set(
        Recheck.objects.filter(number__in=[n.pk for n in rows], state="open", ground="stock_check").values_list(
            "number", "about"
        )
    )
    made = [
        StockFinding(
            stock_check=check, number=number, enterprise=number.holder, kind=kind, evidence=evidence, found_at=at
        )
        for number, seen in look(rows, at=at)
        for kind, evidence in propose(seen).items()
        if (number.pk, kind) not in asked
    ]
    StockFinding.objects.bulk_create(made)
    return len(made)


def resume(*, at: dt.datetime) -> int:
    """Hand on the check that a dead worker left; return how many were left."""
    left = StockCheck.objects.filter(state="running", moved_at__lte=at - LEFT_AFTER)
    for check in left:
        defer("stock.walk", stock_check_id=check.pk)
    return len(left)


def confirm(finding: StockFinding, *, staff: Staff, at: dt.datetime) -> Recheck:
    """Confirm a finding: the holder is asked to put it right by the kind's deadline, after which the number pauses by itself.

    Raise DecidedAlready, StartedByYou, NoLongerInService.
    """
    require(staff, "stop_numbers")
    with transaction.atomic():
        locked = _proposed(finding, staff)
        number = Number.objects.select_related("holder").get(pk=locked.number_id)
        level, days = TERMS[locked.kind]
        if number.holder_id != locked.enterprise_id or number.business_state not in ANSWERED_FOR:
            raise errors.NoLongerInService
        try:
            with transaction.atomic():
                recheck = ask(
                    number,
                    ground="stock_check",
                    level=level,
                    by=staff,
                    at=at,
                    about=locked.kind,
                    deadline=end_of_day(at, days),
                )
        except AskedAlready:  # an earlier check's is still open: the same thing puts both right
            recheck = Recheck.objects.get(number=number, state="open", ground="stock_check", about=locked.kind, line="")
        except NothingToAsk:
            raise errors.NoLongerInService from None
        _decide(locked, "confirmed", staff, at, recheck=recheck)
    return recheck


def dismiss(finding: StockFinding, *, why: str, staff: Staff, at: dt.datetime) -> None:
    """Dismiss a finding with a reason. Raise DecidedAlready, StartedByYou, WhyMissing."""
    require(staff, "stop_numbers")
    with transaction.atomic():
        locked = _proposed(finding, staff)
        if not why.strip():
            raise errors.WhyMissing
        _decide(locked, "dismissed", staff, at, why=why.strip()[:300])


def _proposed(finding: StockFinding, staff: Staff) -> StockFinding:
    locked = (
        StockFinding.objects.select_for_update(of=("self",))
        .select_related("stock_check", "decided_by")
        .get(pk=finding.pk)
    )
    if locked.state != "proposed":
        raise errors.DecidedAlready(name=locked.decided_by.name if locked.decided_by else "")
    if locked.stock_check.started_by_id == staff.pk:
        raise errors.StartedByYou
    return locked


def _decide(
    finding: StockFinding, state: str, staff: Staff, at: dt.datetime, *, why: str = "", recheck: Recheck | None = None
) -> None:
    finding.state, finding.decided_by, finding.decided_at, finding.why, finding.recheck = state, staff, at, why, recheck
    finding.save(update_fields=["state", "decided_by", "decided_at", "why", "recheck"])
    record(
        f"stock.{state}", by=actor_of(staff), at=at, subject=("stock_finding", finding.pk), number=finding.number_id,
        after={"kind": finding.kind, "why": why, "recheck": recheck.pk if recheck else None},
    )  # fmt: skip
