"""`answerable publisher`: compile what changed and publish it. One works; a second waits for it to end."""

from __future__ import annotations

import argparse

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Ends on SIGTERM after the batch in hand."


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from answerable.routing import publisher

    publisher.run(installation.until_told_to_stop().is_set)
    return 0
