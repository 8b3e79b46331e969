"""`make demo` on a machine that never ran anything: it makes the secrets before Django reads them."""

import signal
import subprocess
import sys

import pytest

from tests.planes.conftest import make_house

pytestmark = pytest.mark.journey
LOADING = "The database is empty: loading the demo world."


def test_demo_begins_from_nothing(tmp_path_factory):
    house = make_house(tmp_path_factory.mktemp("first"))
    walk = subprocess.Popen(
        [sys.executable, "-m", "answerable.cli.main", "demo", "journey"],
        env=house.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    assert walk.stdout is not None
    said = []
    for line in walk.stdout:
        said.append(line.strip())
        if said[-1] == LOADING:
            walk.send_signal(signal.SIGINT)
    assert walk.wait(60) != 0
    assert LOADING in said, said
