"""`answerable register load|import FILE.csv`: the enterprise register, and a carrier's register of numbers."""

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
    take = verbs.add_parser(
        "import",
        help="a carrier's register of numbers, compared with ours: number,name,credit_code,business_state,network_state",
    )
    take.add_argument("file", type=Path, metavar="FILE.csv")
    take.add_argument("--carrier", required=True, help="unicom, mobile or telecom: the file is that carrier's, whole")
    take.add_argument("--force", action="store_true", help="take a file over 1 %% shorter than the last")


def run(arguments: argparse.Namespace) -> int:
    """Load the whole file, or say each bad line and load nothing."""
    content = arguments.file.read_bytes()
    with installation.ready():
        if arguments.verb == "import":
            return _import(content, arguments.carrier, is_forced=arguments.force)
        from django.utils import timezone

        from answerable.parties.loading import load_register
        from answerable.trail.actors import system

        print(f"{load_register(content, by=system('cli'), at=timezone.now())} rows loaded.")
    return 0


def _import(content: bytes, code: str, *, is_forced: bool) -> int:
    from django.utils import timezone

    from answerable.parties.models import Carrier
    from answerable.reconciliation.actions import import_by_command
    from answerable.reconciliation.queries import tally

    carrier = Carrier.objects.filter(pk=code).first()
    if carrier is None:
        print(f"There is no carrier {code}.")
        return 2
    made = import_by_command(content, carrier, force=is_forced, at=timezone.now())
    print(f"{made.rows} rows imported ({made.rows_before} before).")
    print(", ".join(f"{kind}: {count}" for kind, count in tally().items()) + "; the desk lists them.")
    return 0
