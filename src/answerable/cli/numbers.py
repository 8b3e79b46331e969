"""`answerable numbers import FILE.csv`: take over a present ledger."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    ledger = verbs.add_parser("import", help="enter each line of a CSV (number,credit_code,line) as unverified")
    ledger.add_argument("file", type=Path, metavar="FILE.csv")


def run(arguments: argparse.Namespace) -> int:
    """Print what became of each line; exit 1 if any was refused."""
    installation.load_django()
    from django.utils import timezone

    from answerable.numbers.ledger import import_ledger
    from answerable.trail.actors import system

    outcomes = import_ledger(arguments.file.read_bytes(), by=system("cli"), at=timezone.now())
    for outcome in outcomes:
        said = (
            "unverified" if outcome.problem is None else f"refused {outcome.problem.code}: {outcome.problem.text('en')}"
        )
        print(f"line {outcome.row}: {outcome.number} {said}")
    refused = sum(outcome.problem is not None for outcome in outcomes)
    print(f"{len(outcomes) - refused} entered as unverified, {refused} refused.")
    return 1 if refused else 0
