"""The program `answerable NOUN VERB …`. Each noun is one file; only the one asked for is loaded.

A noun's file has `configure(parser)` and `run(arguments) -> exit status`. What a person did wrong is one sentence and
an exit status; a traceback means that we did something wrong.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import lmdb
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError as DjangoOperationalError
from psycopg import OperationalError

from answerable.lib import logs
from answerable.lib.errors import Problem
from answerable.lib.images import RefusedFile
from answerable.lib.masking import mask_private

NOUNS = {
    "numbers": "the pool, a present ledger, and the carrier's report of network states",
    "operator": "load who runs this installation: authorisation, carriers, counters, trunks, tariff, requirement sets",
    "register": "load the enterprise register",
    "blacklist": "load who may not apply",
    "staff": "add a member of staff",
    "init": "make the folder of data: keys, database, roles, tables",
    "run": "start everything under one supervisor and wait for Ctrl-C",
    "demo": "the demo world, its people's one-time codes, and the journey from choosing to the first call",
    "web": "the pages and the API",
    "worker": "background jobs",
    "publisher": "compile what changed and publish it to the gates",
    "published": "what the publisher holds back because too many numbers would fall silent; let it through",
    "log": "the public log: run its integrator; verify, monitor, check an answer, recover",
    "signer": "sign permits by two people's codes; enrol them, rotate and revoke its key",
    "trace": "who answered for a number at a moment, as a signed bundle; verify one without a database",
    "exit": "a holder's archive: check it, or take the holder over from another operator by it",
    "follow": "on a gate host: write what is published into the snapshot",
    "trunk": "the carrier's trunks over which calls come",
    "snapshot": "on a gate host: show a number, verify and compare snapshots, force one that was refused",
    "gate": "on a gate host: connect or refuse; stop and lift numbers without the control plane",
    "capture": "keep the signalling of calls that the gates copy",
    "signalling": "show an engineer what was kept of one call",
    "ingest": "on a gate host: ship the spool into the database",
    "caller": "ring the numbers whose test call is due",
    "landline": "the demo's fixed lines: they ring, answer, or are busy",
    "documents": "read one picture or PDF and print what is on it",
    "backup": "write database, documents, keys and spool into a folder",
    "restore": "read such a folder into an empty installation",
}
REFUSED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused, 2 not understood."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="answerable", description="Run 400 business hotlines; see also `make help`.")
    nouns = parser.add_subparsers(dest="noun", metavar="NOUN", required=True)
    asked = next((word for word in words if not word.startswith("-")), "")
    os.environ["ANSWERABLE_PROCESS"] = asked  # lib.logs names it; a child that is another noun says its own
    module = importlib.import_module(f"answerable.cli.{asked}") if asked in NOUNS else None
    for noun, help_text in NOUNS.items():
        below = nouns.add_parser(noun, help=help_text, description=help_text[0].upper() + help_text[1:] + ".")
        if noun == asked and module is not None:
            module.configure(below)
    try:
        parsed = parser.parse_args(words)
        if logs.is_json():  # nonsense in its variable stops the program here
            logs.catch_threads()
        return int(module.run(parsed)) if module is not None else USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        sentence = explain(error)
        if is_told_to_a_machine():
            print(
                logs.line(sentence or "A fault of ours.", level="ERROR", error=trace(error, sentence)), file=sys.stderr
            )
        elif sentence is None:
            raise
        else:
            print(f"answerable: {mask_private(sentence)}", file=sys.stderr)
        return REFUSED


def is_told_to_a_machine() -> bool:
    """Say whether what goes wrong is to be one JSON line: it was asked for, and nobody looks on."""
    return os.environ.get(logs.VARIABLE) == "json" and not sys.stderr.isatty()


def trace(error: Exception, sentence: str | None) -> str:
    """Return the traceback of a fault of ours, masked; nothing for what a person did wrong."""
    return "" if sentence is not None else logs.masked("".join(traceback.format_exception(error)))


def explain(error: Exception) -> str | None:  # noqa: PLR0911  one answer for each kind of error
    """Say in one sentence what was refused and why; None for a fault of ours."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    if isinstance(error, Problem):
        return f"{error.text(language)} ({error.code})"
    if isinstance(error, RefusedFile):
        return f"{error.text_zh if language.startswith('zh') else error.text_en} ({error.code})"
    if isinstance(error, OperationalError | DjangoOperationalError):
        return f"The database does not answer: {str(error).strip()}\nIs `answerable run` up, or DATABASE_URL right?"
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, lmdb.Error):
        return f"No snapshot file, or a damaged one: {error}"
    if isinstance(getattr(error, "code", None), str):
        return f"{error} ({error.code})"  # type: ignore[attr-defined]
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
        return f"{error.strerror}: {error.filename}"
    return None


if __name__ == "__main__":
    sys.exit(main())
