"""`make bench`: ratios measured in one run, alternating, medians and quartiles printed. Absolute times are this machine's.

1. CPU per call of the gate against a bare native Kamailio relay (answerable.gate.bench).
2. Look-ups per second of the public page against an empty view, in one process with the same middleware.
3. Entries a second that the public log integrates (tools.bench_log).
4. Documents read per minute, and memory over 500 of them (tools.bench_documents).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
ROUNDS, BATCH = 21, 40
NUMBER = "4008000400"


@contextmanager
def database(name: str = "bench", fill: Callable[[], None] | None = None) -> Iterator[None]:
    """Start a database of our own in var/NAME; `fill` it, or with a small world and one number in service."""
    var = PROJECT / "var" / name
    os.environ |= {
        "ANSWERABLE_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "answerable.settings",
        "ANSWERABLE_DEMO_POOL": "600",
    }
    from answerable.cli import init, installation

    init.make_folders()
    server = installation.server()
    if server is None:
        raise SystemExit("Unset DATABASE_URL: the bench makes its own database.")
    server.initialise()
    process = server.start()
    try:
        server.prepare()
        installation.load_django()
        if init.has_migrations_to_run():
            init.migrate()
        (fill or _world)()
        yield
    finally:
        server.stop(process)


def _world() -> None:
    from django.utils import timezone

    from answerable.cli import world
    from answerable.cli.world import build, hotline, people, reference
    from answerable.orders.actions import begin_test_call, end_test_call
    from answerable.orders.actions.opening import Outcome
    from answerable.orders.models import TestCall
    from answerable.parties.models import Person, RegisterEntry
    from answerable.verification.actions import read_document

    if not world.is_empty():
        return
    at = timezone.now()
    build(at=at, with_hotline=False, tell=lambda line: None)
    person = Person.objects.create(mobile=people.MOBILES["operator"], name="林样本", created_at=at)
    entry = RegisterEntry.objects.get(pk=reference.OPERATOR_CODE)
    order = hotline.apply_for(
        NUMBER,
        person,
        entry,
        line="01066668888",
        at=at,
        read=lambda pk: read_document(pk, at=at),
    )
    hotline.handle(order, at=at)
    hotline.review(order, at=at)
    hotline.begin_opening(order, at=at)
    call = TestCall.objects.get(order=order)
    begin_test_call(call, at=at)
    end_test_call(call, Outcome("answered", "SIP/2.0 200 OK", "", 1), at=at)


def look_ups() -> None:
    """Compare the public page (HTML and JSON) with an empty view."""
    with database():
        from django.core.handlers.wsgi import WSGIHandler
        from django.http import HttpResponse
        from django.test import RequestFactory, override_settings
        from django.urls import path

        from answerable.web.site import urls

        # Beside the look-up, so that finding either view takes the same time.
        urls.urlpatterns.insert(1, path("empty", lambda request: HttpResponse("")))
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            handler, factory = WSGIHandler(), RequestFactory()

            def asking(address: str) -> Callable[[], None]:
                def ask() -> None:
                    response = handler.get_response(factory.get(address))
                    if response.status_code != 200:
                        raise SystemExit(f"{address} answered {response.status_code}")

                return ask

            report("who answers, page", asking(f"/who/{NUMBER}/"), asking("/empty"))
            report("who answers, JSON", asking(f"/who/{NUMBER}/?format=json"), asking("/empty"))


def report(name: str, asked: Callable[[], None], empty: Callable[[], None]) -> None:
    """Print requests per second of both and the ratio, pair by pair."""
    rate(asked), rate(empty)
    pairs = [
        (rate(asked), rate(empty)) if n % 2 else tuple(reversed((rate(empty), rate(asked)))) for n in range(ROUNDS)
    ]
    ratios = [ours / theirs for ours, theirs in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    ours, theirs = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    print(
        f"{name:<20} {ours:7.0f}/s   empty view {theirs:7.0f}/s   ratio {middle:.2f} ({low:.2f} … {high:.2f}), {ROUNDS} pairs"
    )


def rate(ask: Callable[[], None]) -> float:
    """Return how often a second `ask` can be asked (CPU time, so that a busy machine does not matter)."""
    begun = time.process_time()
    for _ in range(BATCH):
        ask()
    return BATCH / (time.process_time() - begun)


def main() -> int:
    """Run all three benches."""
    look_ups()
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "tools.bench_log"], cwd=PROJECT, check=True)
    subprocess.run([sys.executable, "-m", "tools.bench_documents"], cwd=PROJECT, check=True)
    return subprocess.run(
        [sys.executable, "-m", "answerable.gate.bench", *sys.argv[1:]], cwd=PROJECT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
