"""The folder that `backup` writes and `restore` reads: a database dump, the files, and a manifest with their hashes.

Order matters. The spool is copied before the database is dumped: a record that is shipped in between is in both, and
arrives once. Documents are copied after it: the dump names none that is not there.

The documents' keys are a part of their own with an end: a key that was destroyed is gone from every backup 30 days
later, and with it every copy of what it sealed (verification.actions.erasure).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answerable.cli import installation
from answerable.lib import keystore, postgres

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FOLDERS = ("keys", "documents", "register", "outbox")
"""Copied as they are. The snapshot is not: it is built again from the database."""
GUARD = "log-guard"
"""The last checkpoint signed (transparency.integrate): copied before the database, so that it is never ahead of the dump."""
KEYS_PART, KEYS_SOURCE = "keys-of-documents", "document-keys"
"""The part of a backup that is kept `lib.keystore.BACKUP_DAYS` days at most, and where it comes from."""
CHUNK_BYTES = 1 << 20


class ArchiveError(Exception):
    """The backup cannot be written, or is not whole; nothing of the installation was changed."""

    code = "backup"


def run_tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs as the schema's owner; passwords travel in the environment, unseen."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    where: list[str] = []
    server = installation.server()
    if server is None:
        # libpq's service file and password variables work too; a URL is the one thing that may hold the password.
        environment["PGPASSWORD"], url = _without_password(os.environ["DATABASE_URL"])
        where = [f"--dbname={url}"]
    else:
        way_in = server.way_in(postgres.OWNER_ROLE)
        variables = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        environment |= {variables[key]: value for key, value in way_in.items() if key in variables}
        where = [f"--dbname={way_in['dbname']}"]
    done = subprocess.run(
        [postgres.binary(name), "--no-password", *where, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ArchiveError(f"{name} failed: {done.stderr.strip()}")


def _without_password(url: str) -> tuple[str, str]:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)) if parts.password else parts
    return unquote(parts.password or ""), bare.geturl()


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder, closed to others; a file that vanishes meanwhile was somebody's draft."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(mode=0o700, exist_ok=True)
        elif path.is_file():
            copy_file(path, place)


def copy_file(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as reading:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as writing:
                shutil.copyfileobj(reading, writing, CHUNK_BYTES)
    except FileNotFoundError:
        if source.exists():
            raise


def write_manifest(folder: Path, **facts: object) -> dict[str, Any]:
    """Hash every file and write it down; a folder without a manifest is a backup that was not finished."""
    files = {str(path.relative_to(folder)): _sha256(path) for path in _files(folder)}
    manifest: dict[str, Any] = {"format": FORMAT, **facts, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest and check that every file is there and as it was written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise ArchiveError(f"{folder} is no finished backup: it has no readable {MANIFEST}.") from error
    if manifest.get("format") != FORMAT:
        raise ArchiveError(f"{folder} has format {manifest.get('format')}; this version reads format {FORMAT}.")
    found = {str(path.relative_to(folder)) for path in _files(folder)}
    if found != set(manifest["files"]):
        differing = sorted(found ^ set(manifest["files"]))
        raise ArchiveError(f"{folder} is not whole: {', '.join(differing[:5])}.")
    for name, digest in manifest["files"].items():
        if _sha256(folder / name) != digest:
            raise ArchiveError(f"{folder / name} was changed or damaged after the backup.")
    return manifest


def write_keys_part(folder: Path, source: Path, *, today: dt.date) -> Path:
    """Copy the documents' keys into a part of their own, with the day it was written and the day it expires."""
    part = folder / KEYS_PART
    copy_tree(source, part)
    expires = today + dt.timedelta(days=keystore.BACKUP_DAYS)
    write_manifest(part, written_on=today.isoformat(), expires=expires.isoformat())
    return part


def read_keys_part(part: Path, *, today: dt.date) -> dict[str, Any]:
    """Check a part of keys like a backup, and refuse one that has expired: it may hold keys of what was erased."""
    manifest = read_manifest(part)
    expires = _expires(manifest)
    if expires is None:
        raise ArchiveError(f"{part} is no part of a backup that holds documents' keys: it names no day of its end.")
    if expires < today:
        raise ArchiveError(f"{part} expired on {expires}: it may hold keys of erased documents. Give a newer one.")
    return manifest


def prune_keys_parts(place: Path, *, today: dt.date) -> list[Path]:
    """Delete the expired parts of keys of the backups that lie in `place`, and nothing else; return them."""
    pruned = []
    for part in sorted(place.glob(f"*/{KEYS_PART}")):
        try:
            manifest = json.loads((part / MANIFEST).read_text())
        except (OSError, ValueError):
            continue
        expires = _expires(manifest)
        if expires is not None and expires < today and not part.is_symlink():
            shutil.rmtree(part)
            pruned.append(part)
    return pruned


def _expires(manifest: dict[str, Any]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(manifest["expires"])
    except (KeyError, TypeError, ValueError):
        return None


def _files(folder: Path) -> Iterator[Path]:
    """List what a manifest answers for; the keys' part has its own, so that it can be pruned apart."""
    return (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST and path.relative_to(folder).parts[0] != KEYS_PART
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
