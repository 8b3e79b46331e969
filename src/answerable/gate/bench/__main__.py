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
from typing import Any

from answerable.gate.bench import figures
from answerable.gate.bench.sides import Side, all_sides, call, cpu_ms

PAIRS, CALLS, RATE, NUMBERS, SOAK_RATE = 15, 300, 100, 1_000_000, 400
COMPARED = {
    "with dialogs and records": ("gate", "recording"),
    "verdict alone": ("plain", "relay"),
    "with topology hidden too": ("hiding", "recording"),
    "against a relay with the gate's own allocator": ("gate", "tuned"),
}
RATES, RATE_SECONDS = (100, 200, 300, 400, 500, 600), 10
SINGLE_CALLS, STOPS = 500, 200
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
    parser.add_argument(
        "--soak", type=int, default=0, metavar="CALLS", help="look for leaks over so many calls (200000: ten minutes)"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as name:
        folder = Path(name)
        loud(f"Building a snapshot of {given.numbers:,} numbers …")
        with all_sides(folder, given.numbers) as sides:
            found: dict[str, Any]
            if given.soak:
                found = {"soak": figures.soak(folder, sides["gate"], given.soak, SOAK_RATE)}
            else:
                found = {**ratios(sides, folder, pairs=given.pairs, calls=given.calls, say=loud)}
                found |= others(sides, folder, given.numbers)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0


def others(sides: dict[str, Side], folder: Path, numbers: int) -> dict[str, Any]:
    """Measure what is no ratio of processor time."""
    gate, relay = sides["gate"], sides["recording"]
    found: dict[str, Any] = {
        "verdict, µs": figures.verdict_us(gate.folder, numbers),
        "memory, MB": figures.memory(gate),
    }
    loud(f"{found}")
    for name, side in (("gate", gate), ("relay", relay)):
        found[f"waits at the {name}, ms"] = figures.waits(folder, side, numbers, SINGLE_CALLS)
        loud(f"{name}: {found[f'waits at the {name}, ms']}")
    found["stop to refusal, ms"] = figures.stopped(folder, gate, numbers, STOPS)
    for name, side in (("gate", gate), ("relay", relay)):
        found[f"calls a second without one failure, {name}"] = figures.highest(folder, side, RATES, RATE_SECONDS)
    return found


if __name__ == "__main__":
    sys.exit(main())
