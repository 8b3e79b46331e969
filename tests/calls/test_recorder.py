"""The recorder: a call of which nothing could be told later is not connected; the end of one in progress finds room."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of six megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"needs root to mount a small disk: {made.stderr!r}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_full_disk_refuses_new_calls_and_records_the_end_of_old_ones(
    world_of: Callable[..., World], small_disk: Path
) -> None:
    world = world_of()
    (world.folder / "spool").symlink_to(small_disk)
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        callers = [Caller(world.settings.port, world.trunk_port)]
        assert callers[0].invite(NUMBER).status == 200
        for _ in range(30):  # every worker has opened its file before the disk is full
            with Caller(world.settings.port) as stranger:
                stranger.invite(NUMBER)
        fill(small_disk / "ballast")
        callers[0].socket.close()
        for _ in range(1400):  # refusals may use up what is not reserved, and no more
            with Caller(world.settings.port, world.trunk_port) as caller:
                caller.invite("4009999999")
        refusals = 0
        for _ in range(400):
            with Caller(world.settings.port, world.trunk_port) as caller:
                reply = caller.invite(NUMBER)
                if reply.status == 503:
                    check(reply, "RECORDER_FULL")
                    refusals += 1
                    if refusals == 4:
                        break
                else:
                    assert caller.bye().status == 200
        assert refusals == 4
        before = len(world.spool("ended"))
        with Caller(world.settings.port, world.trunk_port) as reopened:
            for name in ("call", "tag", "final", "number", "uri"):
                setattr(reopened, name, getattr(callers[0], name))
            assert reopened.bye().status == 200
        wait(lambda: len(world.spool("ended")) == before + 1, "the end of the call in progress is recorded")
        (small_disk / "ballast").unlink()
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200


def test_spool_that_cannot_be_made_refuses_calls(world_of: Callable[..., World]) -> None:
    world = world_of()
    (world.folder / "spool").write_text("in the way")
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), "RECORDER_FULL")
        assert line.seen == []
        (world.folder / "spool").unlink()
        time.sleep(0.1)
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200


def fill(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except OSError:
        os.close(descriptor)
