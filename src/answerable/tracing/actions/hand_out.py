"""Hand a bundle out, and show an authority's document: each is a fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from answerable.lib import keystore
from answerable.lib.archive import read_sealed
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.tracing import errors
from answerable.tracing.models import AuthorityRequest, TraceBundle, TraceCase
from answerable.tracing.store import path_of
from answerable.trail.actions import record


def hand_out(bundle: TraceBundle, *, staff: Staff, at: dt.datetime) -> Iterator[bytes]:
    """Hand a ready bundle out, piece by piece; each time is written down, and the first answers an authority's case.

    Raise BundleGone. An authority's bundle is for compliance officers, the others for whoever may open traces.
    """
    require(staff, "answer_authorities" if bundle.case.ground == "authority" else "open_traces")
    with transaction.atomic():
        case = TraceCase.objects.select_for_update().get(pk=bundle.case_id)
        locked = TraceBundle.objects.select_for_update().get(pk=bundle.pk)
        if locked.state != "ready" or locked.until is None or locked.until <= at:
            raise errors.BundleGone
        record(
            "trace.handed_out", by=actor_of(staff), at=at, subject=("trace", case.pk),
            after={"bundle": str(locked.pk), "sha256": locked.sha256},
        )  # fmt: skip
        if case.ground == "authority" and case.state == "open":
            case.state, case.answered_at = "answered", at
            case.save(update_fields=["state", "answered_at"])
    return read_sealed(path_of(locked.pk), keystore.trace_key(locked.pk))


def show_scan(request: AuthorityRequest, *, staff: Staff, at: dt.datetime) -> bytes:
    """Open the scan of an authority's document, for whoever confirms it; raise BundleGone once it was erased."""
    require(staff, "answer_authorities")
    if request.case.erased_at:
        raise errors.BundleGone
    raw = keystore.open_bytes(request.scan, keystore.trace_key(request.pk), f"scan:{request.pk}")
    record(
        "trace.request_shown", by=actor_of(staff), at=at, subject=("trace", request.pk),
        after={"sha256": request.scan_sha256},
    )  # fmt: skip
    return raw
