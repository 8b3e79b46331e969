"""`answerable staff add NAME`: add a member of staff; password and one-time-code secret are shown once."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys

from answerable.cli import installation
from answerable.lib import names


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    add = verbs.add_parser("add", help="add a member of staff; asks for a password, or makes one where nobody types")
    add.add_argument("username", metavar="NAME", help="what they sign in as")
    add.add_argument("--name", default="", help="what others read (default: NAME)")
    add.add_argument("--roles", required=True, help="separated by commas, see parties/roles.py")
    add.add_argument("--counter", default="", metavar="CODE", help="the counter of counter staff")


def run(arguments: argparse.Namespace) -> int:
    """Print the provisioning address for their authenticator, and the password if it was made here."""
    with installation.ready():
        import pyotp
        from django.utils import timezone

        from answerable.parties.actions import add_staff, totp_secret
        from answerable.parties.models import Operator
        from answerable.parties.queries import counter_of
        from answerable.trail.actors import system

        roles = [role for role in arguments.roles.split(",") if role]
        counter = counter_of(roles, arguments.counter)
        name = names.person(arguments.name or arguments.username, asked="Say what others read: --name NAME")
        password, is_made = _password(arguments.username)
        staff = add_staff(
            arguments.username, name=name, roles=roles, password=password, by=system("cli"),
            at=timezone.now(), counter=counter,
        )  # fmt: skip
        operator = Operator.objects.first()
        issuer = operator.name_zh if operator else "Answerable"
        print(pyotp.TOTP(totp_secret(staff)).provisioning_uri(name=staff.username, issuer_name=issuer))
        if is_made:
            print(f"password: {password}")
        print("Shown once. Hand it over in person; nobody can print it again.", file=sys.stderr)
    return 0


def _password(username: str) -> tuple[str, bool]:
    """Ask at a terminal, twice; where nobody types, or types nothing, make one. Return it and whether it was made."""
    typed = getpass.getpass(f"Password of {username} (empty: make one): ") if sys.stdin.isatty() else ""
    if not typed:
        return secrets.token_urlsafe(18), True
    if getpass.getpass("Again: ") != typed:
        raise PasswordsDiffer("The two passwords are not the same; nobody was added.")
    return typed, False


class PasswordsDiffer(Exception):
    """The password was typed differently the second time."""

    code = "passwords_differ"
