"""`answerable trace NUMBER --at TIME …`, and `answerable trace verify BUNDLE`, which needs no database."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "answerable trace 4008000400 --at '2026-03-10 09:30' --staff sun --basis anti_fraud --why '…' --out bundle.zip; "
        "answerable trace verify bundle.zip --key KEY; answerable trace schema; answerable trace key. "
        "An authority's request is taken at the desk, by two compliance officers."
    )
    parser.add_argument("what", metavar="NUMBER|verify|schema|key", help="a 400 number, or what to do instead")
    parser.add_argument("bundle", nargs="?", type=Path, metavar="BUNDLE", help="with verify: the ZIP")
    parser.add_argument("--at", metavar="TIME", help="the moment, China time unless it says otherwise")
    parser.add_argument("--from", dest="since", metavar="TIME", help="the window's beginning; a day before the moment")
    parser.add_argument("--to", dest="until", metavar="TIME", help="the window's end; a day after the moment")
    parser.add_argument("--caller", default="", help="a sample caller, such as who was cheated")
    parser.add_argument(
        "--basis", default="none", choices=("none", "complaint", "anti_fraud"), help="the legal basis; none: no calls"
    )
    parser.add_argument("--why", default="", help="why it is traced; stands in the bundle")
    parser.add_argument("--report", default="", metavar="REFERENCE", help="the report it comes from")
    parser.add_argument("--staff", default="", metavar="NAME", help="the member of staff who asks")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the bundle goes; must not exist")
    parser.add_argument("--key", default="", help="with verify: the evidence key, learnt elsewhere: name+id+base64")
    parser.add_argument("--log-key", default="", help="with verify: the public log's key, learnt elsewhere")


def run(arguments: argparse.Namespace) -> int:
    verbs = {"verify": _verify, "schema": _schema, "key": _key}
    return verbs.get(arguments.what, _trace)(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from answerable.tracing.verify import verify

    if arguments.bundle is None:
        raise Misused("Name the bundle: answerable trace verify BUNDLE.")
    verdict = verify(arguments.bundle, key=arguments.key, log_key=arguments.log_key)
    print(f"{verdict.reference}: everything holds.")
    for sentence in verdict.held:
        print(f"  ok  {sentence}")
    if not verdict.is_key_given:
        print(f"  !!  the key is the bundle's own. Compare it with the operator's, learnt elsewhere: {verdict.key}")
    if not verdict.is_log_key_given and verdict.trace:
        print(f"  !!  the log's key is the bundle's own too: {verdict.trace.log.key}")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    from answerable.tracing import shape
    from answerable.transparency import manifests

    print(manifests.write(shape.schema()).decode(), end="")
    return 0


def _key(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    installation.load_django()
    from answerable.transparency.evidence_key import evidence_key

    print(evidence_key().verifier)
    return 0


def _trace(arguments: argparse.Namespace) -> int:
    """Open a case in the name of a member of staff, make its bundle here and now, and write it to a file."""
    from answerable.cli import installation

    if not (arguments.at and arguments.staff and arguments.out):
        raise Misused("Say when, who asks and where the bundle goes: --at TIME --staff NAME --out FILE.")
    if arguments.out.exists():
        raise Misused(f"{arguments.out} is there already; nothing is written over.")
    with installation.ready():
        return _make(arguments)


def _make(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.parties.models import Staff
    from answerable.tracing import actions
    from answerable.tracing.actions.open import Question

    now, staff = timezone.now(), Staff.objects.filter(username=arguments.staff, is_active=True).first()
    if staff is None:
        raise Misused(f"There is no member of staff called {arguments.staff!r}.")
    asked = Question(
        arguments.what, _moment(arguments.at), since=_moment(arguments.since) if arguments.since else None,
        until=_moment(arguments.until) if arguments.until else None, caller=arguments.caller,
    )  # fmt: skip
    case = actions.open_case(
        asked, basis=arguments.basis, why=arguments.why, report=arguments.report, staff=staff, at=now, wait=True
    )
    bundle = actions.build(case.bundles.get().pk, at=timezone.now())
    if bundle is None:
        raise Misused("Another process is making this bundle.")
    _write(arguments.out, actions.hand_out(bundle, staff=staff, at=timezone.now()))
    holder = case.holder.name if case.holder else "nobody"
    print(f"{case.pk}: {case.number_id} was answered for by {holder}; {bundle.calls} calls, {bundle.seconds:.1f} s")
    print(f"{arguments.out}: {bundle.size_bytes} bytes, SHA-256 {bundle.sha256}")
    return 0


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(pieces)


def _moment(text: str) -> dt.datetime:
    from answerable.lib.workdays import CHINA

    try:
        at = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misused(f"{text!r} is no time: write 2026-03-10 09:30.") from None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


class Misused(Exception):
    """What was asked for lacks something; the sentence says what."""

    code = "TRACE_MISUSED"
