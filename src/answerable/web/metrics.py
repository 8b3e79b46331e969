"""The control plane's figures for Prometheus: what waits for the publisher and the worker, and how late the gates' records come.

A token of its own opens it (`var/keys/metrics`, as a bearer): behind a proxy on this host every visitor is loopback.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from answerable.calls.queries import ingest_lags
from answerable.lib import keys
from answerable.routing.queries import heartbeat, held
from answerable.signalling import status as collector
from answerable.trail.models import DirtyNumber


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the holder of the token; 401 to anybody else."""
    if not _is_known(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


metrics.door = "program"  # type: ignore[attr-defined]  # the route test reads it


def _is_known(header: str) -> bool:
    kind, _, token = header.partition(" ")
    file = settings.KEYS / keys.METRICS
    if kind.lower() != "bearer" or not file.exists():
        return False
    return hmac.compare_digest(token.strip().encode(), file.read_text().strip().encode())


class _Figures:
    """Reads everything when it is asked."""

    def collect(self) -> Iterator[Metric]:
        now, beat = timezone.now(), heartbeat()
        queue = DirtyNumber.objects.values("number").distinct().count()
        yield _one("answerable_publisher_waiting", "Numbers that wait to be published.", queue)
        if beat is not None:
            age = (now - beat.at).total_seconds()
            yield _one("answerable_publisher_heartbeat_age_seconds", "Since the publisher's last sign of life.", age)
            yield _one("answerable_publisher_held", "Numbers whose newest records are held back.", held().count())
            yield _one("answerable_publisher_epoch", "The newest publication.", beat.epoch)
        jobs = ProcrastinateJob.objects.aggregate(
            waiting=Count("pk", filter=Q(status="todo") & (Q(scheduled_at=None) | Q(scheduled_at__lte=now))),
            running=Count("pk", filter=Q(status="doing")),
            failed=Count("pk", filter=Q(status="failed")),
        )
        found = GaugeMetricFamily("answerable_jobs", "Background jobs that are due, run, or have failed.", labels=["state"])  # fmt: skip
        for state, count in jobs.items():
            found.add_metric([state], count)
        yield found
        lags = GaugeMetricFamily(
            "answerable_ingest_lag_seconds", "How late the newest call of a gate host arrived here.", labels=["host"]
        )
        for host, lag in ingest_lags().items():
            lags.add_metric([host], lag)
        yield lags
        yield from _signalling(now.timestamp())


def _signalling(now: float) -> Iterator[Metric]:
    """Say how the collector of signalling does, which keeps its files in this folder of data; nothing where none ever did."""
    said = collector.read(settings.SIGNALLING)
    if said is None:
        return
    age = max(0.0, now - said["at"])
    yield _one("answerable_signalling_status_age_seconds", "Since the collector's last sign of life.", age)
    yield _one("answerable_signalling_bytes", "Signalling that is kept.", said["bytes"])
    yield _one("answerable_signalling_most_bytes", "As much is kept at most.", said["most_bytes"])
    yield CounterMetricFamily("answerable_signalling_kept", "Messages kept since its start.", value=said["kept"])
    dropped = CounterMetricFamily("answerable_signalling_dropped", "Copies not kept since its start, by why.", labels=["why"])  # fmt: skip
    for why in collector.REASONS:
        dropped.add_metric([why], said["dropped"].get(why, 0))
    yield dropped


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
