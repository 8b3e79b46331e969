"""The gate runs compiled, from the build of this very source, and the build says what the source says."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.gate import compiled

from .world import World

TESTS = compiled.SOURCE / "answerable" / "gate" / "tests"


def test_workers_run_the_build_of_this_very_source(world_of: Callable[..., World]) -> None:
    build = compiled.build()
    world = world_of()
    world.start_with_build()
    for pid in world.kamailios():
        mapped = Path(f"/proc/{pid}/maps").read_text()
        assert f"{build}/answerable/gate/kemi.cpython" in mapped
        assert "__mypyc.cpython" in mapped  # all modules together


def test_compiled_verdict_is_the_one_of_the_source_in_every_combination(tmp_path: Path) -> None:
    code = tmp_path / "code"
    shutil.copytree(compiled.build(), code)
    tests = code / "answerable" / "gate" / "tests"
    tests.mkdir()
    for name in ("__init__", "test_decide", "test_every_verdict", "test_spelling"):
        shutil.copyfile(TESTS / f"{name}.py", tests / f"{name}.py")
    packages = str(Path(pytest.__file__).parents[1])
    result = subprocess.run(
        [compiled.PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)], cwd=code, capture_output=True,
        text=True, timeout=300, check=False, env={**os.environ, "PYTHONPATH": f"{code}:{packages}", "PYTEST_PLUGINS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert "passed" in result.stdout
    loaded = subprocess.run(
        [compiled.PYTHON, "-c", "import answerable.gate.decide as it; print(it.__file__)"], cwd=code, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert loaded.stdout.strip().endswith(".so")


def test_build_of_another_source_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ("0" * 24)).mkdir()
    monkeypatch.setattr(compiled, "PLACE", tmp_path)
    assert compiled.source() == compiled.SOURCE
