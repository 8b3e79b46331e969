"""The command line: one sentence and an exit status for whoever typed it, a traceback only for us."""

from __future__ import annotations

import contextlib
import importlib
import json
from pathlib import Path

import pytest
from django.conf import settings

from answerable import settings as module
from answerable.cli import main as cli
from answerable.cli import numbers
from answerable.lib.errors import Problem


@pytest.fixture
def gate_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "GATE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("noun", sorted(cli.NOUNS))
def test_every_noun_has_its_file_and_help(noun: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert importlib.import_module(f"answerable.cli.{noun}").run
    with pytest.raises(SystemExit) as ended:
        cli.main([noun, "--help"])
    assert ended.value.code == 0
    assert f"usage: answerable {noun}" in capsys.readouterr().out


def test_unknown_noun_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["nonsense"])
    assert ended.value.code == 2
    assert "invalid choice: 'nonsense'" in capsys.readouterr().err


def test_problem_is_said_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    class NumberTaken(Problem):
        code = "NUMBER_TAKEN"
        zh, en = "{number} 已被占用。", "{number} is taken."

    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert cli.explain(NumberTaken(number="4008000400")) == "4008000400 已被占用。 (NUMBER_TAKEN)"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert cli.explain(NumberTaken(number="4008000400")) == "4008000400 is taken. (NUMBER_TAKEN)"


def test_fault_of_ours_keeps_its_traceback() -> None:
    assert cli.explain(ValueError("a bug")) is None


def test_what_is_refused_is_one_json_line_where_that_is_asked_for(
    gate_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANSWERABLE_LOG", "json")
    assert cli.main(["gate", "stop", "4008000400", "--by", " ", "--reason", "x"]) == 1
    said = json.loads(capsys.readouterr().err)
    assert (said["level"], said["process"], said["event"][-15:]) == ("ERROR", "gate", " (NAME_MISSING)")
    monkeypatch.setattr(numbers, "_import", lambda content: 1 / 0)
    monkeypatch.setattr(numbers.installation, "ready", contextlib.nullcontext)
    assert cli.main(["numbers", "import", "/dev/null"]) == 1
    said = json.loads(capsys.readouterr().err)
    assert said["error"].endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize("form", ["jsn", "JSON", "1"])
def test_unknown_form_of_the_log_stops_every_command(
    gate_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    monkeypatch.setenv("ANSWERABLE_LOG", form)
    assert cli.main(["gate", "stops"]) == 1
    assert capsys.readouterr().err == f"answerable: ANSWERABLE_LOG={form!r} must be json or text. (LOG_FORM_UNKNOWN)\n"


@pytest.mark.parametrize(
    "words",
    [
        ["web", "--workers", "0"], ["web", "--threads", "1000"], ["worker", "--concurrency", "-1"],
        ["trunk", "set", "t", "--user", "u", "--most-a-second", "10001"], ["gate", "drain", "--by", "龚", "--limit", "1e3"],
    ],
)  # fmt: skip
def test_figure_out_of_its_range_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert f"{words[-1]!r} is not a whole number from " in capsys.readouterr().err


def test_number_is_stopped_in_any_spelling_and_lifted(gate_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["gate", "stop", "４００-８００ ０４００", "--by", "孙", "--reason", "FRAUD_REPORT"]) == 0
    assert (gate_folder / "stops" / "4008000400").exists()
    capsys.readouterr()
    assert cli.main(["gate", "stops"]) == 0
    stop = json.loads(capsys.readouterr().out)
    assert (stop["number"], stop["by"], stop["reason"]) == ("4008000400", "孙", "FRAUD_REPORT")
    assert cli.main(["gate", "lift", "+864008000400", "--by", "孙"]) == 0
    assert not (gate_folder / "stops" / "4008000400").exists()


def test_stop_without_name_or_reason_is_not_understood(gate_folder: Path) -> None:
    for words in (["--by", "孙"], ["--reason", "FRAUD_REPORT"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(["gate", "stop", "4008000400", *words])
        assert ended.value.code == 2
    assert not (gate_folder / "stops").exists()


def test_stop_of_no_number_is_refused(gate_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("400", "01062345678", "meta:heartbeat", ""):
        assert cli.main(["gate", "stop", words, "--by", "孙", "--reason", "FRAUD_REPORT"]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"answerable: {words!r} is no 400 number: ten digits that begin with 400")
        assert said.endswith("(NOT_A_NUMBER)\n")
    assert not (gate_folder / "stops").exists()


@pytest.mark.parametrize("nobody", ["", "  ", "\u200b", "？!", "孙" * 61])
def test_whoever_decides_is_named(gate_folder: Path, capsys: pytest.CaptureFixture[str], nobody: str) -> None:
    asked = (["gate", "stop", "4008000400", "--reason", "FRAUD_REPORT"], ["gate", "lift", "4008000400"],
        ["snapshot", "force", "--by=孙", "--reason", "旧库"])  # fmt: skip
    for words in asked:
        assert cli.main([*words, f"--by={nobody}"]) == 1
        assert capsys.readouterr().err.endswith("a person's name of 1 to 60 characters. (NAME_MISSING)\n")
    assert cli.main(["gate", "stop", "4008000400", "--by", "孙", f"--reason={nobody * 10}"]) == 1
    assert capsys.readouterr().err.endswith("(REASON_MISSING)\n")
    assert not (gate_folder / "stops").exists()


def test_lift_of_what_was_not_stopped_says_so(gate_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["gate", "lift", "4008000400", "--by", "孙"]) == 1
    assert capsys.readouterr().out == "4008000400 was not stopped on this host.\n"


def test_gate_that_does_not_answer_is_not_healthy(
    gate_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "GATE_PORT", 1)
    assert cli.main(["gate", "health"]) == 1
    assert json.loads(capsys.readouterr().out)["answers"] is False


def test_file_that_is_no_picture_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "licence.jpg").write_text("no picture")
    assert cli.main(["documents", "read", str(tmp_path / "licence.jpg")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("answerable: ")
    assert said.endswith(" (file_not_an_image, B14)\n")
    assert cli.main(["documents", "read", str(tmp_path / "nothing")]) == 2
    assert capsys.readouterr().err == f"answerable: No such file or directory: {tmp_path / 'nothing'}\n"


@pytest.mark.django_db
def test_nobody_has_a_code_outside_the_demo_world(capsys: pytest.CaptureFixture[str]) -> None:
    assert settings.DATABASES["default"]["NAME"] != "answerable"
    assert cli.main(["demo", "code", "sun"]) == 1
    assert capsys.readouterr().err == "answerable: The demo world has nobody called 'sun'. (nobody_of_that_name)\n"


def test_no_command_that_is_refused_prints_an_id_number_or_a_mobile(capsys: pytest.CaptureFixture[str]) -> None:
    for secret in ("310115198001010019", "13900000001"):
        assert cli.main(["documents", "read", f"/nowhere/{secret}.jpg"]) == 2
        assert cli.main(["blacklist", "load", f"/nowhere/{secret}.csv"]) == 1
        said = capsys.readouterr()
        assert secret not in said.err + said.out
        assert secret[-4:] in said.err


@pytest.mark.django_db
def test_line_of_a_ledger_is_told_without_a_mobile(capsys: pytest.CaptureFixture[str]) -> None:
    assert numbers._import(b"number,credit_code,line\n13900000001,91310115MA1DEM0158,02161234567\n") == 1
    said = capsys.readouterr().out
    assert "13900000001" not in said
    assert said.startswith("line 2: 139****0001 refused NOT_A_400_NUMBER")


@pytest.mark.django_db
def test_staff_has_a_name_that_can_be_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(numbers.installation, "ready", contextlib.nullcontext)
    assert cli.main(["staff", "add", "gong", "--name", " ", "--roles", "operations"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err[-16:]) == ("", " (NAME_MISSING)\n")
