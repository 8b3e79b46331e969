"""This installation, as the environment describes it: its settings, its database server, and Django when needed."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from answerable.lib import postgres


def load_django() -> None:
    """Load Django with the product's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.settings")
    for chatty in ("procrastinate.blueprints", "procrastinate.periodic", "pikepdf"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    import django

    django.setup()


def var() -> Path:
    from answerable import settings

    return settings.VAR


def server() -> postgres.Server | None:
    """Return the embedded database server, or None when DATABASE_URL names another."""
    if os.environ.get("DATABASE_URL"):
        return None
    return postgres.Server(var() / "postgres", var() / "keys")


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """Have the database answer inside the block and Django loaded, whether or not `answerable run` is up."""
    found = server()
    if found is not None and not found.is_initialised():
        raise NotInitialised(f"There is no installation in {var()} yet. Run `answerable init` first.")
    with found.running() if found is not None else contextlib.nullcontext():
        load_django()
        yield


class NotInitialised(Exception):
    """The folder of data has no database."""

    code = "not_initialised"


def dsn() -> str:
    """Return the application's own way into the database, for libpq."""
    from psycopg.conninfo import make_conninfo

    if url := os.environ.get("DATABASE_URL"):
        return make_conninfo("", **postgres.way_to(url))
    from answerable import settings

    way_in = postgres.Server(settings.VAR / "postgres", settings.KEYS).way_in(postgres.APPLICATION_ROLE)
    socket = os.environ.get("ANSWERABLE_DATABASE_SOCKET")
    return make_conninfo("", **(way_in | ({"host": socket} if socket else {})))


def until_told_to_stop() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set: finish what is in hand, then end."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
