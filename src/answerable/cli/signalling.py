"""`answerable signalling show CALL-ID`: what was kept of one call, for an engineer. Each look is recorded."""

from __future__ import annotations

import argparse
import datetime as dt

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    show = verbs.add_parser("show", help="print every message of a call, callers and all; a fact in the trail")
    show.add_argument("call", metavar="CALL-ID")
    show.add_argument("--staff", required=True, metavar="NAME", help="the operations engineer who looks")
    show.add_argument("--why", required=True, help="why; stands in the trail")
    show.add_argument("--outline", action="store_true", help="when, between which ends and what, without the messages")


def run(arguments: argparse.Namespace) -> int:
    with installation.ready():
        return _show(arguments)


def _show(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.lib.workdays import CHINA
    from answerable.parties.models import Staff
    from answerable.signalling.message import outline
    from answerable.tracing import actions

    staff = Staff.objects.filter(username=arguments.staff, is_active=True).first()
    if staff is None:
        raise UnknownStaff(f"There is no member of staff called {arguments.staff!r}.")
    found = actions.look_at_signalling(arguments.call, staff=staff, why=arguments.why, at=timezone.now())
    for kept in found:
        at = dt.datetime.fromtimestamp(kept.at, CHINA).isoformat(timespec="microseconds")
        print(f"{at}  {kept.source} → {kept.target}  {outline(kept.message)['what']}")
        if not arguments.outline:
            print(_printable(kept.message))
    if not found:
        print("Nothing is kept of this call: it came over no trunk, is older than 184 days, or capture was off.")
    return 0 if found else 1


def _printable(message: bytes) -> str:
    """Write a message for a terminal: what would steer it is shown as a question mark."""
    text = message.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


class UnknownStaff(Exception):
    """Nobody of that name works here."""

    code = "UNKNOWN_STAFF"
