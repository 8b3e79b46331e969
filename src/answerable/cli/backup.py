"""`answerable backup DIR`: write everything that cannot be made again into a new folder, also while calls go on."""

from __future__ import annotations

import argparse
import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

from answerable.cli import archive, installation
from answerable.lib import keystore
from answerable.lib.workdays import CHINA
from answerable.snapshot import force, serials, stops, trust
from answerable.spool import counts, frame, read, rotate, ship
from answerable.spool.errors import Torn

KEYS_WARNING = (
    "It holds the keys: whoever can read this folder can read every document and act as the operator."
    " Keep it encrypted and apart from the machine."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that does not exist yet")
    parser.epilog = (
        f"{KEYS_WARNING} The documents' keys are a part of their own, {archive.KEYS_PART}, kept"
        f" {keystore.BACKUP_DAYS} days at most: expired ones of the backups beside DIR are deleted."
    )


def run(arguments: argparse.Namespace) -> int:
    from answerable import settings

    folder: Path = arguments.folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise archive.ArchiveError(f"{folder} is not empty; a backup never goes over another one.")
    server = installation.server()
    if server is not None and not server.is_initialised():
        raise archive.ArchiveError(f"There is nothing to back up in {settings.VAR}.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    copy_spool(settings.GATE, folder / "gate")
    archive.copy_tree(settings.LOG_GUARD, folder / archive.GUARD)
    with server.running() if server is not None else contextlib.nullcontext():
        archive.run_tool("pg_dump", "--format=custom", f"--file={folder / archive.DUMP}")
    for name in archive.FOLDERS:
        archive.copy_tree(settings.VAR / name, folder / name)
    today = datetime.now(UTC).astimezone(CHINA).date()
    archive.write_keys_part(folder, settings.DOCUMENT_KEYS, today=today)
    manifest = archive.write_manifest(folder, made_at=datetime.now(UTC).isoformat(timespec="seconds"))
    size = sum((folder / name).stat().st_size for name in manifest["files"])
    print(f"{folder}: {len(manifest['files'])} files, {size / 1e6:.1f} MB.")
    print(KEYS_WARNING)
    print(f"{archive.KEYS_PART} is to be destroyed after {keystore.BACKUP_DAYS} days, wherever it was copied to.")
    for part in archive.prune_keys_parts(folder.parent, today=today):
        print(f"Deleted {part}: its {keystore.BACKUP_DAYS} days are over.")
    return 0


def copy_spool(gate: Path, target: Path) -> None:
    """Copy what waits in the spool, the stops made here, the serials they used up, whose permits are trusted, and who may
    force a snapshot.

    Whole records only: the end of a file may be half written. Not the shipper's cursors: what it shipped after the
    dump would be missing; what it shipped before comes again and is dropped. Of a minute that is still counted, what
    came until now. What is refused or held back here is not copied: it is said of the file in force, which is built anew.
    """
    place = target / rotate.FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kept in (stops.FOLDER, serials.FOLDER, f"{rotate.FOLDER}/{ship.DAMAGED}"):
        archive.copy_tree(gate / kept, target / kept)
    for path in (gate / trust.FILE, gate / force.PEOPLE):
        archive.copy_file(path, target / path.name)
    for path in counts.files(gate):
        archive.copy_file(path, place / path.name)
    for path in rotate.files(gate):
        with contextlib.suppress(FileNotFoundError):  # shipped meanwhile, so the dump has it
            (place / path.name).write_bytes(_whole_records(path))


def _whole_records(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    end = len(frame.MAGIC)
    try:
        with contextlib.suppress(Torn):
            for _, after in read.records_from(descriptor, end):
                end = after
        return os.pread(descriptor, end, 0)
    finally:
        os.close(descriptor)
