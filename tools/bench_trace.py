"""How long a trace takes on ten million call records: `python -m tools.bench_trace [MILLIONS] [--keep]`.

A database of its own in var/bench-trace is filled by COPY as a year of ingest would fill it: rows in the order of time, the
table's own indexes in place. One busy number has a twentieth of all calls. Two windows of it are traced, from the question
to the sealed bundle, and each bundle is verified. What PostgreSQL does for the calls is printed as its plan. The folder is
removed at the end (about 8 GB), unless --keep.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.bench import NUMBER, PROJECT, database

DAYS, NUMBERS, BUSY_SHARE = 150, 20_000, 0.05
WINDOWS = ((2, "two days, as usual"), (31, "31 days, the longest"))
FOLDER = "bench-trace"


def main(arguments: list[str]) -> int:
    """Fill, trace, print."""
    millions = float(next((one for one in arguments if not one.startswith("-")), "10"))
    rows = int(millions * 1_000_000)
    try:
        with database(FOLDER):
            _fill(rows)
            _plan()
            for days, words in WINDOWS:
                _trace(days, words)
    finally:
        if "--keep" not in arguments:
            shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _fill(rows: int) -> None:
    from django.db import connection

    from answerable.calls.models import Call

    have = Call.objects.count()
    if have < rows:
        columns = (
            "host, call, number, owner, caller, source, epoch, started_at, ringing_at, answered_at, ended_at, line, end_status,"
            " refusal, sip_status, cause, ended_by, stages, received_at"
        )
        begun = time.monotonic()
        with connection.cursor() as cursor, cursor.copy(f"COPY calls_call ({columns}) FROM STDIN") as copy:
            for lines in _lines(rows):
                copy.write(lines)
        seconds = time.monotonic() - begun
        print(
            f"filled        {rows:,} calls by COPY in {seconds:.0f} s, {rows / seconds:,.0f} a second with its indexes"
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE calls_call") if _may_vacuum(cursor) else cursor.execute("ANALYZE calls_call")
        cursor.execute(
            "SELECT pg_size_pretty(pg_table_size('calls_call')), pg_size_pretty(pg_indexes_size('calls_call'))"
        )
        table, indexes = cursor.fetchone()
    print(f"size          table {table}, indexes {indexes}", flush=True)


def _may_vacuum(cursor: object) -> bool:
    cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'calls_call'")  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _lines(rows: int) -> Iterator[str]:
    """Write calls in the order of time, ten thousand at once; the same rows every time."""
    chance = random.Random(400)
    end = dt.datetime.now(dt.UTC)
    step = dt.timedelta(days=DAYS) / rows
    at, lines = end - dt.timedelta(days=DAYS), []
    for serial in range(rows):
        at += step
        is_busy = chance.random() < BUSY_SHARE
        number = NUMBER if is_busy else f"4001{chance.randrange(NUMBERS):06d}"
        lines.append(_line(serial, number, at, chance))
        if len(lines) == 10_000:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def _line(serial: int, number: str, at: dt.datetime, chance: random.Random) -> str:
    caller = f"13{chance.randrange(10**9):09d}"
    is_answered = chance.random() < 0.8
    talk = chance.randrange(5, 400)
    began = at.timestamp()
    rang, answered, ended = at, at + dt.timedelta(seconds=6), at + dt.timedelta(seconds=6 + talk)
    stages = [
        {"at": began, "kind": "invite", "line": "01066668888"}, {"at": began + 1, "kind": "ringing", "line": "01066668888"},
        {"at": began + 6, "kind": "answered", "sip": 200}, {"at": began + 6 + talk, "kind": "ended"},
    ][: 4 if is_answered else 2]  # fmt: skip
    cells = (
        f"gate-{serial % 4}", f"{serial:x}-{chance.getrandbits(64):x}@192.0.2.1", number, "91310115MA1DEM017P", caller, "telecom-1",
        str(serial), at.isoformat(), rang.isoformat(), answered.isoformat() if is_answered else "\\N", ended.isoformat(),
        "01066668888", "answered" if is_answered else "missed", "", "200" if is_answered else "480", "16", "caller",
        json.dumps(stages), ended.isoformat(),
    )  # fmt: skip
    return "\t".join(cells) + "\n"


def _question(days: int):  # type: ignore[no-untyped-def]
    from answerable.tracing.actions.open import Question

    now = dt.datetime.now(dt.UTC)
    begin = now - dt.timedelta(days=days)
    return Question(NUMBER, begin + dt.timedelta(days=days / 2), since=begin, until=now, caller="13000000000")


def _plan() -> None:
    from django.db import connection

    from answerable.calls.models import Call

    asked = _question(WINDOWS[0][0])
    found = Call.objects.filter(number=NUMBER, started_at__gte=asked.since, started_at__lte=asked.until)
    with connection.cursor() as cursor:
        sql, values = found.order_by("started_at", "pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", values)
        for (line,) in cursor.fetchall():
            print(f"plan          {line}")


def _trace(days: int, words: str) -> None:
    from django.utils import timezone

    from answerable.parties.models import Staff
    from answerable.tracing import actions
    from answerable.tracing.verify import verify
    from answerable.transparency.integrate import here, show, take

    while take():
        pass
    show(here())
    staff = Staff.objects.get(username="sun")
    begun, cpu = time.monotonic(), time.process_time()
    asked, at = _question(days), timezone.now()
    case = actions.open_case(asked, basis="anti_fraud", why="bench of a busy number", staff=staff, at=at, wait=True)
    bundle = actions.build(case.bundles.get().pk, at=at)
    if bundle is None:
        raise SystemExit("Another process makes this bundle: stop it, it distorts the figures.")
    whole, cpu = time.monotonic() - begun, time.process_time() - cpu
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bundle.zip"
        file.write_bytes(b"".join(actions.hand_out(bundle, staff=staff, at=at)))
        begun = time.monotonic()
        verify(file)
        verified = time.monotonic() - begun
    rate = bundle.calls / whole
    print(
        f"trace         {words}: {bundle.calls:,} calls, {whole:.1f} s from question to sealed bundle ({cpu:.1f} s CPU here, {rate:,.0f} calls a second), "
        f"{bundle.size_bytes / 1e6:.1f} MB; verified offline in {verified:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
