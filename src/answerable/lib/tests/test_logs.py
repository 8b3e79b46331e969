"""What is said is one JSON object a line, and names no person."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time

import pytest

from answerable.gate import journal
from answerable.lib import logs


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.PROCESS, "worker")
    monkeypatch.setenv(logs.VARIABLE, "json")


def record(message: str, *values: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("answerable.calls", logging.WARNING, "file", 1, message, values, None)
    vars(made).update(more)
    return made


def test_line_has_level_process_event_and_number() -> None:
    said = json.loads(logs.formatter().format(record("%s is stopped\nby hand", "4008123456", call="a@b")))
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "level": "WARNING",
        "process": "worker",
        "event": "4008123456 is stopped\nby hand",
        "number": "4008123456",
        "source": "answerable.calls",
        "call": "a@b",
    }


@pytest.mark.parametrize(
    "private", ["13800138000", "+86 138-0013-8000", "110101199003077758", "010-62345678", "075588887777"]
)
@pytest.mark.parametrize("form", ["json", "text"])
def test_no_person_is_named_in_either_form(monkeypatch: pytest.MonkeyPatch, private: str, form: str) -> None:
    monkeypatch.setenv(logs.VARIABLE, form)
    line = logs.formatter().format(record("caller %s of 4008123456 at 192.0.2.10:5060", private))
    assert private not in line
    assert "4008123456" in line
    assert "192.0.2.10:5060" in line


def test_traceback_is_one_line_and_masked() -> None:
    try:
        raise ValueError("13800138000")
    except ValueError as error:
        made = logging.LogRecord("a", logging.ERROR, "f", 1, "fault", (), (type(error), error, error.__traceback__))
    line = logs.formatter().format(made)
    assert "\n" not in line
    assert json.loads(line)["error"].endswith("ValueError: 138****8000")


def test_fault_of_a_thread_is_a_line(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.catch_threads()
    thread = threading.Thread(target=lambda: 1 / 0, name="beating")
    thread.start()
    thread.join()
    (said,) = [json.loads(logs.formatter().format(record)) for record in caplog.records]
    assert said["event"] == "The thread beating ended by a fault."
    assert said["error"].endswith("ZeroDivisionError: division by zero")


def test_warning_of_the_interpreter_is_a_line() -> None:
    said = "import warnings; from answerable.lib import logs; logs.configure(); warnings.warn('13800138000 is old')"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert (line["source"], line["level"]) == ("py.warnings", "WARNING")
    assert "138****8000 is old" in line["event"]


def test_kamailio_is_wrapped_with_its_level() -> None:
    said = json.loads(journal.wrapped(" 7(31415) ERROR: {gate} <core> [core/x.c:12]: f(): no memory for 13800138000"))
    said.pop("at")
    assert said == {
        "level": "ERROR",
        "process": "worker",
        "event": "<core> [core/x.c:12]: f(): no memory for 138****8000",
        "source": "kamailio",
        "pid": 31415,
    }
    assert json.loads(journal.wrapped("Listening on"))["event"] == "Listening on"


def test_writer_into_the_pipe_is_never_held_up(capfd: pytest.CaptureFixture[str]) -> None:
    ends = journal.pipe()
    assert ends is not None
    ours, descriptor = ends
    journal.pass_on(ours)
    assert os.get_blocking(descriptor) is False
    os.write(descriptor, b" 0(1) INFO: one\n")
    os.close(descriptor)
    for _ in range(100):
        if said := capfd.readouterr().err:
            break
        time.sleep(0.02)
    assert json.loads(said)["event"] == "one"


def test_number_in_a_sip_address_is_masked_and_the_address_is_not() -> None:
    said = logs.line("no route to sip:01062345678@10.0.0.1:5060 or sip:13800138000@10.0.0.1")
    assert "01062345678" not in said
    assert "13800138000" not in said
    assert "10.0.0.1:5060" in said
