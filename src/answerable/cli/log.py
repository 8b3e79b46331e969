"""`answerable log …`: run the integrator; verify and monitor anybody's log without a database."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from answerable.transparency.client import LogClient
    from answerable.transparency.policy import Policy

TIMEOUT_SECONDS = 30.0
TOO_FAST = 429


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("run", help="the integrator: append what actions said, sign, show")
    verbs.add_parser("status", help="say what waits, what is signed and shown, and which witnesses have cosigned")
    verbs.add_parser("schema", help="print the JSON schema of entries, as the site publishes it")
    verbs.add_parser("key", help="print the key that signs this installation's log")
    for verb, what in (
        ("verify", "read a whole log and say whether it continues what was seen before"),
        ("monitor", "the same, then derive each number's history and compare it with the look-up"),
    ):
        one = verbs.add_parser(verb, help=what)
        one.add_argument("url", metavar="URL", help="the operator's site, such as http://127.0.0.1:8400")
        _add_trust(one)
        one.add_argument(
            "--state", type=Path, metavar="FILE", help="keep the last checkpoint here, to notice a fork next time"
        )
        one.add_argument(
            "--reader-key", type=Path, metavar="FILE", help="a file with the key for a log that is closed to the public"
        )
    reader = verbs.add_parser("reader", help="who may read a log that is closed to the public")
    deeds = reader.add_subparsers(dest="deed", metavar="DEED", required=True)
    add = deeds.add_parser("add", help="let somebody read; prints the key, once")
    add.add_argument("code", metavar="CODE")
    add.add_argument("name", metavar="NAME", help="who it is, such as the regulator's office")
    deeds.add_parser("end", help="end a key at once").add_argument("code", metavar="CODE")
    deeds.add_parser("list", help="who may read, and when they last did")
    check = verbs.add_parser("check", help="check the log's proof in an answer of the look-up, without asking the log")
    check.add_argument("answer", metavar="FILE-OR-URL", help="the JSON of /who/NUMBER/, saved, or its address")
    _add_trust(check)
    recover = verbs.add_parser("recover", help="put entries that were published back into a database that was restored")
    recover.add_argument("source", metavar="URL-OR-FOLDER", help="where the published files are")


def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", help="the log's key, learnt elsewhere: name+id+base64; not needed where the policy has one log"
    )
    parser.add_argument(
        "--witness-policy",
        type=Path,
        metavar="FILE",
        help="believe a checkpoint only with the cosignatures it asks for (C2SP tlog-policy)",
    )


def run(arguments: argparse.Namespace) -> int:
    verb: Callable[[argparse.Namespace], int] = {
        "run": _integrate, "key": _key, "schema": _schema, "status": _status, "reader": _reader, "verify": _verify, "monitor": _monitor, "check": _check, "recover": _recover,
    }[arguments.verb]  # fmt: skip
    return verb(arguments)


def _integrate(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    installation.load_django()
    from answerable.transparency import integrate

    integrate.run(installation.until_told_to_stop().is_set)
    return 0


def _key(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    installation.load_django()
    from answerable.transparency.integrate import signing_key

    print(signing_key().verifier)
    return 0


def _reader(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    with installation.ready():
        from django.utils import timezone

        from answerable.trail.actors import system
        from answerable.transparency import readers
        from answerable.transparency.models import LogReader

        by, at = system("cli"), timezone.now()
        if arguments.deed == "add":
            print(readers.add_reader(arguments.code, arguments.name, by=by, at=at))
        elif arguments.deed == "end":
            readers.end_reader(arguments.code, by=by, at=at)
        else:
            for one in LogReader.objects.order_by("code"):
                until = f"ended {one.ended_at:%Y-%m-%d}" if one.ended_at else f"last read {one.last_read_on or 'never'}"
                print(f"{one.code}\t{one.name}\t{until}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    """Print it; 1 where what is signed is not shown, so that a watch notices."""
    from answerable.cli import installation

    with installation.ready():
        from answerable.transparency import integrate
        from answerable.transparency.checkpoints import open_checkpoint
        from answerable.transparency.models import Pending
        from answerable.transparency.store import CHECKPOINT

        ours = integrate.here()
        signed, shown, cosigned = ours.last_signed().size, 0, {}
        if ours.store.has(CHECKPOINT):
            opened = open_checkpoint(ours.store.read(CHECKPOINT), ours.key.verifier, policy=ours.cosigners.known)
            shown, cosigned = opened.checkpoint.size, opened.cosigned
        print(f"{Pending.objects.count()} entries wait, {signed} are signed, {shown} are shown.")
        for one in ours.cosigners.policy.witnesses:
            at = cosigned.get(one.key)
            print(f"  {one.name}: {'has not cosigned' if at is None else f'cosigned at {_utc(at)}'}")
    return 0 if shown == signed else 1


def _schema(arguments: argparse.Namespace) -> int:
    from answerable.transparency import schema

    print(schema.published().decode(), end="")
    return 0


def _client(source: str, key: str, policy: Policy | None = None, reader_key: Path | None = None) -> LogClient:
    import httpx

    from answerable.transparency.client import LogClient
    from answerable.transparency.errors import LogError
    from answerable.transparency.notes import VerifierKey
    from answerable.transparency.policy import NO_WITNESSES
    from answerable.transparency.store import FileStore

    policy = policy or NO_WITNESSES
    if not source.startswith(("http://", "https://")):
        return LogClient(FileStore(Path(source)).read, VerifierKey.parse(key), policy)
    session = httpx.Client(base_url=source.rstrip("/") + "/log/", timeout=TIMEOUT_SECONDS, follow_redirects=False)
    if reader_key is not None:
        session.headers["Authorization"] = f"Bearer {reader_key.read_text().strip()}"

    def fetch(path: str) -> bytes:
        try:
            answer = session.get(path)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise LogError(f"{path}: {error}") from error
        return answer.content

    return LogClient(fetch, VerifierKey.parse(key), policy)


def _read(arguments: argparse.Namespace) -> tuple[LogClient, list[bytes]]:
    """Verify the whole log against its key and what was seen before, then remember it; return its entries."""
    from answerable.transparency.checkpoints import open_checkpoint
    from answerable.transparency.store import CHECKPOINT

    policy = _policy(arguments)
    client = _client(arguments.url, _key_asked(arguments.key, policy), policy, arguments.reader_key)
    seen = arguments.state.read_bytes() if arguments.state is not None and arguments.state.exists() else None
    known = open_checkpoint(seen, client.key).checkpoint if seen else None
    opened = client.latest(known)
    latest = opened.checkpoint
    entries = list(client.entries(latest))
    since = f", {latest.size - known.size} since the last time" if known else ""
    print(f"{latest.origin}: {latest.size} entries{since}; root {latest.root.hex()}. Everything holds.")
    for one in policy.witnesses:
        at = opened.cosigned.get(one.key)
        print(f"  {one.name}: {'has not cosigned' if at is None else f'cosigned at {_utc(at)}'}")
    if arguments.state is not None:
        newest = client.fetch(CHECKPOINT)
        if open_checkpoint(newest, client.key).checkpoint == latest:
            arguments.state.write_bytes(newest)
    return client, entries


def _policy(arguments: argparse.Namespace) -> Policy:
    from answerable.transparency.policy import NO_WITNESSES, Policy

    return Policy.parse(arguments.witness_policy.read_bytes()) if arguments.witness_policy else NO_WITNESSES


def _key_asked(key: str | None, policy: Policy) -> str:
    from answerable.transparency.errors import MalformedPolicy

    if key is None and len(policy.logs) != 1:
        raise MalformedPolicy("Say --key, or give a policy with one log.")
    return key or str(policy.logs[0])


def _utc(seconds: int) -> str:
    """Write epoch seconds; a witness may say a year that no calendar has."""
    try:
        return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"


def _verify(arguments: argparse.Namespace) -> int:
    from answerable.transparency.entries import read_entry
    from answerable.transparency.errors import LogError

    _, entries = _read(arguments)
    for index, leaf in enumerate(entries):
        try:
            read_entry(leaf)
        except LogError as error:
            raise type(error)(f"Entry {index}: {error}") from None
    print(f"{len(entries)} entries have the published shape.")
    return 0


def _monitor(arguments: argparse.Namespace) -> int:
    import httpx

    from answerable.transparency.entries import read_entry
    from answerable.transparency.history import derive, disagreement, exits

    _, entries = _read(arguments)
    read = [(index, read_entry(leaf)) for index, leaf in enumerate(entries)]
    histories, wrong = derive(read)
    with httpx.Client(base_url=arguments.url, timeout=TIMEOUT_SECONDS, follow_redirects=True) as session:
        for number, history in sorted(histories.items()):
            problem = disagreement(history, _looked_up(session, number))
            wrong += [f"{number}: {problem}"] if problem else []
    for sentence in [*exits(read), *wrong]:
        print(sentence)
    answered = sum(history.holder is not None for history in histories.values())
    print(f"{len(histories)} numbers, {answered} with somebody who answers; {len(wrong)} contradictions.")
    return 1 if wrong else 0


def _looked_up(session: httpx.Client, number: str) -> Any:
    """Ask the look-up about a number, as slowly as it wants to be asked."""
    said = session.get(f"/who/{number}/", params={"format": "json"})
    while said.status_code == TOO_FAST:
        time.sleep(int(said.headers["Retry-After"]))
        said = session.get(f"/who/{number}/", params={"format": "json"})
    return json.loads(said.raise_for_status().content)


def _check(arguments: argparse.Namespace) -> int:
    from answerable.transparency.answers import check
    from answerable.transparency.notes import VerifierKey

    said, policy = _answer(arguments.answer), _policy(arguments)
    found = check(said, VerifierKey.parse(_key_asked(arguments.key, policy)), policy=policy)
    print(f"{said['number']}: {found.entries} entries, each proven in {found.origin} at size {found.size}.")
    for name, code, since, until in found.named:
        print(f"{since} … {until or 'now'}: {name or 'a sole trader, not opened here'} {code}".rstrip())
    for problem in found.problems:
        print(f"Does not hold: {problem}")
    print("Whether an entry was left out only the whole log tells: answerable log monitor.")
    return 1 if found.problems else 0


def _answer(source: str) -> dict[str, Any]:
    import httpx

    from answerable.transparency.errors import LogError

    try:
        if source.startswith(("http://", "https://")):
            asking = {"Accept": "application/json"}
            raw = (
                httpx.get(source, headers=asking, timeout=TIMEOUT_SECONDS, follow_redirects=True)
                .raise_for_status()
                .content
            )
        else:
            raw = Path(source).read_bytes()
        said = json.loads(raw)
    except (httpx.HTTPError, ValueError) as error:
        raise LogError(f"{source}: no answer of the look-up could be read ({error}).") from error
    if not isinstance(said, dict):
        raise LogError(f"{source}: that is no answer of the look-up.")
    return said


def _recover(arguments: argparse.Namespace) -> int:
    from answerable.cli import installation

    with installation.ready():
        from answerable.transparency.integrate import here, recover

        ours = here()
        client = _client(arguments.source, str(ours.key.verifier))
        print(f"{recover(ours, list(client.entries(ours.last_signed())))} entries put back.")
    return 0
