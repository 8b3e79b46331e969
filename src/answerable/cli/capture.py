"""`answerable capture`: keep the signalling that the gates copy."""

from __future__ import annotations

import argparse

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Needs no database. ANSWERABLE_CAPTURE is where it listens, ANSWERABLE_CAPTURE_FROM whom it hears."


def run(arguments: argparse.Namespace) -> int:
    from answerable import settings
    from answerable.lib import keys, logs
    from answerable.lib.envelope import MasterKey
    from answerable.signalling import capture

    logs.configure()
    address, _, port = settings.CAPTURE.rpartition(":")
    if not port:
        raise NothingToDo("ANSWERABLE_CAPTURE is empty, so nothing is captured; give it ADDRESS:PORT.")
    key, stopping = keys.ensure(settings.KEYS, keys.CAPTURE), installation.until_told_to_stop()
    master, allowed = MasterKey.load(settings.KEYS), settings.CAPTURE_FROM
    capture.run(
        address, int(port), settings.SIGNALLING, master, stopping, key=key, allowed=allowed,
        most_bytes=settings.CAPTURE_MOST_BYTES,
    )  # fmt: skip
    return 0


class NothingToDo(Exception):
    """Capture is switched off."""

    code = "CAPTURE_OFF"
