"""`answerable exit verify|import|keys`: a holder's archive, checked by anybody, taken in by the operator it goes to."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Every holder downloads its archive in the console, at any time. The two keys are those that the previous operator"
        " publishes (`answerable exit keys` there, /log/evidence-key, /log/key); learn them from it or the regulator."
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, words in (
        ("verify", "check an archive: no database, no network"),
        (
            "import",
            "take one in: its numbers stay silent until their holder has taken each over and two have approved it",
        ),
    ):
        one = verbs.add_parser(verb, help=words)
        one.add_argument("archive", type=Path, metavar="ARCHIVE.zip")
        one.add_argument("--key", required=True, help="the previous operator's signing key: name+id+base64")
        one.add_argument("--log-key", required=True, help="its public log's key: name+id+base64")
    verbs.add_parser("keys", help="print the two keys of this installation, for whoever takes its holders over")


def run(arguments: argparse.Namespace) -> int:
    return {"verify": _verify, "import": _import, "keys": _keys}[arguments.verb](arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from answerable.exits.verify import verify

    found = verify(arguments.archive, key=arguments.key, log_key=arguments.log_key)
    print(
        f"{found.about['organisation']} ({found.about['credit_code']}), from {found.about['operator']}: everything holds."
    )
    for sentence in found.held:
        print(f"  ok  {sentence}")
    print(f"In service: {', '.join(found.numbers) or 'none'}.")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    with installation.ready():
        from django.utils import timezone

        from answerable.exits.actions import arrive
        from answerable.trail.actors import system

        made = arrive(
            arguments.archive, key=arguments.key, log_key=arguments.log_key, by=system("cli"), at=timezone.now()
        )
        print(f"{made.enterprise.name}: {', '.join(made.numbers)} from {made.operator}, {made.calls} call records.")
        if made.left:
            print(f"Not in service there, so they stayed: {', '.join(made.left)}.")
        print(
            "Nothing rings yet: the holder signs in, takes each number over and submits; its papers are at hand there."
        )
    return 0


def _keys(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    installation.load_django()
    from answerable.transparency.evidence_key import evidence_key
    from answerable.transparency.integrate import signing_key

    print(f"--key {evidence_key().verifier}")
    print(f"--log-key {signing_key().verifier}")
    return 0
