"""A customer goes to another operator with its archive: it rings there, was never silent, and the old log still proves."""

import json
import subprocess
import sys

import pytest

from tests.planes.conftest import PROJECT, make_house

pytestmark = pytest.mark.journey


@pytest.fixture
def successor(tmp_path):
    made = make_house(tmp_path / "successor")
    try:
        made.start()
        yield made
    finally:
        made.stop()


def move(house, verb, given):
    """Run one verb of `moving` at an installation."""
    command = [sys.executable, "-m", "tests.planes.moving", verb, house.base, house.gate, str(house.trunk_port), given]
    done = subprocess.run(
        command, env=house.environment, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_customer_goes_to_another_operator_with_everything(house, successor, tmp_path):
    left = move(house, "leave", str(tmp_path))
    keys = [word for line in house.answerable("exit", "keys").stdout.splitlines() for word in line.split(" ", 1)]
    verified = successor.answerable("exit", "verify", left["archive"], *keys)
    assert verified.returncode == 0, verified.stderr
    assert f"{left['number']}: " in verified.stdout
    taken = successor.answerable("exit", "import", left["archive"], *keys)
    assert taken.returncode == 0, taken.stderr
    came = move(successor, "come", json.dumps(left))
    assert came["before"] == "NOT_IN_SERVICE"  # nothing rings by an archive
    assert "licence" in came["brought"].split(",")
    assert came["status"].startswith("SIP/2.0 200")
    assert house.call(left["number"]).status == 200  # the first operator went on until the carrier switches
    again = successor.answerable("exit", "import", left["archive"], *keys)
    assert (again.returncode, "ARRIVED_ALREADY" in again.stderr) == (1, True)
    _old_log_leads_to_the_new_one(successor, left, keys)


def _old_log_leads_to_the_new_one(successor, left, keys):
    """The successor's own log names the old one's checkpoint; with the archive and the old key the history still proves."""
    rows = successor.sql("SELECT leaf FROM transparency_entry WHERE number = %s ORDER BY index", left["number"])
    said = [json.loads(bytes(leaf)) for (leaf,) in rows]
    arrival = next(one for one in said if one["kind"] == "arrival")
    assert arrival["log"] == keys[-1].split("+")[0]
    assert [one["kind"] for one in said].index("arrival") == 0
    key = successor.answerable("log", "key").stdout.strip()
    monitor = successor.answerable("log", "monitor", successor.base, "--key", key)
    assert monitor.returncode == 0, monitor.stdout + monitor.stderr
