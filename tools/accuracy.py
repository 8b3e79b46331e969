"""Measure how well photographed licences are read: each field over many made layouts, and time against a plain engine pass.

    .venv/bin/python -m tools.accuracy --first 20000 --count 200 --failures

Seeds below 10000 may be looked at while the reader is tuned; those above are held out. A text field is right when it is
the printed one but for width, spaces and punctuation; a code must be equal.
"""

from __future__ import annotations

import argparse
import io
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from answerable.verification.checks.compare import plain
from answerable.verification.checks.single import check_alone
from answerable.verification.reading import engine
from answerable.verification.reading.model import Reading
from answerable.verification.reading.read import read
from answerable.verification.specimens import make
from answerable.verification.specimens.vary import vary_licence

TEXTS = ("name", "type", "person", "address", "capital", "scope")
IMAGE_REASONS = {"B01", "B03", "B04", "B05", "B06", "B07"}
"""Nothing is wrong with these photographs: each of these reasons is a false alarm."""
TIMED_EVERY = 8
"""Every eighth picture is also read by the bare engine, before or after in turn."""


def main(words: list[str] | None = None) -> int:
    """Print one row a field and the ratio of times; end with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--first", type=int, default=20_000, help="the first seed")
    parser.add_argument("--count", type=int, default=200, help="how many photographs")
    parser.add_argument("--failures", action="store_true", help="print what was misread")
    asked = parser.parse_args(words)
    engine.load()
    right, seen = Counter[str](), Counter[str]()
    alarms, ratios = Counter[str](), list[float]()
    for seed in until_interrupted(asked.first, asked.count):
        made = make("business_licence", vary_licence(seed), seed)
        picture = Image.open(io.BytesIO(made.jpeg)).convert("RGB")
        reading, ratio = timed(picture, seed) if seed % TIMED_EVERY == 0 else (read([picture]), 0.0)
        if ratio:
            ratios.append(ratio)
        alarms.update(f.code for f in check_alone(reading) if f.code in IMAGE_REASONS)
        for name, expected, got in compared(made.truth, reading):
            seen[name] += 1
            right[name] += expected == got
            if asked.failures and expected != got:
                print(f"{seed} {made.truth['layout']} {name}: {got!r} for {expected!r}", flush=True)
    for name, count in seen.items():
        print(f"{name:<16}{right[name]:>5} of {count:<5}{right[name] / count:8.1%}")
    print(f"false alarms about the picture: {dict(alarms) or 'none'}")
    if ratios:
        low, high = min(ratios), max(ratios)
        print(
            f"time against a plain engine pass: median {statistics.median(ratios):.2f} ({low:.2f} … {high:.2f}), {len(ratios)} pictures"
        )
    return int(any(right[name] / seen[name] < (0.98 if name == "code" else 0.95) for name in seen))


def until_interrupted(first: int, count: int) -> Iterator[int]:
    """Go through the seeds; Ctrl-C ends early, and what was measured is printed."""
    asked = [False]
    signal.signal(signal.SIGINT, lambda *_: asked.__setitem__(0, True))
    for seed in range(first, first + count):
        if asked[0]:
            return
        yield seed


def timed(picture: Image.Image, seed: int) -> tuple[Reading, float]:
    """Read with the product and with the bare engine, in CPU time; return the reading and the ratio."""
    pixels = np.asarray(picture)

    def bare() -> float:
        begun = time.process_time()
        engine.recognise(pixels)
        return time.process_time() - begun

    before = bare() if seed % (2 * TIMED_EVERY) else 0.0
    begun = time.process_time()
    reading = read([picture])
    ours = time.process_time() - begun
    return reading, ours / (before or bare())


def compared(truth: dict[str, Any], reading: Reading) -> list[tuple[str, str, str]]:
    """Pair each field's truth with what was read, in one spelling."""
    has_capital = truth["subject"] not in {"sole_trader", "branch", "owner"}
    pairs = [
        (name, plain(str(truth[name])), plain(reading.text(name))) for name in TEXTS if name != "capital" or has_capital
    ]
    number = "registration_no" if truth["layout"] == "old" else "code"
    pairs.append((number, truth["code"], reading.value(number)))
    pairs.append(("started", truth["started"].isoformat(), reading.value("started")))
    return [*pairs, ("kind", "business_licence", reading.kind)]


if __name__ == "__main__":
    sys.exit(main())
