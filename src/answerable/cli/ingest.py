"""`answerable ingest`: ship this gate host's spool into the database, each record exactly once."""

from __future__ import annotations

import argparse

from answerable.cli import installation
from answerable.spool.records import SpoolRecord


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "While the database is away the records wait in the spool."


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from answerable import settings
    from answerable.spool import ship

    ship.run(settings.GATE, deliver, installation.until_told_to_stop())
    return 0


def deliver(batch: list[SpoolRecord]) -> None:
    """Store a batch; drop a connection that failed, so that the next try makes a new one."""
    from django.db import connection
    from django.utils import timezone

    from answerable.calls import actions

    try:
        actions.ingest(batch, at=timezone.now())
    except Exception:
        connection.close()
        raise
