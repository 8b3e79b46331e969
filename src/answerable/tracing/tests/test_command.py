"""`answerable trace`: made in a person's name, verified by anybody with nothing but the file and a key."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.cli import main as cli
from answerable.cli import trace
from answerable.transparency.evidence_key import evidence_key

BIN = Path(sys.executable).parent / "answerable"


def words(tmp_path, number, world, **changes):
    said = {
        "what": number, "at": (world.at).isoformat(), "since": None, "until": None, "caller": "13955554444",
        "basis": "anti_fraud", "why": "受害人报案", "report": "", "staff": "sun", "out": tmp_path / "bundle.zip",
    }  # fmt: skip
    return argparse.Namespace(**(said | changes))


def test_bundle_is_written_and_verified_without_a_database(world, number, call, tmp_path, capsys):
    call()
    assert trace._make(words(tmp_path, number, world)) == 0
    file = tmp_path / "bundle.zip"
    assert f"{number} was answered for by {world.firm('hua').name}; 1 calls" in capsys.readouterr().out
    assert file.stat().st_mode & 0o777 == 0o600
    nowhere = tmp_path / "nowhere"
    environment = {"PATH": os.environ["PATH"], "ANSWERABLE_VAR": str(nowhere), "LANG": "C.UTF-8"}
    command = [str(BIN), "trace", "verify", str(file), "--key", str(evidence_key().verifier)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "everything holds" in done.stdout
    assert "the key is the bundle's own" not in done.stdout
    assert not nowhere.exists()


def test_verifier_loads_no_django(tmp_path):
    said = "import sys, answerable.tracing.verify; print(sorted(m for m in sys.modules if m.split('.')[0] == 'django'))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[]\n"


def test_file_that_is_no_bundle_is_refused_with_a_sentence(tmp_path, capsys):
    (tmp_path / "x.zip").write_text("x")
    assert cli.main(["trace", "verify", str(tmp_path / "x.zip")]) == 1
    assert capsys.readouterr().err.endswith("(BUNDLE_INVALID)\n")
    assert cli.main(["trace", "verify"]) == 1
    assert "Name the bundle" in capsys.readouterr().err


def test_what_is_missing_is_said_before_anything_is_opened(tmp_path, capsys):
    assert cli.main(["trace", "4008001357"]) == 1
    assert "--at TIME --staff NAME --out FILE" in capsys.readouterr().err
    (tmp_path / "there").write_text("")
    asked = ["trace", "4008001357", "--at", "2026-03-10 09:30", "--staff", "sun", "--out", str(tmp_path / "there")]
    assert cli.main(asked) == 1
    assert "nothing is written over" in capsys.readouterr().err


@pytest.mark.parametrize(("changes", "says"), [({"staff": "nobody"}, "nobody"), ({"at": "yesterday"}, "no time")])
def test_who_and_when_are_read_strictly(world, number, tmp_path, changes, says):
    with pytest.raises(trace.Misused, match=says):
        trace._make(words(tmp_path, number, world, **changes))
    assert not (tmp_path / "bundle.zip").exists()


def test_schema_is_printed(capsys):
    assert cli.main(["trace", "schema"]) == 0
    assert '"title": "Trace"' in capsys.readouterr().out
