"""`answerable trunk …`: the carrier's trunks over which calls come."""

from __future__ import annotations

import argparse
import getpass
import sys

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="list the trunks")
    add = verbs.add_parser("set", help="add a trunk or change it; gates know it a second later")
    add.add_argument("name", metavar="NAME", help="as call records name it, without spaces")
    known = add.add_mutually_exclusive_group(required=True)
    known.add_argument("--address", metavar="IP[:PORT]", help="known by where its calls come from")
    known.add_argument("--user", metavar="USER", help="known by a password, which is read from standard input")
    add.add_argument("--most-a-second", type=int, default=0, metavar="N", help="new calls a second; 0 = not limited")
    off = verbs.add_parser("off", help="close a trunk: its calls are a stranger's a second later")
    off.add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    with installation.ready():
        return {"list": _list, "set": _set, "off": _off}[arguments.verb](arguments)


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
    from answerable.trail.actors import system

    address, port = _address(arguments.address or "")
    password = _password() if arguments.user else ""
    set_trunk(
        arguments.name, address=address, port=port, user=arguments.user or "", password=password,
        most_a_second=arguments.most_a_second, by=system("cli"), at=timezone.now(),
    )  # fmt: skip
    print(f"{arguments.name} is set; the gates know it a second later.")
    return 0


def _off(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.routing.actions import switch_trunk_off
    from answerable.trail.actors import system

    switch_trunk_off(arguments.name, by=system("cli"), at=timezone.now())
    print(f"{arguments.name} is off.")
    return 0


def _address(text: str) -> tuple[str, int | None]:
    """Split IP[:PORT], IPv6 in brackets."""
    host, colon, port = text.rpartition(":")
    if colon and port.isdigit() and (host.startswith("[") or ":" not in host):
        return host.strip("[]"), int(port)
    return text.strip("[]"), None


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
