"""`answerable trunk …`: the carrier's trunks over which calls come. Those known by address stand in the operator's file."""

from __future__ import annotations

import argparse
import getpass
import sys

from answerable.cli import installation
from answerable.cli.ranges import between


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="list the trunks")
    add = verbs.add_parser("set", help="add a trunk that signs in, or change it; gates know it a second later")
    add.add_argument("name", metavar="NAME", help="as call records name it, without spaces")
    add.add_argument("--user", metavar="USER", required=True, help="its password is read from standard input")
    add.add_argument(
        "--most-a-second", type=between(0, 10_000), default=0, metavar="N", help="new calls a second; 0 = not limited"
    )
    off = verbs.add_parser(
        "off",
        help="close a trunk: its calls are a stranger's a second later (until the file that has it is loaded again)",
    )
    off.add_argument("name", metavar="NAME")
    on = verbs.add_parser("on", help="open a trunk that was switched off, with the address or password it had")
    on.add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    with installation.ready():
        return {"list": _list, "set": _set, "off": _off, "on": _on}[arguments.verb](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from answerable.routing.models import Trunk

    for trunk in Trunk.objects.order_by("name"):
        known = f"user {trunk.user}" if trunk.user else f"{trunk.address}{f':{trunk.port}' if trunk.port else ''}"
        rate = f"{trunk.most_a_second} a second" if trunk.most_a_second else "not limited"
        print(f"{trunk.name}\t{known}\t{rate}\t{'on' if trunk.is_enabled else 'off'}")
    return 0


def _set(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.routing.actions import set_trunk
    from answerable.routing.models import Trunk
    from answerable.trail.actors import system

    was_off = Trunk.objects.filter(name=arguments.name, is_enabled=False).exists()
    set_trunk(
        arguments.name, user=arguments.user, password=_password(), most_a_second=arguments.most_a_second, by=system("cli"),
        at=timezone.now(),
    )  # fmt: skip
    again = " It was switched off and is open again: `trunk off` closes it." if was_off else ""
    print(f"{arguments.name} is set; the gates know it a second later.{again}")
    return 0


def _off(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.routing.actions import switch_trunk_off
    from answerable.trail.actors import system

    switch_trunk_off(arguments.name, by=system("cli"), at=timezone.now())
    print(f"{arguments.name} is off.")
    return 0


def _on(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.routing.actions import switch_trunk_on
    from answerable.trail.actors import system

    trunk = switch_trunk_on(arguments.name, by=system("cli"), at=timezone.now())
    until = "" if trunk.user else " What the operator's file says of it holds again once that is loaded."
    print(f"{arguments.name} is open; the gates know it a second later.{until}")
    return 0


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
