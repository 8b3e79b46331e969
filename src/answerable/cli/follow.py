"""`answerable follow`: write what is published into this gate host's snapshot."""

from __future__ import annotations

import argparse

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Needs the database only to learn what is new: while it is away the snapshot stays."


def run(arguments: argparse.Namespace) -> int:
    from answerable import settings
    from answerable.lib import logs
    from answerable.snapshot import follow

    logs.configure()
    follow.run(installation.dsn(), settings.GATE, installation.until_told_to_stop(), trunk=settings.LANDLINE_TRUNK)
    return 0
