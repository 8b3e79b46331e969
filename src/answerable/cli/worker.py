"""`answerable worker`: background jobs, handed over inside the transactions that ask for them."""

from __future__ import annotations

import argparse

from answerable.cli import installation


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at once (default 4)")


def run(arguments: argparse.Namespace) -> int:
    installation.load_django()
    from django.core.management import call_command

    call_command(
        "procrastinate", "worker", "--concurrency", str(arguments.concurrency), "--fetch-job-polling-interval=1"
    )
    return 0
