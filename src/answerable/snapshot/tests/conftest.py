"""A real PostgreSQL for tests of followers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.snapshot.tests.control import TABLES, Control, Followers


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    made = Control(tmp_path_factory.mktemp("db"))
    yield made
    made.server.stop(made.process)


@pytest.fixture
def control(running: Control) -> Control:
    running.execute(TABLES)
    return running


@pytest.fixture
def start(control: Control, tmp_path: Path) -> Iterator[Followers]:
    """Start followers."""
    made = Followers(control.dsn, tmp_path)
    yield made
    made.end()
