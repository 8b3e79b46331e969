"""`answerable signer …`: the process that signs permits, and what is done on its host. All of it as the signer's user."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from answerable.cli import installation
from answerable.lib import postgres
from answerable.permits.signer import wire
from answerable.permits.signer.store import STAGES
from answerable.snapshot import trust

SIGNER_UID = 65522
"""Beside the database server's (lib.postgres): never given out, and it needs no passwd entry."""
START_SECONDS = 10
SHOWN_ONCE = "Shown once. Scan it on the reviewer's own device; nobody can print it again."


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("run", help="answer reviewers' codes and sign until SIGTERM")
    enrol = verbs.add_parser("enrol", help="give somebody a new code device; prints its address once")
    enrol.add_argument("name", metavar="NAME", help="what they sign in as")
    enrol.add_argument("stage", metavar="STAGE", choices=STAGES, help=", ".join(STAGES))
    verbs.add_parser("dismiss", help="take somebody's device away").add_argument("name", metavar="NAME")
    verbs.add_parser("enrolled", help="list who may confirm what")
    verbs.add_parser("signed", help="list every permit ever signed, with whose codes")
    verbs.add_parser("keys", help="print the public keys, for each gate host's file permit-keys")
    verbs.add_parser("trust", help="trust this signer's keys on this gate host; keys it does not know are retired")
    verbs.add_parser("rotate", help="sign with a new key from now on; what the old one signed stays good")
    revoke = verbs.add_parser("revoke", help="make everything a key has signed worthless")
    revoke.add_argument("key", metavar="ID")
    parser.epilog = (
        "Bring the keys to every gate host after rotate and revoke; here that is done by the command itself."
    )


def run(arguments: argparse.Namespace) -> int:
    from answerable import settings

    if arguments.verb == "trust":
        trust_here(settings.SIGNER, settings.GATE)
        return 0
    words = [str(value) for name, value in vars(arguments).items() if name in {"name", "stage", "key"}]
    if arguments.verb == "run":
        os.execvp("setpriv", command(settings.SIGNER, "run", str(wire.socket_in(settings.SIGNER_DOOR))))  # noqa: S606
    status = subprocess.run(command(settings.SIGNER, arguments.verb, *words), check=False).returncode
    if arguments.verb == "enrol" and status == 0:
        print(SHOWN_ONCE, file=sys.stderr)
    if arguments.verb in {"rotate", "revoke"} and status == 0:
        trust_here(settings.SIGNER, settings.GATE)
    return status


def command(folder: Path, *words: str) -> list[str]:
    """Return the argv that does a verb as the signer's user, who is nobody else's."""
    return [
        *postgres.unprivileged(SIGNER_UID, folder), sys.executable, "-m", "answerable.permits.signer", str(folder), *words,
    ]  # fmt: skip


def program() -> list[str]:
    """Return the argv under the supervisor."""
    from answerable import settings

    return command(settings.SIGNER, "run", str(wire.socket_in(settings.SIGNER_DOOR)))


def prepare() -> None:
    """Make what is missing: the signer's folder, door and key; on the very first start this gate host trusts it."""
    from answerable import settings

    installation.load_django()
    from answerable.transparency.integrate import signing_key

    for folder in (settings.SIGNER, wire.socket_in(settings.SIGNER_DOOR).parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, SIGNER_UID, SIGNER_UID)
    subprocess.run(command(settings.SIGNER, "make", str(signing_key().verifier)), check=True)
    if not (settings.GATE / trust.FILE).exists():
        trust_here(settings.SIGNER, settings.GATE)


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Have the signer answer inside the block: the one that runs already, or one that is stopped afterwards."""
    if answers():
        yield
        return
    prepare()
    process = subprocess.Popen(program())
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def trust_here(signer: Path, gate: Path) -> None:
    """Write the signer's public keys into this gate host's file; a key that it does not know is retired."""
    said = subprocess.run(command(signer, "keys"), capture_output=True, text=True, check=True).stdout
    rows = json.loads(said)["keys"]
    known = {row["id"] for row in rows}
    file, now = gate / trust.FILE, int(time.time())
    before = json.loads(file.read_text())["keys"] if file.exists() else []
    for row in before:
        if row["id"] not in known:
            rows.append(row | ({"state": "retired", "not_after": now} if row["state"] == "current" else {}))
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(json.dumps({"v": 1, "keys": rows}, indent=1))
    draft.replace(file)


def answers() -> bool:
    """Say whether the signer answers."""
    from answerable import settings
    from answerable.permits.signer.errors import SignerProblem

    try:
        wire.ask(wire.socket_in(settings.SIGNER_DOOR), {"verb": "ping"})
    except SignerProblem:
        return False
    return True
