"""Measure how many new permits a follower verifies a second on one core: `python -m tools.bench_permits`."""

from __future__ import annotations

import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.snapshot.permits import TrustedKey, key_id, sign, state, verify

COUNT = 5000


def main() -> None:
    """Sign and verify, and say how fast."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    which, until = key_id(public), 1_900_000_000
    trust = {which: TrustedKey(public, "current")}
    said = [
        state(f"4008{n:06d}", holder="91310115MA1DEM01X0", lines=[("02161234567", until)], valid_until=until, leaf="0" * 64,
              serial=1, key=which, at=1_800_000_000)
        for n in range(COUNT)
    ]  # fmt: skip
    permits = [sign(one, key) for one in said]
    begun = time.process_time()
    for permit in permits:
        verify(permit, trust)
    print(f"{COUNT / (time.process_time() - begun):.0f} permits verified a second; {len(permits[0])} bytes each.")


if __name__ == "__main__":
    main()
