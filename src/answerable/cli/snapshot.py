"""`answerable snapshot …`: on a gate host, look at what the gate decides on, and let through what was refused."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    show = verbs.add_parser(
        "show", help="everything that decides a call to a number, its verdict and its permit, as JSON"
    )
    show.add_argument("number", metavar="NUMBER", help="ten digits; spaces, hyphens and +86 are understood")
    verify = verbs.add_parser(
        "verify", help="read a snapshot whole and check each record; exit status 1 if anything is amiss"
    )
    verify.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the one in force")
    diff = verbs.add_parser(
        "diff",
        help="which numbers two files say other things of, and what of it is refused here; exit status 1 if there are any",
    )
    diff.add_argument("before", nargs="?", type=Path, metavar="A", help="default: the one in force")
    diff.add_argument("after", nargs="?", type=Path, metavar="B", help="default: what the database has published")
    force = verbs.add_parser(
        "force", help="let through a build, or changes, refused because too many numbers would fall silent"
    )
    force.add_argument("--by", action="append", required=True, metavar="NAME", help="twice: two people decide it")
    force.add_argument("--reason", required=True, metavar="TEXT", help="why, for the record")


def run(arguments: argparse.Namespace) -> int:
    verbs = {"show": _show, "verify": _verify, "diff": _diff, "force": _force}
    return verbs[arguments.verb](arguments)


def _show(arguments: argparse.Namespace) -> int:
    from answerable.cli.gate import gate_settings, spelled
    from answerable.snapshot.show import show

    settings, number = gate_settings(), spelled(arguments.number)
    said = show(settings.folder, number, settings.landline_trunk)
    said["verdict"] = _verdict(said, settings.stale_after_hours * 3600)
    print(json.dumps(said, ensure_ascii=False, indent=2))
    wrong = _wrong(said)
    if wrong:
        print(f"answerable: {wrong}", file=sys.stderr)
    return 1 if wrong else 0


def _wrong(said: dict[str, Any]) -> str:
    """Say why there is no record to decide by; nothing where there is one."""
    if said["file"] == "none":
        return "There is no snapshot on this host, so the gate refuses every call: `answerable follow` builds it."
    if said["file"] != "in force":
        return f"The snapshot is refused, so the gate refuses every call: {said['file']} `answerable follow` builds it anew."
    if said["record"] is None:
        return f"{said['number']} is not in this snapshot: nothing was published of it, or it was deleted."
    if isinstance(said["record"], str):
        return f"The record of {said['number']} is damaged, so its calls are refused: a restart of `follow` builds all anew."
    return ""


def _verdict(said: dict[str, Any], stale_after: float) -> str:
    """Say what the gate would answer a call that comes by a carrier's trunk now."""
    from answerable.gate.decide import Call, Refuse, decide

    record = said["record"] if isinstance(said["record"], dict) else None
    now = max(time.time(), said["heartbeat"] or 0)
    is_stopped = said["stopped_here"] is not None
    found = decide(record, Call("trunk", ()), now, said["heartbeat"], is_stopped, stale_after=stale_after)  # type: ignore[arg-type]
    if isinstance(found, Refuse):
        return f"refused: {found.refusal.code}" + (f" ({found.reason})" if found.reason else "")
    return "rings " + ", ".join(line["line"] for line in found.destinations)


def _verify(arguments: argparse.Namespace) -> int:
    from answerable.snapshot.read import open_sealed
    from answerable.snapshot.write import verify

    path = _file(arguments.file)
    open_sealed(str(path)).close()
    verify(path, "deeply")
    print(f"{path} is whole, sealed by this host, and each of its records checks.")
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    """Print a line a number, and how many at the end; beside the database also what stands refused on this host."""
    import psycopg

    from answerable.cli import installation
    from answerable.cli.gate import gate_settings
    from answerable.snapshot.show import differences, in_database, in_file, refused_here, with_refused

    first = _file(arguments.before)
    before, counts, refused = in_file(first), Counter[str](), dict[str, str]()
    if arguments.after is not None and arguments.after.resolve(strict=True) == first:
        found: Iterable[dict[str, Any]] = ()  # one file is not opened twice in a process
    elif arguments.after is not None:
        found = differences(before, in_file(arguments.after), time.time())
        counts.update(_told(one) for one in found)
    else:
        with psycopg.connect(installation.dsn()) as queries:
            if arguments.before is None:
                refused = refused_here(gate_settings().folder)
            found = with_refused(differences(before, in_database(queries), time.time()), refused)
            counts.update(_told(one) for one in found)
    print(json.dumps({"numbers": counts.total(), **counts, **Counter(refused.values())}), file=sys.stderr)
    return 1 if counts else 0


def _told(difference: dict[str, Any]) -> str:
    print(json.dumps(difference, ensure_ascii=False))
    return str(difference["calls"])


def _file(asked: Path | None) -> Path:
    """Return the file that is meant; without one the one in force. Raise NoSnapshot."""
    from answerable.cli.gate import gate_settings
    from answerable.snapshot.read import link

    path = asked or link(gate_settings().folder)
    if not path.exists():
        wanted = "`answerable follow` builds it." if asked is None else "Name a file, or none for the one in force."
        raise NoSnapshot(f"There is no snapshot at {path}. {wanted}")
    return path.resolve(strict=True)


class NoSnapshot(Exception):
    """There is no such file."""

    code = "NO_SNAPSHOT"


def _force(arguments: argparse.Namespace) -> int:
    from answerable.cli.gate import gate_settings
    from answerable.snapshot import force

    said = force.force(gate_settings().folder, by=arguments.by, reason=arguments.reason, at=time.time())
    what = "The whole build" if said["kind"] == "build" else "The changes held back"
    print(
        f"{what} may silence {said['lost']:,} of {said['open']:,} numbers, no other ones, within the hour. It is in the spool."
    )
    return 0
