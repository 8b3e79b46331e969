"""Measure what a call costs at this gate, in alternating pairs against a native Kamailio relay, by processor time.

`make bench-gate` or `python -m answerable.gate.bench`. Two ratios: the gate against a relay with the same workers that
tracks dialogs and writes records by Kamailio's own modules, and the gate's verdict alone against the relay alone. Single
ratios vary by ±16 % on a shared machine, so at least 15 pairs are run and quartiles are printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from answerable.gate.bench.sides import Side, all_sides, call, cpu_ms

PAIRS, CALLS, RATE, NUMBERS = 15, 300, 100, 1_000_000
COMPARED = {"with dialogs and records": ("gate", "recording"), "verdict alone": ("plain", "relay")}
Quartiles = tuple[float, float, float]
"""Lower quartile, median, upper quartile."""


def ratios(
    sides: dict[str, Side], folder: Path, *, pairs: int, calls: int, say: Callable[[str], None]
) -> dict[str, dict[str, Quartiles]]:
    """Return milliseconds of processor time a call on both sides, and their ratio, of each comparison."""
    for one in sides.values():
        call(folder, one.port, 50, RATE)  # warm
    found = {}
    for name, (ours, theirs) in COMPARED.items():
        measured: dict[str, list[float]] = {ours: [], theirs: []}
        for pair in range(pairs):
            for side in (ours, theirs) if pair % 2 == 0 else (theirs, ours):
                before = cpu_ms(sides[side].processes())
                call(folder, sides[side].port, calls, RATE)
                measured[side].append((cpu_ms(sides[side].processes()) - before) / calls)
            a, b = measured[ours][-1], measured[theirs][-1]
            say(f"{name}, pair {pair + 1:2}: gate {a:.2f} ms, relay {b:.2f} ms, ratio {a / b:.2f}")
        pairwise = [a / b for a, b in zip(measured[ours], measured[theirs], strict=True)]
        found[name] = {
            "gate_ms": quartiles(measured[ours]), "relay_ms": quartiles(measured[theirs]), "ratio": quartiles(pairwise)
        }  # fmt: skip
    return found


def quartiles(values: list[float]) -> Quartiles:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return round(low, 3), round(middle, 3), round(high, 3)


def loud(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="answerable.gate.bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of each side in each pair")
    parser.add_argument("--numbers", type=int, default=NUMBERS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as name:
        folder = Path(name)
        loud(f"Building a snapshot of {given.numbers:,} numbers …")
        with all_sides(folder, given.numbers) as sides:
            found = ratios(sides, folder, pairs=given.pairs, calls=given.calls, say=loud)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
