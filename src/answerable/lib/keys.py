"""The folder of secrets, `var/keys`: each made once, never overwritten.

Trust: who can read this folder can sign in as anybody, read every document and place calls through the gate; who can
write it can lock the operator out. It is 0700 and each file 0600, and a backup that contains it says so.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from answerable.lib import envelope

DJANGO = "django"
DATABASE = "database"
DATABASE_OWNER = "database-owner"
DATABASE_SUPERUSER = "postgres"
CALLER = "caller"
"""The secret of the trunk on which the platform's own caller rings the gate."""
LOG = "log"
"""The seed of the key that signs the public log's checkpoints."""
EVIDENCE = "evidence"
"""The seed of the key that signs evidence bundles (transparency.evidence_key)."""
CAPTURE = "capture"
"""What the collector of signalling knows the gates by."""
METRICS = "metrics"
"""The token with which Prometheus reads the control plane's figures."""

NAMES = (DJANGO, DATABASE, DATABASE_OWNER, DATABASE_SUPERUSER, CALLER, LOG, EVIDENCE, CAPTURE, METRICS)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text().strip()


def ensure(folder: Path, name: str) -> str:
    """Return the secret of this name; make it first when it is not there.

    `link` decides a race: a secret appears whole or not at all, and the loser reads the winner's.
    """
    open_folder(folder)
    file = folder / name
    if not file.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(48) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink()
    return read(folder, name)


def open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def make_all(folder: Path) -> list[str]:
    """Make every secret that is missing, the documents' master key included; return what was made."""
    made = [name for name in NAMES if not (folder / name).exists()]
    for name in made:
        ensure(folder, name)
    if not any(folder.glob("master-*.key")):
        envelope.MasterKey.create(folder)
        made.append("master key")
    return made
