"""`answerable published …`: what the publisher holds back because too many numbers would fall silent, and letting it through."""

from __future__ import annotations

import argparse
import sys

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("held", help="list the numbers whose newest records are held back; exit status 1 if there are any")
    verbs.add_parser("again", help="compile them anew, once what was wrong is put right")
    force = verbs.add_parser("force", help="let them fall silent: those that are held now, no later ones")
    force.add_argument("--by", required=True, metavar="STAFF", help="who decides it, as they sign in at the desk")
    force.add_argument("--and", dest="second", required=True, metavar="STAFF", help="the second of two people")
    force.add_argument("--reason", required=True, metavar="TEXT", help="why, for the record")


def run(arguments: argparse.Namespace) -> int:
    with installation.ready():
        return VERBS[arguments.verb](arguments)


def _held(arguments: argparse.Namespace) -> int:
    """Print a number a line, whose digest the fact of letting them through names, and how many of how many."""
    from answerable.routing.queries import held, open_numbers

    numbers = held().values_list("number", flat=True)
    for number in numbers:
        print(number)
    print(f"{len(numbers):,} held back; {open_numbers():,} ring by what is published.", file=sys.stderr)
    return 1 if numbers else 0


def _again(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.routing.actions import compile_held_again
    from answerable.trail.actors import system

    numbers = compile_held_again(by=system("cli"), at=timezone.now())
    print(f"{len(numbers):,} numbers are compiled anew; what would still fall silent stays held.")
    return 0


def _force(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.parties.models import Staff
    from answerable.routing.actions import pass_losses

    people = Staff.objects.filter(is_active=True).in_bulk([arguments.by, arguments.second], field_name="username")
    if unknown := [name for name in (arguments.by, arguments.second) if name not in people]:
        raise Unknown(f"{', '.join(unknown)}: no active member of staff signs in so.")
    numbers = pass_losses(
        first=people[arguments.by], second=people[arguments.second], reason=arguments.reason, at=timezone.now()
    )
    print(f"{len(numbers):,} numbers may fall silent, no other ones, within the hour. Gate hosts ask for themselves.")
    return 0


class Unknown(Exception):
    """Nobody of that name works here."""

    code = "STAFF_UNKNOWN"


VERBS = {"held": _held, "again": _again, "force": _force}
