"""Build a new file from everything that is published, as of one moment, and turn to it; unless it loses too much."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from answerable.lib import priority
from answerable.snapshot import force, keys, records, source, standby, stops
from answerable.snapshot.admission import Admission, Admitted
from answerable.snapshot.alarms import SNAPSHOT, end_alarm
from answerable.snapshot.guard import Comparison, LossRefused, Tally
from answerable.snapshot.known import keep
from answerable.snapshot.losses import Losses
from answerable.snapshot.read import link
from answerable.snapshot.source import Connection
from answerable.snapshot.write import Change, Writer, build

log = logging.getLogger(__name__)


def rebuild(queries: Connection, folder: Path, admission: Admission | None = None, *, is_sound: bool = True) -> Writer:
    """Build, have the file read back, turn the link; raise LossRefused where the guard keeps the file in force.

    Permits that are known are believed; others wait, and their numbers ring as before or not at all.
    With `is_sound` off the file in force is damaged: only its count of numbers that rang is compared (snapshot.known).
    """
    started = time.monotonic()
    comparison = Comparison(folder, is_sound=is_sound)
    try:
        with priority.going_last(), queries.transaction():
            source.begin_whole(queries)
            name, epoch = source.name(queries), source.newest_epoch(queries)
            if admission is not None:
                admission.waiting.clear()
            pages = _pages(queries, folder, admission, comparison, (name, epoch))
            path = build(
                folder, chain.from_iterable(pages), epoch=epoch, heartbeat=source.heartbeat(queries), source=name
            )
    except LossRefused as refused:
        tally = refused.tally
        force.refuse(
            folder,
            kind="build",
            source=refused.source,
            epoch=refused.epoch,
            total=tally.rang,
            lost=tally.lost,
            fallen=tally.fallen,
            why=str(refused),
        )
        raise
    finally:
        comparison.close()
        if admission is not None:
            admission.end(())  # of a build that came to nothing nothing is used up
            admission.memory.flush()
    tally = comparison.tally
    log.info(
        "Built %s up to epoch %s in %.1f s: %s numbers ring, %s rang, %s of them are lost, %s stopped.",
        path.name, epoch, time.monotonic() - started, tally.opening, tally.rang, tally.fallen, len(tally.stops),
    )  # fmt: skip
    writer = Writer(folder)
    _settle(folder, writer, epoch)
    return writer


def _settle(folder: Path, writer: Writer, epoch: int) -> None:
    """Take back what was refused before, and the stops of this host that the new file confirms."""
    Losses(folder, writer.get).forget()
    force.end(folder)
    keep(folder, writer.get, at_once=True)
    end_alarm(folder, SNAPSHOT)
    found = [(f"n:{stop['number']}", epoch, writer.get(keys.number(stop["number"]))) for stop in stops.listed(folder)]
    stops.confirm(folder, found)
    standby.forget(folder)


def _pages(
    queries: Connection, folder: Path, admission: Admission | None, comparison: Comparison, of: tuple[str, int]
) -> Iterator[Sequence[Change]]:
    """Yield everything as far as it is admitted; at the end of the numbers the guard judges, and may raise LossRefused."""
    for page in source.numbers(queries):
        admitted = (
            admission.admit_page(page, comparison.previous)
            if admission is not None
            else [_unasked(row) for row in page]
        )
        comparison.page(admitted)
        yield [one[:2] for one in admitted]
    tally = comparison.finish()
    is_unreadable = tally.is_unreadable() and link(folder).exists()
    if (tally.is_too_much() or is_unreadable) and not _is_forced(folder, tally, *of):
        raise LossRefused(tally, *of)
    if admission is not None:
        admission.end()
    yield source.others(queries)
    is_whole = admission is None or not admission.waiting
    yield [(keys.OPEN, str(tally.opening).encode()), (keys.ADMITTED, b"whole" if is_whole else b"partly")]


def _unasked(row: tuple[bytes, bytes]) -> Admitted:
    """Pass a record of a host without permits, which is for tests only; a damaged one is left out."""
    key, data = row
    return key, data if records.is_whole(data) else None, None, False


def _is_forced(folder: Path, tally: Tally, name: str, epoch: int) -> bool:
    """Say whether two people let through exactly this: this database, not an earlier epoch, no number beyond their list."""
    said = force.forced(folder)
    if said is None or said["kind"] != "build" or said["source"] != name or epoch < said["epoch"]:
        return False
    if tally.fallen > said["lost"] or not set(tally.lost) <= force.lost(folder, said):
        return False
    log.warning("Two people let %s of %s numbers fall silent.", tally.fallen, tally.rang)
    return True
