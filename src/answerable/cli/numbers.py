"""`answerable numbers …`: the pool, a present ledger, and the carrier's report of network states."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation
from answerable.lib.masking import mask_private


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, help_text in (
        ("import", "enter each line of a CSV (number,credit_code,line[,paid_until]) as unverified"),
        ("pool", "put allocated numbers into the pool (number,batch,branch,allocated_on), all or none"),
        ("lines", "load ranges and ported lines (digits,carrier); a bound line that moved is to be proven anew"),
        ("network", "take over the carrier's report (number,network_state), all or none"),
    ):
        verbs.add_parser(verb, help=help_text).add_argument("file", type=Path, metavar="FILE.csv")


def run(arguments: argparse.Namespace) -> int:
    """Say what became of the file; exit 1 if anything was refused."""
    content = arguments.file.read_bytes()
    with installation.ready():
        return {"import": _import, "pool": _pool, "network": _network, "lines": _lines}[arguments.verb](content)


def _import(content: bytes) -> int:
    """Print what became of each line."""
    from django.utils import timezone

    from answerable.numbers.ledger import import_ledger
    from answerable.trail.actors import system

    outcomes = import_ledger(content, by=system("cli"), at=timezone.now())
    for outcome in outcomes:
        said = (
            "unverified" if outcome.problem is None else f"refused {outcome.problem.code}: {outcome.problem.text('en')}"
        )
        print(mask_private(f"line {outcome.row}: {outcome.number} {said}"))
    refused = sum(outcome.problem is not None for outcome in outcomes)
    print(f"{len(outcomes) - refused} entered as unverified, {refused} refused.")
    return 1 if refused else 0


def _pool(content: bytes) -> int:
    from django.utils import timezone

    from answerable.numbers.loading import load_pool
    from answerable.trail.actors import system

    print(f"{load_pool(content, by=system('cli'), at=timezone.now())} new numbers in the pool.")
    return 0


def _network(content: bytes) -> int:
    from django.utils import timezone

    from answerable.numbers.loading import load_network
    from answerable.numbers.queries import disagreeing
    from answerable.trail.actors import system

    print(f"{load_network(content, by=system('cli'), at=timezone.now())} network states changed.")
    print(f"{disagreeing().count()} numbers disagree with their business state; the desk lists them.")
    return 0


def _lines(content: bytes) -> int:
    from django.utils import timezone

    from answerable.trail.actors import system
    from answerable.verification.actions import load_line_carriers

    rows, asked = load_line_carriers(content, by=system("cli"), at=timezone.now())
    print(f"{rows} ranges and lines loaded; {asked} bound lines are to be proven anew.")
    return 0
