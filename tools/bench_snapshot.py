"""What a snapshot of a million costs: `python -m tools.bench_snapshot [MILLIONS] [--known] [--keep]`.

A database in var/bench-snapshot is filled by COPY with rows of `routing_published`, each a number that rings, encoded and
permitted as the publisher would have it. Then a follower's full build is measured, each time in a process of its own: on a
host that never saw the permits, on one that knows them but lost its file, and on one that has everything. CPU is the
follower's with its verifying child; the database's backend is told apart. With --known the permits are not signed, and
the host is told beforehand that it verified them (for six million: signing and verifying them takes half an hour).
The folder is removed at the end, unless --keep. A million takes 3 GB of disk and five minutes.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tools.bench import PROJECT, database

FOLDER = "bench-snapshot"
FIRST, CHUNK = 4000_000_000, 10_000
SEED = hashlib.sha256(b"bench").digest()
"""Of the bench's signer, so that rows that were kept can be asked again."""
TRUNK = "127.0.0.1:5070"
Row = tuple[str, bytes]


def main(arguments: list[str]) -> int:
    """Fill, build three times, print; or be the follower that is measured."""
    if arguments[:1] == ["--build"]:
        return _build(arguments[1], Path(arguments[2]))
    millions = float(next((one for one in arguments if not one.startswith("-")), "1"))
    try:
        with database(FOLDER, lambda: None):
            _measure(int(millions * 1_000_000), is_signed="--known" not in arguments)
    finally:
        if "--keep" not in arguments:
            shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _measure(rows: int, *, is_signed: bool) -> None:
    from answerable.cli import installation

    _fill(rows, is_signed=is_signed)
    folder = PROJECT / "var" / FOLDER / "gate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    public = _key().public_key().public_bytes_raw().hex()
    (folder / "permit-keys").write_text(json.dumps({"keys": [{"public": public, "state": "current"}]}))
    if is_signed:
        _run("a host that never saw them", folder, installation.dsn())
        shutil.rmtree(folder / "snapshot")
    else:
        _tell(folder, installation.dsn())
    _run("permits known, no file", folder, installation.dsn())
    _run("permits known, file there", folder, installation.dsn())


def _run(words: str, folder: Path, dsn: str) -> None:
    command = [sys.executable, "-m", "tools.bench_snapshot", "--build", dsn, str(folder)]
    said = json.loads(subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(
        f"{words:<28} {said['entries']:,} entries: {said['cpu']:.1f} s CPU ({said['verifying']:.1f} s of it reads the file back), "
        f"{said['wall']:.1f} s; database {said['backend']:.1f} s CPU; peak {said['peak']} MB with what is mapped, file {said['file']} MB;"
        f" yardstick {said['yardstick']:.2f} µs"
        + (f"; verified in the background: {said['work']:.1f} s CPU" if said["work"] > 0.05 else ""),
        flush=True,
    )


def _build(dsn: str, folder: Path) -> int:
    """Do what a follower does when it must build everything, and say what it cost."""
    import psycopg

    from answerable.snapshot import follow
    from answerable.snapshot.admission import Admission
    from answerable.snapshot.read import link

    admission = Admission(folder, TRUNK)
    with psycopg.connect(dsn, autocommit=True) as queries:
        yardstick = _yardstick()
        before, begun = _cpu(), time.monotonic()
        writer = follow.rebuild(queries, folder, admission)
        wall, after = time.monotonic() - begun, _cpu()
        backend = _backend_cpu(queries.info.backend_pid)
        begun_work = time.process_time()
        while not follow.work(writer, admission):
            pass
        work = time.process_time() - begun_work
    writer.close()
    admission.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    path = link(folder).resolve()
    print(json.dumps({
        "entries": _entries(path), "cpu": sum(after) - sum(before), "verifying": after[1] - before[1], "wall": wall, "backend": backend,
        "yardstick": yardstick, "peak": peak, "file": path.stat().st_size >> 20, "work": work,
    }))  # fmt: skip
    return 0


def _tell(folder: Path, dsn: str) -> None:
    """Tell the host that it has verified and admitted all of them, as if it had."""
    import psycopg

    from answerable.snapshot import source
    from answerable.snapshot.admission import RINGS, Admission
    from answerable.snapshot.memory import Known, digest_of
    from answerable.snapshot.records import decode_number

    admission = Admission(folder, TRUNK)
    with psycopg.connect(dsn, autocommit=True) as queries:
        for page in source.numbers(queries):
            for key, record in page:
                mark = admission._context + RINGS + hashlib.sha256(record).digest()
                admission.memory.put(key[2:].decode(), Known(1, digest_of(decode_number(record)["permit"]), mark))
    admission.close()


def _cpu() -> tuple[float, float]:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return used[0].ru_utime + used[0].ru_stime, used[1].ru_utime + used[1].ru_stime


def _yardstick() -> float:
    """Return the µs of CPU that a SHA-256 of one record takes now: 1.6 on this machine when nobody else is there."""
    data, begun = bytes(1150), time.process_time()
    for _ in range(100_000):
        hashlib.sha256(data).digest()
    return (time.process_time() - begun) * 10


def _backend_cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _entries(path: Path) -> int:
    import lmdb

    with lmdb.open(str(path), subdir=False, readonly=True, map_size=1 << 35) as environment:
        return int(environment.stat()["entries"])


def _fill(rows: int, *, is_signed: bool) -> None:
    from django.db import connection

    from answerable.routing.models import Published

    have = Published.objects.count()
    if have == rows:
        return
    Published.objects.all().delete()
    begun = time.monotonic()
    with connection.cursor() as cursor:
        with cursor.copy("COPY routing_published (key, epoch, record) FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for chunk in _chunks(rows, is_signed=is_signed):
                copy.write(chunk)
            copy.write(struct.pack("!h", -1))
        cursor.execute(
            "INSERT INTO routing_heartbeat (id, at, epoch) VALUES (1, clock_timestamp(), %s)"
            " ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch",
            [rows // 200 + 1],
        )
        cursor.execute("ANALYZE routing_published")
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('routing_published'))")
        (size,) = cursor.fetchone()
    print(f"filled                       {rows:,} rows in {time.monotonic() - begun:.0f} s, {size}", flush=True)


def _chunks(rows: int, *, is_signed: bool) -> Iterator[bytes]:
    """Make the rows on all cores; in the order of a shuffled pool, as numbers are sold, not of the keys."""
    order = [*range(0, rows, CHUNK)]
    order = order[1::2] + order[0::2]
    with ProcessPoolExecutor() as pool:
        yield from pool.map(_chunk, order, [rows] * len(order), [is_signed] * len(order))


def _chunk(first: int, rows: int, is_signed: bool) -> bytes:
    made = []
    for serial in range(first, min(first + CHUNK, rows)):
        key, record = row(serial, is_signed=is_signed)
        name = key.encode()
        made.append(
            struct.pack("!hi", 3, len(name)) + name + struct.pack("!iqi", 8, serial // 200 + 1, len(record)) + record
        )
    return b"".join(made)


def row(serial: int, *, is_signed: bool) -> Row:
    """Make one number that rings, with its permit."""
    from answerable.snapshot.permits import key_id, sign, state
    from answerable.snapshot.records import encode

    number, owner, line, until = (
        str(FIRST + serial),
        "91310115MA1DEM01X0",
        f"021{61000000 + serial % 1000}",
        1_900_000_000,
    )
    key = _key()
    permit = "x" * 617
    if is_signed:
        said = state(
            number, holder=owner, lines=[(line, until)], valid_until=until, leaf="0" * 64, serial=1,
            key=key_id(key.public_key().public_bytes_raw()), at=1_750_000_000,
        )  # fmt: skip
        permit = sign(said, key)
    value: dict[str, Any] = {
        "number": number, "owner": owner, "business_state": "working", "network_state": "activated", "verified_until": until,
        "paid_until": until, "stop": None, "hours": [[day, 540, 1080] for day in range(5)], "limited_hours": None,
        "closed_dates": ["2026-10-01", "2026-10-02", "2026-10-03"], "open_dates": [],
        "destinations": [{"line": line, "uri": f"sip:{line}@{TRUNK}", "proven_until": until, "ring_seconds": 20}],
        "overflow": {"busy": True, "no_answer": True}, "permit": permit,
    }  # fmt: skip
    return f"n:{number}", encode(value)


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(SEED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
