"""Secrets are made once, closed to others, and never written over."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from answerable.lib import keys
from answerable.lib.envelope import MasterKey


def test_all_secrets_are_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert keys.make_all(folder) == [*keys.NAMES, "master key"]
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert keys.make_all(folder) == []
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_secrets_differ_and_are_long(tmp_path: Path) -> None:
    keys.make_all(tmp_path)
    made = {keys.read(tmp_path, name) for name in keys.NAMES}
    assert len(made) == len(keys.NAMES)
    assert min(map(len, made)) == 64


def test_folder_and_files_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    keys.make_all(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_missing_secret_is_made_and_the_others_stay(tmp_path: Path) -> None:
    keys.make_all(tmp_path)
    django = keys.read(tmp_path, keys.DJANGO)
    master = MasterKey.load(tmp_path)
    (tmp_path / keys.CALLER).unlink()
    assert keys.make_all(tmp_path) == [keys.CALLER]
    assert keys.read(tmp_path, keys.DJANGO) == django
    assert MasterKey.load(tmp_path) == master


def test_racing_makers_agree_on_one_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(2)
    link = os.link

    def link_together(*paths: Path) -> None:
        barrier.wait(timeout=10)
        link(*paths)

    monkeypatch.setattr(os, "link", link_together)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(keys.ensure(tmp_path, "one"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [keys.read(tmp_path, "one")] * 2
    assert [file.name for file in tmp_path.iterdir()] == ["one"]
