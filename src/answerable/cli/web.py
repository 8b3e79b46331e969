"""`answerable web`: the pages and the API, under gunicorn."""

from __future__ import annotations

import argparse
import os
import sys

from answerable.cli.ranges import between


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=between(1, 256), default=2, help="processes (default 2)")
    parser.add_argument("--threads", type=between(1, 256), default=4, help="requests at once in each (default 4)")


def run(arguments: argparse.Namespace) -> int:
    """Become gunicorn. Its control socket is off: it would lie in the home folder."""
    from answerable import settings

    command = [sys.executable, "-m", "gunicorn", "answerable.wsgi", "--bind", f"127.0.0.1:{settings.HTTP_PORT}"]
    command += ["--workers", str(arguments.workers), "--threads", str(arguments.threads), "--worker-class", "gthread"]
    command += ["--preload"]  # one import for all workers
    command += ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
    command += ["--logger-class", "answerable.lib.weblog.Logger"]
    os.execv(sys.executable, command)  # noqa: S606
