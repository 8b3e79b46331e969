"""Entries a second that the public log integrates, and what a proof and a whole verification cost: `python -m tools.bench_log`."""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench import database

ENTRIES, BATCH, PROOFS = 20_000, 2_000, 200


def main() -> int:
    """Integrate 20,000 entries in batches, then read and prove them as an outsider does; print rates."""
    with database(), TemporaryDirectory() as folder:
        from django.conf import settings

        from answerable.transparency.client import LogClient
        from answerable.transparency.entries import make_entry
        from answerable.transparency.integrate import here, show, take
        from answerable.transparency.models import Pending

        settings.LOG, settings.LOG_GUARD = Path(folder) / "public", Path(folder) / "guard"
        ours, at = here(), dt.datetime.now(dt.UTC)
        while take():
            pass
        before = show(ours).size
        rates = []
        for start in range(0, ENTRIES, BATCH):
            numbers = [f"4008{n:06d}" for n in range(start, start + BATCH)]
            holder = {"name": "样本有限公司", "credit_code": "91310115MA1DEM017P"}
            leaves = [make_entry("opening", number=n, at=at, said={"holder": holder}) for n in numbers]
            Pending.objects.bulk_create(Pending(number=n, leaf=leaf) for n, leaf in zip(numbers, leaves, strict=True))
            begun = time.process_time(), time.monotonic()
            take()
            show(ours)
            rates.append((BATCH / (time.process_time() - begun[0]), BATCH / (time.monotonic() - begun[1])))
        client = LogClient(ours.store.read, ours.key.verifier)
        checkpoint = client.latest().checkpoint
        begun_at = time.monotonic()
        assert sum(1 for _ in client.entries(checkpoint)) == before + ENTRIES  # noqa: S101
        whole = time.monotonic() - begun_at
        raw = ours.store.read("checkpoint")
        begun_at = time.monotonic()
        for n in range(PROOFS):
            client.prove(n * (ENTRIES // PROOFS), raw)
        proof = (time.monotonic() - begun_at) / PROOFS
    cpu, wall = (statistics.median(rate) for rate in zip(*rates, strict=True))
    print(
        f"log, integrated      {cpu:8.0f} entries a CPU second, {wall:.0f} a second with database and fsync, batches of {BATCH}"
    )
    print(f"log, verified whole  {ENTRIES / whole:8.0f} entries a second; one proof {proof * 1000:.1f} ms", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
