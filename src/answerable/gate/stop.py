"""Stop and lift numbers on this gate host, and write it down: what `answerable gate stop` and `gate lift` do."""

from __future__ import annotations

from pathlib import Path

from answerable.lib import names
from answerable.snapshot import keys, records, serials, stops
from answerable.snapshot.permits import read, rings
from answerable.snapshot.read import Snapshot
from answerable.spool.errors import SpoolFull
from answerable.spool.write import SpoolWriter


def stop(folder: Path, number: str, *, by: str, reason: str, at: float) -> stops.Stop:
    """Stop a number. The deed comes first: a spool that cannot be written must not keep a number ringing.

    Raises NameMissing or ReasonMissing; SpoolFull after the stop is in force, when it could not be written down.
    """
    by, reason = names.person(by), names.reason(reason)
    value = stops.stop(folder, number, by=by, reason=reason, at=at, epoch=_epoch(folder))
    serials.use_up(folder, number, _serial(folder, number))
    _write_down(folder, {"kind": "gate_stop", "number": number, "by": by, "reason": reason, "at": at})
    return value


def lift(folder: Path, number: str, *, by: str, at: float) -> bool:
    """Lift a stop; say whether there was one. It is written down first: nothing is opened without a record.

    Raise NeedsPermit where the number would ring by a permit that the stop used up.
    """
    by = names.person(by)
    if 0 < _serial(folder, number) <= serials.used_up(folder, number):
        raise NeedsPermit(f"{number} was permitted before it was stopped; two risk officers lift it at the desk.")
    if not any(found["number"] == number for found in stops.listed(folder)):
        return stops.lift(folder, number)
    _write_down(folder, {"kind": "gate_lift", "number": number, "by": by, "at": at})
    return stops.lift(folder, number)


class NeedsPermit(Exception):
    """A stop made here uses the permit up: the number rings again by a new one alone."""

    code = "NEEDS_PERMIT"


def _serial(folder: Path, number: str) -> int:
    """Return the serial by which the number would ring here; 0 where it would not, or nothing can be read."""
    snapshot = Snapshot(folder)
    try:
        (data,) = snapshot.read(keys.number(number))
        record = records.decode_number(data) if data else None
        return read(record["permit"]).serial if record and rings(record) and record.get("permit") else 0
    except Exception:
        return 0
    finally:
        snapshot.close()


def _epoch(folder: Path) -> int:
    """Read the publication in force; 0 where that fails, so that a stop never depends on the snapshot."""
    snapshot = Snapshot(folder)
    try:
        return snapshot.epoch()
    except Exception:
        return 0
    finally:
        snapshot.close()


def _write_down(folder: Path, record: dict[str, object]) -> None:
    writer = SpoolWriter(folder, reserve=0)
    try:
        writer.write(record)
    finally:
        writer.close()


__all__ = ["NeedsPermit", "SpoolFull", "lift", "stop"]
