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
from prometheus_client.core import GaugeMetricFamily, Metric

from answerable.calls.queries import ingest_lags
from answerable.lib import keys
from answerable.routing.queries import heartbeat, held
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


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
