"""The fixtures of the unit tests: the small world (orders/tests/world), browsers, deeds at the same moment."""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.db import connection
from django.test import Client
from PIL import Image

from answerable.orders.tests.reference import TUESDAY
from answerable.orders.tests.world import World
from answerable.parties.models import Person, Staff


def draw(form: str = "JPEG", size: tuple[int, int] = (32, 24), mode: str = "RGB") -> bytes:
    """Draw a white picture."""
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, form)
    return out.getvalue()


@pytest.fixture
def at() -> dt.datetime:
    """A working day's morning; every action is told the time."""
    return TUESDAY


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """The smallest photograph worth sending."""
    return draw()


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """Draw a picture of any format and size."""
    return draw


_serial = count()


@pytest.fixture
def folders(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Move what is written to disk into a folder of the test's own; most tests write nothing, and it is never made."""
    folder = tmp_path_factory.getbasetemp() / "folders" / str(next(_serial))
    for name in ("DOCUMENTS", "EXPORTS", "OUTBOX", "REGISTER", "LOG", "LOG_GUARD", "LIMITS"):
        setattr(settings, name, folder / name.lower())
    return folder


@pytest.fixture
def world(db: None, folders: Path, at: dt.datetime, jpeg: bytes) -> World:
    """The small world, new for each test."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    return World(at, jpeg)


@pytest.fixture
def browser() -> Callable[..., Client]:
    """Sign a person or a member of staff in (nobody: the public) and return their browser."""

    def sign_in(who: Person | Staff | None = None, **options: Any) -> Client:
        client = Client(**options)
        if who is not None:
            session = SessionStore()
            session["staff" if isinstance(who, Staff) else "person"] = who.pk
            session.create()
            client.cookies["sessionid"] = session.session_key
        return client

    return sign_in


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run functions at the same moment, each in a thread with its own connection; return results and errors in order."""

    def run(*deeds: Callable[[], Any]) -> list[Any]:
        results: list[Any] = [None] * len(deeds)
        start = threading.Barrier(len(deeds))

        def work(index: int, deed: Callable[[], Any]) -> None:
            try:
                connection.ensure_connection()
                start.wait(10)
                results[index] = deed()
            except Exception as error:
                results[index] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=pair) for pair in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return results

    return run
