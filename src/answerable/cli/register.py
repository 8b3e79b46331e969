"""`answerable register load FILE.csv`: load the enterprise register."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    load = verbs.add_parser(
        "load",
        help="the enterprise register: credit_code,name,subject_type,legal_representative,address[,status,industry]",
    )
    load.add_argument("file", type=Path, metavar="FILE.csv")


def run(arguments: argparse.Namespace) -> int:
    """Load the whole file, or say each bad line and load nothing."""
    content = arguments.file.read_bytes()
    with installation.ready():
        from django.utils import timezone

        from answerable.parties.loading import load_register
        from answerable.trail.actors import system

        print(f"{load_register(content, by=system('cli'), at=timezone.now())} rows loaded.")
    return 0
