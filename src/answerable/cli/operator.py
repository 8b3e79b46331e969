"""`answerable operator load FILE.toml`: put in force who runs this installation and under which authorisation."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    load = verbs.add_parser("load", help="load the file whole, or say every wrong place and load nothing")
    load.add_argument("file", type=Path, metavar="FILE.toml", help="see docs/operate.md")


def run(arguments: argparse.Namespace) -> int:
    """Say how many entries of each table are in force."""
    content = arguments.file.read_bytes()
    with installation.ready():
        from django.utils import timezone

        from answerable.cli.operating import load_operator
        from answerable.trail.actors import system

        counts = load_operator(content, by=system("cli"), at=timezone.now())
        print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()) + " in force.")
    return 0
