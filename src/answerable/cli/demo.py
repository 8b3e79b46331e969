"""`answerable demo …`: a made-up world to try everything in; it never mixes with real data."""

from __future__ import annotations

import argparse

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    world = verbs.add_parser("world", help="load the demo world into an empty database")
    world.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")
    world.add_argument("--pool", type=int, default=None, metavar="N", help="numbers in the pool (default 100,000)")
    code = verbs.add_parser("code", help="print a demo person's current one-time code")
    code.add_argument("name", metavar="NAME", help="chen, lin, zhou, qian, sun or gong")


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    return {"world": _world, "code": _code}[arguments.verb](arguments)


def is_demo() -> bool:
    """Say whether this database holds the demo world."""
    from answerable.parties.models import Operator

    return Operator.objects.filter(is_demo=True).exists()


def _world(arguments: argparse.Namespace) -> int:
    from django.db import transaction
    from django.utils import timezone

    from answerable.cli import world

    if arguments.if_empty and not world.is_empty():
        return 0
    size = {} if arguments.pool is None else {"size": arguments.pool}
    with transaction.atomic():  # a world half made would be taken for a whole one, or for real data
        world.build(at=timezone.now(), **size)
    return 0


def _code(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.cli.world import people

    code = people.one_time_code(arguments.name, timezone.now())
    if code is None:
        raise NobodyOfThatName(f"The demo world has nobody called {arguments.name!r}.")
    print(code)
    return 0


class NobodyOfThatName(Exception):
    """There is no demo world here, or nobody in it has this name."""

    code = "nobody_of_that_name"
