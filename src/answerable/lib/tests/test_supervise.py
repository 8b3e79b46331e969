"""Nothing outlives whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from answerable.lib import supervise

pytestmark = pytest.mark.journey  # supervisor looks at its programs once a second: too slow for the unit suite

SLEEPER = [sys.executable, "-c", "import subprocess, sys; subprocess.run(['sleep', '600'])"]
DEAF = [
    sys.executable,
    "-c",
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork() or os.setsid(); time.sleep(600)",
]
PROGRAMS = [
    supervise.Program("first", SLEEPER, is_first=True),
    supervise.Program("second", SLEEPER, environment={"GREETING": "你好 %"}),
]


def _wait(condition: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def _left(folder: Path) -> list[int]:
    return [pid for pid in supervise._pids() if supervise._is_marked(pid, folder)]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[supervise.Supervisor]:
    made = supervise.Supervisor(tmp_path)
    made.start(PROGRAMS)
    made.start_program("second")
    assert _wait(lambda: set(made.states().values()) == {"RUNNING"})
    yield made
    made.stop()


def test_stopping_leaves_no_process(supervisor: supervise.Supervisor) -> None:
    assert len(_left(supervisor.folder)) == 5
    supervisor.stop()
    assert _left(supervisor.folder) == []


def test_deaf_program_that_left_its_group_is_ended_too(tmp_path: Path) -> None:
    made = supervise.Supervisor(tmp_path)
    made.start([supervise.Program("deaf", DEAF, stop_seconds=1, is_first=True)])
    assert _wait(lambda: len(_left(tmp_path)) == 3 and made.states() == {"deaf": "RUNNING"})
    made.stop()
    assert _left(tmp_path) == []


def test_program_that_is_killed_starts_again(supervisor: supervise.Supervisor) -> None:
    killed = supervisor.pid("second")
    os.kill(killed, signal.SIGKILL)
    assert _wait(lambda: supervisor.pid("second") not in {killed, 0})


def test_programs_end_when_the_supervisor_is_killed(supervisor: supervise.Supervisor) -> None:
    assert supervisor._process is not None
    supervisor._process.kill()
    assert _wait(lambda: len(_left(supervisor.folder)) <= 2)  # the two grandchildren that nobody tells
    supervise.end_leftovers(supervisor.folder)
    assert _left(supervisor.folder) == []


def test_supervisor_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from answerable.lib import supervise;"
        "s = supervise.Supervisor(Path(sys.argv[1]));"
        "s.start([supervise.Program('first', ['sleep', '600'], is_first=True)]);"
        "print(s._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, check=False)
    assert _wait(lambda: _left(tmp_path) == [])
    assert _wait(lambda: not (tmp_path / "supervisor.pid").exists())


def test_socket_of_a_deep_folder_lies_in_a_short_private_one(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    made = supervise.Supervisor(deep)
    made.start([supervise.Program("first", ["sleep", "600"], is_first=True)])
    assert _wait(lambda: made.states() == {"first": "RUNNING"})
    assert made.socket.parent.stat().st_mode & 0o777 == 0o700
    made.stop()
    assert not made.socket.parent.exists()


def test_supervisor_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(supervise.SuperviseError, match="did not start: Error"):
        supervise.Supervisor(tmp_path).start([supervise.Program("no\nname", ["sleep"], is_first=True)])
