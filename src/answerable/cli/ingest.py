"""`answerable ingest`: ship this gate host's spool into the database, each record exactly once."""

from __future__ import annotations

import argparse
import json
import logging
import os

from answerable.cli import installation
from answerable.spool.records import SpoolRecord

log = logging.getLogger(__name__)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "While the database is away the records wait in the spool."


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from answerable import settings
    from answerable.spool import ship

    ship.run(settings.GATE, deliver, installation.until_told_to_stop())
    return 0


def deliver(batch: list[SpoolRecord]) -> None:
    """Store a batch; drop a connection that failed, so that the next try makes a new one.

    A record that no database takes (a worker's fault) is kept for people, and holds nobody else's up.
    """
    from django.db import DataError, IntegrityError, connection
    from django.utils import timezone

    from answerable.calls import actions

    try:
        actions.ingest(batch, at=timezone.now())
    except (DataError, IntegrityError, KeyError, TypeError, ValueError, AttributeError) as error:
        if len(batch) == 1:
            set_aside(batch[0], error)
            return
        half = len(batch) // 2
        deliver(batch[:half])
        deliver(batch[half:])
    except Exception:
        connection.close()
        raise


def set_aside(record: SpoolRecord, why: Exception) -> None:
    """Append a record that cannot be stored to a file beside the damaged ones, on the disk before it counts as taken."""
    from answerable import settings
    from answerable.spool import rotate, ship

    place = settings.GATE / rotate.FOLDER / ship.DAMAGED
    place.mkdir(parents=True, exist_ok=True)
    with (place / "refused.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")
        file.flush()
        os.fsync(file.fileno())
    log.error("A record cannot be stored and was set aside in %s: %s", file.name, why)
