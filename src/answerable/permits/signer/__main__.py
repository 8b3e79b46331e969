"""`python -m answerable.permits.signer FOLDER VERB …`: run as the signer's own user; `answerable signer` starts it so."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path

import pyotp

from answerable.lib import logs, names
from answerable.permits.signer import keys
from answerable.permits.signer.store import STAGES, Store
from answerable.permits.signer.wire import serve


def main() -> int:
    """Do one verb."""
    parser = argparse.ArgumentParser(prog="answerable signer")
    parser.add_argument("folder", type=Path)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("make").add_argument("log_key")
    verbs.add_parser("run").add_argument("socket", type=Path)
    enrol = verbs.add_parser("enrol")
    enrol.add_argument("name")
    enrol.add_argument("stage", choices=STAGES)
    verbs.add_parser("dismiss").add_argument("name")
    verbs.add_parser("rotate")
    verbs.add_parser("revoke").add_argument("key")
    for verb in ("keys", "enrolled", "signed"):
        verbs.add_parser(verb)
    try:
        return _do(parser.parse_args())
    except (keys.KeyUnknown, logs.FormUnknown, names.NameMissing) as error:
        print(f"answerable: {error} ({error.code})", file=sys.stderr)
        return 1


def _do(asked: argparse.Namespace) -> int:
    folder, at = asked.folder, int(time.time())
    if asked.verb == "run":
        os.environ[logs.PROCESS] = "signer"
        logs.configure()
        serve(folder, asked.socket)
        return 0
    if asked.verb == "make":
        if not (folder / keys.LOG_KEY).exists():
            (folder / keys.LOG_KEY).write_text(asked.log_key + "\n")
        keys.make(folder)
    elif asked.verb == "rotate":
        print(keys.rotate(folder, at=at))
    elif asked.verb == "revoke":
        keys.revoke(folder, asked.key, at=at)
    elif asked.verb == "keys":
        print(keys.public(folder))
    else:
        return _with_store(asked, Store(folder), at)
    return 0


def _with_store(asked: argparse.Namespace, store: Store, at: int) -> int:
    if asked.verb == "enrol":
        name = names.person(asked.name, asked="Say whom: NAME is what they sign in as")
        secret = store.enrol(name, asked.stage, at=at)
        print(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Answerable 签发"))
    elif asked.verb == "dismiss":
        if not store.dismiss(asked.name):
            print(
                f"answerable: Nobody called {asked.name!r} is enrolled; `signer enrolled` lists who is.",
                file=sys.stderr,
            )
            return 1
    elif asked.verb == "enrolled":
        for name, stage in store.enrolled():
            print(f"{name:<20} {stage}")
    else:
        for when, number, serial, who in store.everything():
            print(f"{dt.datetime.fromtimestamp(when, dt.UTC):%Y-%m-%dT%H:%M:%SZ} {number} {serial} {who}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
