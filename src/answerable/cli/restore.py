"""`answerable restore DIR`: read a backup into an installation that has nothing yet."""

from __future__ import annotations

import argparse
import importlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

from answerable.cli import archive, init, installation
from answerable.lib.workdays import CHINA


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="what `answerable backup` wrote")
    parser.add_argument(
        "--document-keys",
        metavar="DIR",
        type=Path,
        help=f"the part of keys to use, of a newer backup; default: {archive.KEYS_PART} in the backup",
    )
    parser.add_argument("--without-document-keys", action="store_true", help="restore all else; no document opens")
    parser.epilog = "The snapshot is built again when the installation starts; until then the gate refuses all calls."


def run(arguments: argparse.Namespace) -> int:
    """Check the whole backup first; then files, then the database. What fails half way leaves nothing behind."""
    from answerable import settings

    folder: Path = arguments.folder.resolve()
    refuse_data()
    manifest = archive.read_manifest(folder)
    part = keys_part(folder, arguments)
    try:
        if part is not None:
            archive.copy_tree(part, settings.DOCUMENT_KEYS)
            (settings.DOCUMENT_KEYS / archive.MANIFEST).unlink()
        for name in (*archive.FOLDERS, "gate"):
            archive.copy_tree(folder / name, settings.VAR / name)
        restore_guard(folder / archive.GUARD, settings.LOG_GUARD)
        importlib.reload(settings)  # it reads the secrets when it is imported
        restore_database(folder / archive.DUMP)
    except BaseException:
        for name in (*archive.FOLDERS, archive.KEYS_SOURCE, "gate", "postgres"):
            shutil.rmtree(settings.VAR / name, ignore_errors=True)
        raise
    print(f"Restored the backup of {manifest['made_at']} into {settings.VAR}. Start it with `make run`.")
    return 0


def restore_guard(kept: Path, guard: Path) -> None:
    """Restore the last checkpoint signed only where none lies: a newer one is what keeps the log from forking."""
    if _has_files(guard):
        print(f"{guard} is kept: the log continues what was signed last. See docs/operate.md if it refuses to start.")
    else:
        archive.copy_tree(kept, guard)


def keys_part(folder: Path, arguments: argparse.Namespace) -> Path | None:
    """Return the part of keys to restore, checked; None where none is wanted. Raise ArchiveError and say the way."""
    if arguments.without_document_keys:
        return None
    part: Path = (arguments.document_keys or folder / archive.KEYS_PART).resolve()
    try:
        archive.read_keys_part(part, today=datetime.now(UTC).astimezone(CHINA).date())
    except archive.ArchiveError as error:
        raise archive.ArchiveError(
            f"{error} A newer part goes with --document-keys DIR; with --without-document-keys no document opens."
        ) from error
    return part


def refuse_data() -> None:
    """Refuse to mix a backup with what is there already."""
    from answerable import settings

    present = [
        name for name in (*archive.FOLDERS, archive.KEYS_SOURCE, "gate", "postgres") if _has_files(settings.VAR / name)
    ]
    if present:
        raise archive.ArchiveError(
            f"{settings.VAR} holds data already ({', '.join(present)}). Restore into an empty folder: set ANSWERABLE_VAR."
        )


def restore_database(dump: Path) -> None:
    """Load the dump, whole or not at all, and run the migrations that came after it."""
    server = installation.server()
    if server is None:
        archive.run_tool("pg_restore", "--single-transaction", "--no-owner", str(dump))
        init.migrate()
        return
    server.initialise()
    with server.running():
        server.prepare()
        server.create_database(template="template0", replace=True)
        archive.run_tool("pg_restore", "--single-transaction", "--no-owner", str(dump))
        init.migrate()


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
