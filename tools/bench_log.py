"""Entries a second that the public log makes and integrates, seconds until one is shown, what a proof and a whole
verification cost: `python -m tools.bench_log`."""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench import database

ENTRIES, BATCH, PROOFS, SHOWN = 20_000, 2_000, 200, 40
PATIENCE = 30.0


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
        rates, made = [], []
        for start in range(0, ENTRIES, BATCH):
            numbers = [f"4008{n:06d}" for n in range(start, start + BATCH)]
            holder = {"name": "样本有限公司", "credit_code": "91310115MA1DEM017P"}
            begun_at = time.process_time()
            leaves = [make_entry("opening", number=n, at=at, said={"holder": holder}) for n in numbers]
            made.append(BATCH / (time.process_time() - begun_at))
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
        alone, witnessed = _until_shown(""), _witnessed(Path(folder))
    cpu, wall = (statistics.median(rate) for rate in zip(*rates, strict=True))
    print(
        f"log, integrated      {cpu:8.0f} entries a CPU second, {wall:.0f} a second with database and fsync, batches of {BATCH}"
    )
    print(f"log, made            {statistics.median(made):8.0f} entries a CPU second, each held against the schema")
    for how, seconds in (("alone", alone), ("with a witness on loopback", witnessed)):
        print(
            f"log, from the commit to the shown checkpoint, {how}: median {statistics.median(seconds):.3f} s, longest {max(seconds):.3f} s"
        )
    print(f"log, verified whole  {ENTRIES / whole:8.0f} entries a second; one proof {proof * 1000:.1f} ms", flush=True)
    return 0


def _until_shown(policy: str) -> list[float]:
    """Run the integrator beside us; return the seconds from an entry's commit until a checkpoint that holds it is shown."""
    from django.conf import settings
    from django.db import connection

    from answerable.transparency import actions, integrate

    settings.LOG_WITNESS_POLICY = policy
    ours, stop, seconds = integrate.here(), threading.Event(), list[float]()

    def work() -> None:
        integrate.run(stop.is_set)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(SHOWN):
            size = integrate.count() + 1
            actions.publish("lift", number="4008000400", at=dt.datetime.now(dt.UTC))
            begun_at = time.monotonic()
            while (
                int(ours.store.read("checkpoint").split(b"\n", 2)[1]) < size and time.monotonic() - begun_at < PATIENCE
            ):
                time.sleep(0.002)
            seconds.append(time.monotonic() - begun_at)
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join()
    return seconds


def _witnessed(folder: Path) -> list[float]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from answerable.transparency import integrate
    from answerable.transparency.notes import COSIGNATURE, SigningKey
    from answerable.transparency.tests.witness import Witness, served

    key = SigningKey("witness.example/bench", Ed25519PrivateKey.generate(), COSIGNATURE)
    witness = Witness(key, [integrate.signing_key().verifier], folder / "kept", clock=lambda: int(time.time()))
    with served(witness.add_checkpoint) as url:
        policy = folder / "policy"
        policy.write_text(f"witness w {key.verifier} {url}\nquorum w\n")
        return _until_shown(str(policy))


if __name__ == "__main__":
    sys.exit(main())
