"""`answerable blacklist load FILE.csv`: load who may not apply."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    load = verbs.add_parser("load", help="who may not apply: kind,value,reason")
    load.add_argument("file", type=Path, metavar="FILE.csv")


def run(arguments: argparse.Namespace) -> int:
    """Load the whole file, or say each bad line and load nothing."""
    content = arguments.file.read_bytes()
    with installation.ready():
        from django.utils import timezone

        from answerable.parties.loading import load_blacklist
        from answerable.trail.actors import system

        print(f"{load_blacklist(content, by=system('cli'), at=timezone.now())} rows loaded.")
    return 0
