"""The systemd units are right in systemd's own eyes, closed, and start every process there is."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from answerable.cli.house import PROCESSES
from answerable.cli.main import main
from answerable.lib import priority
from answerable.permits.signer import wire

PROJECT = Path(__file__).resolve().parents[2]
UNITS = PROJECT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("answerable-*.service"))
EXPOSURE_AT_MOST = 30
"""Of systemd's 100: a unit without any of this has 96."""
SIGNER = (
    "/opt/answerable/.venv/bin/python -m answerable.permits.signer /var/lib/answerable/signer run"
    f" {wire.socket_in(Path('/var/lib/answerable/signer-door'))}",
    "signer run",
)
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would lie in /etc/systemd/system of a machine with this checkout."""
    place = tmp_path / "system"
    shutil.copytree(UNITS, place)
    for unit in place.glob("*.service"):
        unit.write_text(unit.read_text().replace("/opt/answerable", str(PROJECT)))
    return place


def ask(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"SYSTEMD_UNIT_PATH": f"{place}:", "PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning"}
    command = ["systemd-analyze", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def read(unit: Path) -> dict[str, str]:
    found = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(unit)
    return dict(found["Service"])


def words_of(unit: Path) -> str:
    """Return what a unit starts in the program's own words; the signer is started without the program."""
    command = read(unit)["ExecStart"]
    return SIGNER[1] if command == SIGNER[0] else command.removeprefix("/opt/answerable/.venv/bin/answerable ")


def test_no_drop_in_overrides_what_a_unit_says_itself() -> None:
    """A drop-in is read after the unit: what stands in both is the drop-in's."""
    shared = {name for part in UNITS.glob("answerable-.service.d/*.conf") for name in read(part)}
    assert {unit.name: shared & read(unit).keys() for unit in SERVICES if shared & read(unit).keys()} == {}
    assert read(UNITS / "answerable-gate.service")["Restart"] == "on-failure"  # one that was drained stays down
    assert read(UNITS / "answerable-signer.service")["RestrictAddressFamilies"] == "AF_UNIX"


@needs_systemd
def test_units_are_right(installed: Path) -> None:
    units = [str(unit) for kind in ("service", "target") for unit in installed.glob(f"*.{kind}")]
    done = ask(installed, "verify", "--recursive-errors=no", "--man=no", *units)
    ours = [line for line in done.stderr.splitlines() if "answerable" in line]
    assert (done.returncode, ours) == (0, [])


@needs_systemd
@pytest.mark.parametrize("unit", [service.name for service in SERVICES])
def test_unit_is_closed(installed: Path, unit: str) -> None:
    words = ("security", "--offline=yes", f"--threshold={EXPOSURE_AT_MOST}", str(installed / unit))
    done = ask(installed, *words)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr


@needs_systemd
def test_users_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    command = ["systemd-sysusers", f"--root={tmp_path}", "--replace=/etc/sysusers.d/answerable.conf", str(UNITS / "answerable.sysusers")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {line.split(":")[0]: line.split(":")[2] for line in (tmp_path / "etc" / "passwd").read_text().splitlines()}
    assert set(made) == {"answerable", "answerable-gate", "answerable-signer"}
    assert made["answerable-signer"] == "65522"


def test_every_process_has_a_unit_but_the_demo() -> None:
    started = {words_of(unit) for unit in SERVICES}
    wanted = {" ".join(("gate", "metrics") if noun == "metrics" else (noun, *verb)) for noun, verb in PROCESSES.items()}
    assert started == wanted - {"landline"}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_command_of_a_unit_is_understood(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words_of(unit).split(), "--help"])
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out


def test_web_reads_what_the_collector_says_of_itself() -> None:
    """Its figures are in the web's /metrics: one user, one folder of data."""
    web, capture = (read(UNITS / f"answerable-{name}.service") for name in ("web", "capture"))
    shared = ("User", "Environment", "StateDirectory")
    assert [web[name] for name in shared] == [capture[name] for name in shared]


def test_publisher_and_follower_may_go_before_call_load() -> None:
    """lib.priority asks for it, and needs the limit for the way back too; docs/performance.md counts on it."""
    assert {unit.stem for unit in SERVICES if read(unit).get("LimitNICE") == str(priority.FIRST)} == {
        "answerable-publisher", "answerable-follow",
    }  # fmt: skip


def test_gate_ends_kamailio_in_order_and_nobody_runs_as_root() -> None:
    assert read(UNITS / "answerable-gate.service")["KillMode"] == "mixed"
    assert {read(unit)["User"] for unit in SERVICES} == {"answerable", "answerable-gate", "answerable-signer"}
