"""When a dossier is read, documents per minute, memory with recycled workers: `python -m tools.bench_documents [COUNT]`.

The pictures go through the product's own pool, as uploads do: one child that reads, replaced every 50 documents.
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from answerable.verification.reading.pool import ReaderPool
from answerable.verification.specimens import make
from answerable.verification.specimens.photograph import encode
from answerable.verification.specimens.vary import vary_licence

COUNT = 500
KINDS = ("business_licence", "id_portrait", "id_emblem", "authorisation_letter", "commitment", "bill")
VARIANTS = 5
"""Different pictures of each kind; they are read again and again."""
DOSSIER = (
    "business_licence",
    *("id_portrait", "id_emblem") * 2,
    "id_portrait",
    "authorisation_letter",
    "commitment",
    "use_statement",
    "bill",
)
"""What one applicant uploads, in the order of the page."""
EVERY_SECONDS = 6.0
"""Between two uploads of somebody quick."""
SIDE = 1200
"""Pixels of the longer side: what messengers make of a photograph."""


def main(count: int = COUNT) -> int:
    """Read `count` pictures and print the rate and the resident memory of parent, child and both."""
    pictures = _pictures()
    pool, parent_before = ReaderPool(), _resident("self")
    begun, taken, children = time.monotonic(), list[float](), dict[int, list[int]]()
    sums = list[int]()
    try:
        for number in range(count):
            started = time.monotonic()
            pool.read(pictures[number % len(pictures)])
            taken.append(time.monotonic() - started)
            child = next(iter((pool._executor._processes or {}) if pool._executor else {}), 0)
            size = _resident(str(child)) if child else 0
            if size:
                children.setdefault(child, []).append(size)
                sums.append(size + _resident("self"))
        minutes = (time.monotonic() - begun) / 60
    finally:
        pool.close()
    sizes = list(children.values())
    print(
        f"documents            {count / minutes:6.1f} a minute, median {statistics.median(taken):.2f} s, {count} pictures of {len(KINDS)} kinds"
    )
    print(f"memory, parent       {parent_before:6d} MB before, {_resident('self'):6d} MB after")
    print(
        f"memory, child        {sizes[0][0]:6d} MB after its first picture, {max(map(max, sizes)):6d} MB at most, {len(sizes)} children in turn"
    )
    print(
        f"memory, both         {sums[0]:6d} MB at the first picture, {sums[-1]:6d} MB at the last, {max(sums):6d} MB at most",
        flush=True,
    )
    return 0


def dossier() -> int:
    """Upload one dossier as a quick person does, and print when everything was read after the last upload."""
    papers, pool = [_picture(kind, 1) for kind in DOSSIER], ReaderPool()
    pool.read(papers[0])  # the child is there, as in a worker that runs
    begun, waited = time.monotonic(), list[float]()
    with ThreadPoolExecutor(1) as reader:
        jobs = []
        for number, paper in enumerate(papers):
            time.sleep(max(0.0, begun + number * EVERY_SECONDS - time.monotonic()))
            uploaded = time.monotonic()
            jobs.append(reader.submit(_read, pool, paper, uploaded))
        last = time.monotonic()
        waited = [job.result() for job in jobs]
    after = time.monotonic() - last
    pool.close()
    print(
        f"one dossier          {len(papers)} papers, one each {EVERY_SECONDS:.0f} s: all read {after:.1f} s after the last upload;"
        f" a paper waited {statistics.median(waited):.1f} s, at most {max(waited):.1f} s",
        flush=True,
    )
    return 0


def _read(pool: ReaderPool, paper: bytes, uploaded: float) -> float:
    pool.read(paper)
    return time.monotonic() - uploaded


def _pictures() -> list[bytes]:
    return [_picture(kind, seed) for seed in range(VARIANTS) for kind in KINDS]


def _picture(kind: str, seed: int) -> bytes:
    picture = make(kind, vary_licence(seed) if kind == "business_licence" else {}, seed).image
    picture.thumbnail((SIDE, SIDE))
    return encode(picture, 85)


def _resident(process: str) -> int:
    """Return the resident memory of a process in MB, 0 where it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0")
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    sys.exit(dossier() or main(*(int(word) for word in sys.argv[1:2])))
