"""A backup is read into a second, empty installation, and is the same there."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.cli import archive
from answerable.lib import postgres
from answerable.snapshot import force
from answerable.spool import counts, read
from answerable.spool.counts import Counts
from answerable.spool.write import SpoolWriter

pytestmark = pytest.mark.journey
Run = Callable[..., subprocess.CompletedProcess[str]]
GRANTS = """
    SELECT table_name, privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'answerable' ORDER BY 1, 2
"""
TRIGGERS = "SELECT event_object_table, trigger_name FROM information_schema.triggers ORDER BY 1, 2, event_manipulation"


def _run(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    dropped = ("ANSWERABLE_", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return subprocess.run(
        [sys.executable, "-m", "answerable.cli.main", *words],
        env=environment | {"ANSWERABLE_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )


def _server(var: Path) -> postgres.Server:
    return postgres.Server(var / "postgres", var / "keys")


def _ask(var: Path, *statements: str) -> list[list[tuple[object, ...]]]:
    with _server(var).running(), _server(var).connect(postgres.OWNER_ROLE, database=postgres.DATABASE) as connection:
        return [connection.execute(statement).fetchall() for statement in statements]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a session, a document, a waiting call record and a stop made on the gate host."""
    var = tmp_path_factory.mktemp("first") / "var"
    done = _run(var, "init")
    assert done.returncode == 0, done.stderr
    with _server(var).running(), _server(var).connect(postgres.APPLICATION_ROLE, database=postgres.DATABASE) as held:
        held.execute("INSERT INTO django_session VALUES ('a session', '数据', now())")
    (var / "documents" / "ab").mkdir()
    (var / "documents" / "ab" / "abcd.sealed").write_bytes(b"\x00sealed")
    (var / "document-keys" / "ab").mkdir()
    (var / "document-keys" / "ab" / "document-1.key").write_bytes(b"wrapped")
    writer = SpoolWriter(var / "gate")
    writer.write({"kind": "refused", "call": "1", "number": "4008000400", "at": 1.0, "code": "NUMBER_UNKNOWN"})
    writer.close()
    counted = Counts(var / "gate", "1-1", minute=29_000_000, part=0)
    assert counted.add("198.51.100.7", "4008000400", 12)
    counted.close()
    (var / "gate" / "force-people").write_text("孙样本\n冯样本\n")
    (var / "gate" / "spool" / "damaged").mkdir()
    (var / "gate" / "spool" / "damaged" / "refused.jsonl").write_text('{"kind": "ended"}\n')
    force.refuse(var / "gate", kind="changes", source="db/1", epoch=9, total=1, lost=[4008000400])
    assert _run(var, "gate", "stop", "4008000400", "--by", "孙", "--reason", "FRAUD_REPORT").returncode == 0
    return var


@pytest.fixture(scope="module")
def backup(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup") / "made"
    done = _run(first, "backup", str(folder))
    assert done.returncode == 0, done.stderr
    assert "It holds the keys" in done.stdout
    return folder


def test_second_installation_has_rows_rights_files_and_waiting_records(
    first: Path, backup: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second" / "var"
    done = _run(second, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    questions = ["SELECT session_key, session_data FROM django_session", GRANTS, TRIGGERS]
    restored = _ask(second, *questions)
    assert restored == _ask(first, *questions)
    assert [right for table, right in restored[1] if table == "trail_fact"] == ["INSERT", "SELECT"]
    assert (second / "documents" / "ab" / "abcd.sealed").read_bytes() == b"\x00sealed"
    assert [path.name for path in (second / "document-keys").rglob("*") if path.is_file()] == ["document-1.key"]
    assert read.everything(second / "gate") == read.everything(first / "gate")
    assert {file.name for file in (second / "gate" / "stops").iterdir()} == {"4008000400"}
    assert (second / "gate" / "force-people").read_text() == "孙样本\n冯样本\n"
    assert (second / "gate" / "spool" / "damaged" / "refused.jsonl").read_text() == '{"kind": "ended"}\n'
    (sealed,) = counts.files(second / "gate")
    assert counts.seal(sealed, 29_000_001)
    assert [(one["address"], one["count"]) for one in counts.records(sealed)] == [("198.51.100.7", 12)]
    assert not (second / "gate" / "guard").exists()  # said of a file in force that is built anew
    keys = {file.name: (file.read_text(), file.stat().st_mode & 0o777) for file in (second / "keys").iterdir()}
    assert keys == {file.name: (file.read_text(), 0o600) for file in (first / "keys").iterdir()}


def test_backup_is_closed_to_others(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert [path for path in (backup / "keys").iterdir() if path.stat().st_mode & 0o077] == []


def test_backup_never_goes_over_another(first: Path, backup: Path) -> None:
    done = _run(first, "backup", str(backup))
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [f"answerable: {backup} is not empty; a backup never goes over another one. (backup)"],
    )


def test_restore_refuses_an_installation_with_data(first: Path, backup: Path) -> None:
    before = sorted(path for path in first.rglob("*"))
    done = _run(first, "restore", str(backup))
    assert done.returncode == 1
    assert "holds data already (keys, documents, document-keys, gate, postgres)" in done.stderr
    assert sorted(path for path in first.rglob("*")) == before


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "unfinished"])
def test_damaged_backup_is_refused_before_anything_is_written(backup: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy"
    archive.copy_tree(backup, copy)
    document = copy / "documents" / "ab" / "abcd.sealed"
    if damage == "changed":
        document.write_bytes(b"\x00SEALED")
    elif damage == "missing":
        document.unlink()
    elif damage == "added":
        (copy / "keys" / "caller2").write_text("x")
    else:
        (copy / archive.MANIFEST).unlink()
    done = _run(tmp_path / "var", "restore", str(copy))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert not (tmp_path / "var" / "keys").exists()


def test_failed_restore_leaves_nothing_behind(backup: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    archive.copy_tree(backup, copy)
    (copy / archive.DUMP).write_bytes(b"PGDMP nonsense")
    (copy / archive.MANIFEST).unlink()
    archive.write_manifest(copy, made_at="now")
    done = _run(tmp_path / "var", "restore", str(copy))
    assert done.returncode == 1
    assert "pg_restore failed" in done.stderr
    assert [
        name for name in ("keys", "postgres", "documents", "document-keys") if (tmp_path / "var" / name).exists()
    ] == []


def test_manifest_names_every_file(backup: Path) -> None:
    manifest = json.loads((backup / archive.MANIFEST).read_text())
    assert {"database.dump", "keys/django", "documents/ab/abcd.sealed"} <= set(manifest["files"])


def test_keys_of_documents_are_a_part_of_their_own_with_an_end(backup: Path) -> None:
    manifest = json.loads((backup / archive.MANIFEST).read_text())
    assert [name for name in manifest["files"] if "document-1.key" in name] == []
    part = json.loads((backup / archive.KEYS_PART / archive.MANIFEST).read_text())
    assert list(part["files"]) == ["ab/document-1.key"]
    written, expires = (dt.date.fromisoformat(part[name]) for name in ("written_on", "expires"))
    assert (expires - written).days == 30


def test_expired_keys_are_refused_and_all_else_is_restored_apart(first: Path, backup: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    archive.copy_tree(backup, old)
    expire(old)
    done = _run(tmp_path / "var", "restore", str(old))
    assert (done.returncode, "expired on 2020-01-31" in done.stderr) == (1, True)
    assert not (tmp_path / "var" / "keys").exists()
    done = _run(tmp_path / "var", "restore", str(old), "--without-document-keys")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "var" / "document-keys" / "ab").exists()
    done = _run(tmp_path / "third", "restore", str(old), "--document-keys", str(backup / archive.KEYS_PART))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "third" / "document-keys" / "ab" / "document-1.key").read_bytes() == b"wrapped"


def test_pruning_deletes_the_expired_keys_beside_and_nothing_else(backup: Path, tmp_path: Path) -> None:
    for name in ("old", "new"):
        archive.copy_tree(backup, tmp_path / name)
    expire(tmp_path / "old")
    (tmp_path / "foreign" / archive.KEYS_PART).mkdir(parents=True)
    today = dt.date.fromisoformat(json.loads((backup / archive.KEYS_PART / archive.MANIFEST).read_text())["written_on"])
    assert archive.prune_keys_parts(tmp_path, today=today) == [tmp_path / "old" / archive.KEYS_PART]
    assert archive.read_manifest(tmp_path / "old")["format"] == 1
    assert (tmp_path / "new" / archive.KEYS_PART).exists()
    assert (tmp_path / "foreign" / archive.KEYS_PART).exists()


def expire(folder: Path) -> None:
    """Make a backup's part of keys an old one."""
    (folder / archive.KEYS_PART / archive.MANIFEST).unlink()
    archive.write_manifest(folder / archive.KEYS_PART, written_on="2020-01-01", expires="2020-01-31")
