"""`answerable operator load FILE.toml`: put in force who runs this installation; `root`: whose electronic seals count."""

from __future__ import annotations

import argparse
from pathlib import Path

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    load = verbs.add_parser("load", help="load the file whole, or say every wrong place and load nothing")
    load.add_argument("file", type=Path, metavar="FILE.toml", help="see docs/operate.md")
    root = verbs.add_parser("root", help="accept electronic seals under a certification authority's root, or no longer")
    root.add_argument("file", type=Path, metavar="FILE", nargs="?", help="a root certificate, PEM or DER")
    root.add_argument("--remove", metavar="SHA256", help="take back the root with this digest")


def run(arguments: argparse.Namespace) -> int:
    """Say what is in force afterwards."""
    with installation.ready():
        return _load(arguments.file) if arguments.verb == "load" else _root(arguments.file, arguments.remove)


def _load(file: Path) -> int:
    from django.utils import timezone

    from answerable.cli.operating import load_operator
    from answerable.trail.actors import system

    counts = load_operator(file.read_bytes(), by=system("cli"), at=timezone.now())
    print(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()) + " in force.")
    return 0


def _root(file: Path | None, remove: str | None) -> int:
    from django.utils import timezone

    from answerable.parties.loading import load_root, remove_root
    from answerable.parties.models import TrustedRoot
    from answerable.trail.actors import system

    if file is not None:
        load_root(file.read_bytes(), by=system("cli"), at=timezone.now())
    if remove:
        remove_root(remove, by=system("cli"), at=timezone.now())
    for root in TrustedRoot.objects.filter(removed_at=None).order_by("name"):
        print(f"{root.sha256}  {root.name}")
    return 0
