"""`answerable gate …`: on a gate host, with or without the control plane."""

from __future__ import annotations

import argparse
import json
import time
import unicodedata
from dataclasses import asdict

from answerable.gate.settings import GateSettings


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("run", help="connect or refuse calls until SIGTERM")
    verbs.add_parser("health", help="ask the running gate; exit status 0 if it answers and has a fresh heartbeat")
    verbs.add_parser("stops", help="list the numbers stopped on this host")
    verbs.add_parser("alarms", help="list the records whose permits were refused; exit status 1 if there are any")
    stop = verbs.add_parser("stop", help="refuse all calls to a number on this host, from now on")
    lift = verbs.add_parser("lift", help="remove a stop made on this host")
    for below in (stop, lift):
        below.add_argument("number", metavar="NUMBER", help="ten digits; spaces, hyphens and +86 are understood")
        below.add_argument("--by", required=True, metavar="NAME", help="who decides it")
    stop.add_argument("--reason", required=True, metavar="CODE", help="why, for the record")


def run(arguments: argparse.Namespace) -> int:
    verbs = {"run": _run, "health": _health, "stops": _stops, "alarms": _alarms, "stop": _stop, "lift": _lift}
    return verbs[arguments.verb](arguments)


def gate_settings() -> GateSettings:
    from answerable import settings

    return GateSettings(
        folder=settings.GATE,
        address=settings.GATE_ADDRESS,
        port=settings.GATE_PORT,
        landline_trunk=settings.LANDLINE_TRUNK,
        caller_secret_file=settings.KEYS / "caller",
        capture=settings.CAPTURE,
        capture_key_file=settings.KEYS / "capture",
    )


def _run(arguments: argparse.Namespace) -> int:
    from answerable.gate import host

    return host.run(gate_settings())


def _health(arguments: argparse.Namespace) -> int:
    from answerable.gate.health import health

    found = health(gate_settings())
    print(json.dumps(asdict(found)))
    limit = gate_settings().stale_after_hours * 3600
    return 0 if found.answers and (found.heartbeat_age_seconds or limit) < limit else 1


def _stops(arguments: argparse.Namespace) -> int:
    from answerable.snapshot import stops

    for stop in stops.listed(gate_settings().folder):
        print(json.dumps(stop, ensure_ascii=False))
    return 0


def _alarms(arguments: argparse.Namespace) -> int:
    from answerable.snapshot.admission import alarms

    found = alarms(gate_settings().folder)
    for one in found:
        print(json.dumps(one, ensure_ascii=False))
    return 1 if found else 0


def _stop(arguments: argparse.Namespace) -> int:
    from answerable.gate import stop

    number = _spelled(arguments.number)
    stop.stop(gate_settings().folder, number, by=arguments.by, reason=arguments.reason, at=time.time())
    print(f"{number} is stopped on this gate host. Only `answerable gate lift` or the control plane opens it again.")
    return 0


def _lift(arguments: argparse.Namespace) -> int:
    from answerable.gate import stop

    number = _spelled(arguments.number)
    was = stop.lift(gate_settings().folder, number, by=arguments.by, at=time.time())
    print(f"The stop of {number} on this gate host is lifted." if was else f"{number} was not stopped on this host.")
    return 0 if was else 1


def _spelled(text: str) -> str:
    from answerable.gate.spelling import national

    return national(unicodedata.normalize("NFKC", text))
