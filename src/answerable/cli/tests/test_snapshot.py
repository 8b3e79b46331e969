"""`answerable snapshot`: what people on a gate host see of the file, and how two of them let through what was refused."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from answerable import settings as module
from answerable.cli import main as cli
from answerable.cli.gate import gate_settings
from answerable.snapshot import force, keys, stops
from answerable.snapshot import show as snapshot_show
from answerable.snapshot.admission import Admission
from answerable.snapshot.read import link
from answerable.snapshot.records import encode
from answerable.snapshot.show import differences, in_file, refused_here, with_refused
from answerable.snapshot.tests.test_admission import trust
from answerable.snapshot.tests.test_permits import LINE, NUMBER, RECORD, line, made
from answerable.snapshot.write import Writer, build

OTHER = "4008123457"
SOON = int(time.time()) + 9000


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "GATE", tmp_path)
    trust(tmp_path)
    return tmp_path


@cache
def ringing() -> bytes:
    trunk = gate_settings().landline_trunk
    lines = [line(LINE) | {"uri": f"sip:{LINE}@{trunk}"}]
    record = RECORD | {
        "permit": made(),
        "destinations": lines,
        "network_state": "activated",
        "hours": None,
        "closed_dates": [],
    }
    return encode(record | {"paid_until": SOON})


def stopped(number: str = NUMBER) -> bytes:
    return encode(RECORD | {"number": number, "business_state": "suspended", "stop": "FRAUD_ORDER"})


def show(capsys: pytest.CaptureFixture[str], number: str = NUMBER) -> tuple[int, dict[str, Any]]:
    status = cli.main(["snapshot", "show", number])
    return status, json.loads(capsys.readouterr().out)


def test_number_is_shown_with_its_verdict_and_its_permit(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    admission = Admission(gate, gate_settings().landline_trunk)
    assert admission.admit(f"n:{NUMBER}", ringing(), None) == ringing()
    admission.close()
    build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=time.time())
    status, said = show(capsys, "400-8123-456")
    assert (status, said["verdict"], said["rings"], said["epoch"]) == (0, f"rings {LINE}", True, 7)
    assert (said["permit"]["serial"], said["permit"]["standing"]) == (7, "verified here")
    assert said["record"]["owner"] == RECORD["owner"]


def test_number_is_shown_with_what_stops_it_here(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=time.time())
    stops.stop(gate, NUMBER, by="孙样本", reason="fraud_report", at=5.0)
    said = show(capsys)[1]
    assert said["verdict"].startswith("refused: ")
    assert (said["stopped_here"]["by"], said["permit"]["standing"]) == ("孙样本", "not verified here")


def test_number_that_is_unknown_here_is_said_to_be(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["snapshot", "show", NUMBER]) == 1
    told = capsys.readouterr()
    said = json.loads(told.out)
    assert (said["record"], said["heartbeat"], said["file"]) == (None, None, "none")
    assert said["verdict"].startswith("refused: ")
    assert told.err.startswith("answerable: There is no snapshot on this host")
    build(gate, [(keys.number(OTHER), stopped(OTHER))], epoch=7, heartbeat=time.time())
    assert cli.main(["snapshot", "show", NUMBER]) == 1
    assert capsys.readouterr().err.startswith(f"answerable: {NUMBER} is not in this snapshot")


@pytest.mark.parametrize("typed", ["4008 123 456", "４００－８１２３－４５６", "+86 400 8123456", "400-812-3456"])
def test_number_is_understood_as_people_write_it(gate: Path, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    build(gate, [(keys.number(NUMBER), stopped())], epoch=7, heartbeat=time.time())
    status, said = show(capsys, typed)
    assert (status, said["number"]) == (0, NUMBER)


@pytest.mark.parametrize("typed", ["", "123", "400 123 456", "01062345678", "meta:heartbeat", "n:4008123456"])
def test_what_is_no_400_number_is_not_shown(gate: Path, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert cli.main(["snapshot", "show", typed]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("such as 4008123456 or 400-8123-456. (NOT_A_NUMBER)\n")


def test_damaged_record_and_bad_keys_are_said(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(
        gate, [(keys.number(OTHER), stopped(OTHER)), (keys.number(NUMBER), ringing())], epoch=7, heartbeat=time.time()
    )
    (gate / "permit-keys").write_text("{}")
    assert show(capsys)[1]["permit"].startswith("PERMIT_KEYS_BAD: ")
    writer = Writer(gate)
    writer.apply([(keys.number(NUMBER), ringing()[:-9])], 8)
    writer.close()
    assert cli.main(["snapshot", "show", NUMBER]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["record"].startswith("refused: ")
    assert json.loads(told.out)["verdict"].startswith("refused: ")
    assert told.err.startswith(f"answerable: The record of {NUMBER} is damaged")


@pytest.mark.parametrize("verb", ["verify", "diff"])
def test_missing_snapshot_is_said(gate: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert cli.main(["snapshot", verb]) == 1
    said = capsys.readouterr().err
    assert said.startswith("answerable: There is no snapshot at ")
    assert said.endswith("`answerable follow` builds it. (NO_SNAPSHOT)\n")


def test_difference_says_what_stands_refused_on_this_host(gate: Path) -> None:
    before = build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=5.0)
    assert refused_here(gate) == {}
    force.refuse(gate, kind="build", source="db/1", epoch=9, total=2, lost=[int(NUMBER), int(OTHER)])
    after = build(gate, [(keys.number(NUMBER), stopped())], epoch=8, heartbeat=5.0)
    found = list(with_refused(differences(in_file(before), in_file(after), time.time()), refused_here(gate)))
    assert [(one["number"], one["calls"], one["refused"]) for one in found] == [
        (NUMBER, "stopped", "would lose"),
        (OTHER, "falls silent", "would lose"),
    ]
    assert "gate alarms" in found[1]["why"]
    force.refuse(gate, kind="changes", source="db/1", epoch=9, total=2, lost=[int(OTHER)])
    assert refused_here(gate) == {OTHER: "held back"}
    said = {number: snapshot_show.show(gate, number, "h") for number in (NUMBER, OTHER)}
    assert [(said[number]["held_back"], said[number]["refused"]) for number in said] == [
        (False, None),
        (True, "held back"),
    ]


def test_whole_file_is_verified_and_a_damaged_or_foreign_one_is_not(
    gate: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    path = build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=5.0)
    assert cli.main(["snapshot", "verify"]) == 0
    foreign = build(tmp_path_factory.mktemp("other"), [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=5.0)
    assert cli.main(["snapshot", "verify", str(foreign)]) == 0  # on the host that built it, by its own key
    copied = path.with_name("9.lmdb")
    copied.write_bytes(foreign.read_bytes())
    assert cli.main(["snapshot", "verify", str(copied)]) == 1
    assert "was not built and verified on this host. (SNAPSHOT_NOT_OURS)" in capsys.readouterr().err
    path.write_bytes(path.read_bytes().replace(b'"working"', b'"wOrking"'))
    assert cli.main(["snapshot", "verify"]) == 1
    assert "its checksum does not hold. (SNAPSHOT_BUILD)" in capsys.readouterr().err


def test_difference_of_two_files_names_numbers_fields_and_calls(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=5.0)
    after = build(
        gate, [(keys.number(NUMBER), stopped()), (keys.number(OTHER), stopped(OTHER))], epoch=8, heartbeat=5.0
    )
    assert cli.main(["snapshot", "diff", str(before), str(after)]) == 1
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert (first["number"], first["calls"], first["before"], first["after"]) == (
        NUMBER,
        "stopped",
        "working",
        "suspended",
    )
    assert {"business_state", "permit", "stop"} <= set(first["fields"])
    assert (second["number"], second["calls"], second["before"]) == (OTHER, "silent", "absent")
    assert json.loads(said.err) == {"numbers": 2, "stopped": 1, "silent": 1}
    assert cli.main(["snapshot", "diff", str(after), str(before)]) == 1
    assert [json.loads(line)["calls"] for line in capsys.readouterr().out.splitlines()] == ["begins to ring", "silent"]
    assert cli.main(["snapshot", "diff", str(after), str(after)]) == 0


def test_two_people_force_and_one_alone_is_refused(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=5.0)
    force.refuse(gate, kind="build", source="db/1", epoch=9, total=1, lost=[int(NUMBER)])
    assert cli.main(["gate", "alarms"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "SNAPSHOT_LOSS"
    assert cli.main(["snapshot", "force", "--by", "孙样本", "--reason", "旧库"]) == 1
    assert "(TWO_PEOPLE)" in capsys.readouterr().err
    assert cli.main(["snapshot", "force", "--by", "孙样本", "--by", "冯样本", "--reason", "旧库"]) == 0
    assert "may silence 1 of 1 numbers, no other ones" in capsys.readouterr().out
    assert force.forced(gate) == force.refusal(gate)


def test_file_in_force_stays_readable_while_it_is_looked_at(gate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(gate, [(keys.number(NUMBER), ringing())], epoch=7, heartbeat=time.time())
    writer = Writer(gate)
    writer.apply([(keys.number(NUMBER), stopped())], 8)
    writer.close()
    assert (show(capsys)[1]["record"]["stop"], link(gate).resolve().name) == ("FRAUD_ORDER", "1.lmdb")
