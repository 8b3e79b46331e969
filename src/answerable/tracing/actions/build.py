"""Make a bundle, seal it, and delete it when its period is over."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from answerable.lib import keystore
from answerable.lib.archive import Bundle
from answerable.tracing import errors, store
from answerable.tracing.models import TraceBundle, TraceCase
from answerable.tracing.package import pack
from answerable.tracing.scope import KEPT_AUTHORITY, KEPT_OWN
from answerable.trail.actions import record
from answerable.trail.actors import system

BUILT_WITHIN = dt.timedelta(hours=1)


def build(bundle_id: UUID | str, *, at: dt.datetime) -> TraceBundle | None:
    """Make a bundle that was asked for; None where another worker has it. A failure is ours and leaves no file.

    The first bundle answers a case of the operator's own; an authority's is answered when it is handed out.
    """
    if not TraceBundle.objects.filter(pk=bundle_id, state="queued").update(state="building"):
        return None
    bundle = TraceBundle.objects.select_related(
        "case__number__carrier", "case__number__batch", "case__holder", "case__asked_by", "case__report"
    ).get(pk=bundle_id)
    try:
        made = _make(bundle, at)
        with transaction.atomic():
            _finish(bundle, made, at)
    except BaseException:
        store.destroy(bundle.pk)
        TraceBundle.objects.filter(pk=bundle.pk).update(state="failed")
        raise
    bundle.refresh_from_db()
    return bundle


@dataclass(frozen=True)
class _Made:
    sha256: str
    manifest_sha256: str
    size_bytes: int
    calls: int
    seconds: float


def _make(bundle: TraceBundle, at: dt.datetime) -> _Made:
    begun = time.monotonic()
    sink = store.begin(bundle.pk)
    packed = pack(bundle.case, Bundle(sink), at=at)
    sink.end()
    return _Made(
        sink.digest.hexdigest(), hashlib.sha256(packed.manifest).hexdigest(), sink.size, packed.calls,
        round(time.monotonic() - begun, 3),
    )  # fmt: skip


def _finish(bundle: TraceBundle, made: _Made, at: dt.datetime) -> None:
    case = bundle.case
    until = at + (KEPT_AUTHORITY if case.ground == "authority" else KEPT_OWN)
    still_ours = TraceBundle.objects.filter(pk=bundle.pk, state="building")
    is_ours = still_ours.update(
        state="ready", built_at=at, until=until, sha256=made.sha256, manifest_sha256=made.manifest_sha256,
        size_bytes=made.size_bytes, calls=made.calls, seconds=made.seconds,
    )  # fmt: skip
    if not is_ours:
        raise errors.CaseConflict  # it took too long and was given up meanwhile; its file goes
    if case.ground != "authority" and case.state == "open":
        case.state, case.answered_at = "answered", at
        case.save(update_fields=["state", "answered_at"])
    record(
        "trace.built", by=system("worker"), at=at, subject=("trace", case.pk),
        after={"bundle": str(bundle.pk), "sha256": made.sha256, "calls": made.calls, "seconds": made.seconds},
    )  # fmt: skip


def sweep(*, at: dt.datetime) -> int:
    """Delete bundles whose period is over, and give up those that a worker left half made; erase what cases say of persons."""
    ended = 0
    for bundle in TraceBundle.objects.filter(state="ready", until__lte=at):
        store.destroy(bundle.pk)  # first: if the row then fails to commit, the next run ends it
        with transaction.atomic():
            TraceBundle.objects.filter(pk=bundle.pk).update(state="deleted", deleted_at=at)
            record(
                "trace.deleted", by=system("worker"), at=at, subject=("trace", bundle.case_id),
                after={"bundle": str(bundle.pk)},
            )  # fmt: skip
        ended += 1
    ended += _erase(at)
    stale = TraceBundle.objects.filter(state__in=["queued", "building"], asked_at__lte=at - BUILT_WITHIN)
    for bundle in stale:
        store.destroy(bundle.pk)
        ended += TraceBundle.objects.filter(pk=bundle.pk, state__in=["queued", "building"]).update(state="failed")
    return ended


def _erase(at: dt.datetime) -> int:
    """Destroy what cases say of persons once their period is over: sample caller, officers, scan; the question stays."""
    own = ~Q(ground="authority") & Q(opened_at__lte=at - KEPT_OWN)
    due = TraceCase.objects.filter(own | Q(ground="authority", opened_at__lte=at - KEPT_AUTHORITY), erased_at=None)
    erased = 0
    for case in due.exclude(bundles__state__in=["queued", "building", "ready"]):
        keystore.destroy(keystore.trace_key(case.pk))
        with transaction.atomic():
            TraceCase.objects.filter(pk=case.pk).update(erased_at=at)
            record("trace.erased", by=system("worker"), at=at, subject=("trace", case.pk))
        erased += 1
    return erased
