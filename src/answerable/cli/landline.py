"""`answerable landline`: stand for the carrier's fixed lines in the demo."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Lines that end in 0000 are busy, those that end in 9999 ring and nobody picks up."


def run(arguments: argparse.Namespace) -> int:
    from answerable import settings
    from answerable.media import landline

    host, _, port = settings.LANDLINE_TRUNK.rpartition(":")
    landline.serve(host, int(port), busy=["0000"], no_answer=["9999"], heard=settings.OUTBOX / "heard")
    return 0
