"""Fixtures of the call tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .world import World


@pytest.fixture
def world_of(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make worlds that are stopped whatever happens."""
    made: list[World] = []

    def make(**settings: Any) -> World:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(World(folder, **settings))
        return made[-1]

    yield make
    for world in made:
        world.stop()
        log = getattr(world, "log", None)
        if log is not None:
            print(log.read_text(errors="replace")[-6000:])
