"""`answerable init`: make everything that is missing in the folder of data, and change nothing that is there."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys

from answerable.cli import installation, signer
from answerable.lib import keys


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "May be run any number of times; `answerable run` does it too."


def run(arguments: argparse.Namespace) -> int:
    make_folders()
    signer.prepare()
    server = installation.server()
    if server is None:
        migrate()
    else:
        server.initialise()
        with server.running():
            server.prepare()
            migrate()
    print(f"Ready in {installation.var()}.")
    return 0


def make_folders() -> None:
    """Make the secrets and the folders of what is written, closed to others."""
    from answerable import settings

    settings.VAR.mkdir(parents=True, exist_ok=True)
    made = keys.make_all(settings.KEYS)
    if made:
        print(f"Made the secrets: {', '.join(made)}.", flush=True)
        importlib.reload(settings)  # it reads the secrets when it is imported
    for folder in (
        settings.OUTBOX,
        settings.DOCUMENTS,
        settings.DOCUMENT_KEYS,
        settings.EXPORTS,
        settings.REGISTER,
        settings.GATE,
        settings.STATIC_ROOT,
    ):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def has_migrations_to_run() -> bool:
    """Compare the files with what the database has; cheaper than a process that finds nothing to do."""
    installation.load_django()
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return True


def migrate() -> None:
    """Bring the tables up to date, as their owner and in a process of its own.

    A migration that waits for a lock makes everybody behind it wait: it gives up after ten seconds instead.
    """
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "answerable.settings",
        "ANSWERABLE_MIGRATE": "1",
        "PGOPTIONS": "-c lock_timeout=10s -c statement_timeout=600s",
    }
    command = [sys.executable, "-m", "django", "migrate", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    log = installation.var() / "log" / "migrate.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(done.stderr)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise MigrationFailed(f"The tables could not be brought up to date: {reason}\nAll of it is in {log}.")


class MigrationFailed(Exception):
    """The tables could not be brought up to date; nothing after the failed migration was changed."""

    code = "migration_failed"
