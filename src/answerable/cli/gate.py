"""`answerable gate …`: on a gate host, with or without the control plane."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from answerable.cli.ranges import between
from answerable.gate.health import Health
from answerable.gate.settings import GateSettings

DRAINED = 3
"""Exit status of `gate health` for a gate that answers and is meant to take no call."""


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("run", help="connect or refuse calls until SIGTERM")
    verbs.add_parser(
        "health", help="ask the running gate; exit status 0: it takes calls, 1: it does not, 3: it is being drained"
    )
    verbs.add_parser("stops", help="list the numbers stopped on this host")
    verbs.add_parser(
        "alarms", help="list the records, builds and changes that were refused; exit status 1 if there are any"
    )
    stop = verbs.add_parser("stop", help="refuse all calls to a number on this host, from now on")
    lift = verbs.add_parser("lift", help="remove a stop made on this host")
    for below in (stop, lift):
        below.add_argument("number", metavar="NUMBER", help="ten digits; spaces, hyphens and +86 are understood")
        below.add_argument("--by", required=True, metavar="NAME", help="who decides it")
    verbs.add_parser("metrics", help="serve /metrics, /healthz and /readyz of this gate host until SIGTERM")
    draining = verbs.add_parser("drain", help="send new calls to the next gate; end once no call is left")
    restart = verbs.add_parser(
        "restart",
        help="the same, and start anew with the program on the disk; the calls go on meanwhile",
        epilog="It keeps the settings it was started with: for others drain it, and start its service again.",
    )
    for below in (draining, restart):
        below.add_argument("--by", required=True, metavar="NAME", help="who decides it")
        below.add_argument(
            "--limit",
            type=between(0, 604_800),
            default=1800,
            metavar="SECONDS",
            help="end all the same after this long (1800)",
        )
    restart.add_argument(
        "--now", action="store_true", help="wait for no call: those in progress go on without the gate"
    )
    verbs.add_parser("undrain", help="take calls again")
    stop.add_argument("--reason", required=True, metavar="CODE", help="why, for the record")


def run(arguments: argparse.Namespace) -> int:
    verbs = {
        "run": _run, "health": _health, "stops": _stops, "alarms": _alarms, "stop": _stop, "lift": _lift,
        "metrics": _metrics, "drain": _drain, "restart": _drain, "undrain": _undrain,
    }  # fmt: skip
    return verbs[arguments.verb](arguments)


def gate_settings() -> GateSettings:
    from answerable import settings

    return GateSettings(
        folder=settings.GATE,
        address=settings.GATE_ADDRESS,
        port=settings.GATE_PORT,
        landline_trunk=settings.LANDLINE_TRUNK,
        gateways=settings.GATEWAYS,
        tls_port=settings.GATE_TLS_PORT,
        tls_certificate=Path(settings.GATE_TLS_CERTIFICATE) if settings.GATE_TLS_CERTIFICATE else None,
        tls_key=Path(settings.GATE_TLS_KEY) if settings.GATE_TLS_KEY else None,
        hides_topology=not settings.SHOW_TOPOLOGY,
        caller_a_minute=settings.CALLER_A_MINUTE,
        number_a_second=settings.NUMBER_CALLS_A_SECOND,
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
    if problem := found.problem(gate_settings().stale_after_hours * 3600):
        print(f"answerable: {problem}", file=sys.stderr)
        return DRAINED if found.answers and found.draining else 1
    return 0


def _stops(arguments: argparse.Namespace) -> int:
    from answerable.snapshot import stops

    for stop in stops.listed(gate_settings().folder):
        print(json.dumps(stop, ensure_ascii=False))
    return 0


def _alarms(arguments: argparse.Namespace) -> int:
    from answerable.snapshot.alarms import alarms

    found = alarms(gate_settings().folder)
    for one in found:
        print(json.dumps(one, ensure_ascii=False))
    return 1 if found else 0


def _stop(arguments: argparse.Namespace) -> int:
    from answerable.gate import stop

    number = spelled(arguments.number)
    stop.stop(gate_settings().folder, number, by=arguments.by, reason=arguments.reason, at=time.time())
    print(
        f"{number} is stopped on this gate host. `answerable gate lift` opens it again, or the desk where its permit is used up."
    )
    return 0


def _lift(arguments: argparse.Namespace) -> int:
    from answerable.gate import stop

    number = spelled(arguments.number)
    was = stop.lift(gate_settings().folder, number, by=arguments.by, at=time.time())
    print(f"The stop of {number} on this gate host is lifted." if was else f"{number} was not stopped on this host.")
    return 0 if was else 1


def _metrics(arguments: argparse.Namespace) -> int:
    from answerable import settings
    from answerable.cli import installation
    from answerable.gate.exporter import serve
    from answerable.lib import logs

    address, _, port = settings.METRICS.rpartition(":")
    if not port:
        raise Misused("ANSWERABLE_METRICS is empty, so nothing is served; give it ADDRESS:PORT.")
    logs.configure()
    exporter = serve.Exporter(gate_settings())
    serve.run(exporter, address, int(port), installation.until_told_to_stop())
    return 0


def _drain(arguments: argparse.Namespace) -> int:
    """Order it, and tell how it goes until the gate has ended, or takes calls again."""
    from answerable.gate import drain, succession, watch

    settings, restarts = gate_settings(), arguments.verb == "restart"
    if not succession.is_held(settings.run_folder):
        raise Misused("No gate runs on this host.")
    limit = 0.0 if restarts and arguments.now else float(arguments.limit)
    ordered = drain.begin(
        settings.run_folder, by=arguments.by, at=time.time(), limit_seconds=limit, then="start" if restarts else "end"
    )
    outcome = watch.until_over(settings, ordered, lambda said: print(said, flush=True))
    if restarts and outcome == "started":
        return _tell_start(watch.until_it_takes_calls(settings))
    print(NOT_RESTARTED if restarts and outcome == "taken back" else OUTCOMES[outcome])
    return 0 if outcome == "ended" else 1


NOT_RESTARTED = "It was taken back, or the program on the disk cannot be started: the one that ran before takes calls. Its journal says which."
OUTCOMES = {
    "ended": "The gate has ended: no call was left, or the limit was reached. `systemctl restart answerable-gate` starts it.",
    "started": "The gate has ended, and whoever supervises it has started it again: `gate health` says how it is.",
    "gone": "The gate has ended and did not start again; its journal says why.",
    "taken back": "The drain was taken back: the gate takes calls.",
    "replaced": "Somebody else has ordered another drain meanwhile; `gate health` says how it stands.",
}


def _tell_start(found: Health) -> int:
    if problem := found.problem(gate_settings().stale_after_hours * 3600):
        print(f"answerable: The gate has started anew. {problem}", file=sys.stderr)
        return 1
    print(
        "The gate has started anew and takes calls, with the program on the disk and the settings it was started with."
    )
    return 0


def _undrain(arguments: argparse.Namespace) -> int:
    from answerable.gate import drain, succession

    settings = gate_settings()
    was, runs = drain.end(settings.run_folder), succession.is_held(settings.run_folder)
    if not runs:
        print("No gate runs on this host: it takes calls once it is started.")
        return 1
    print("New calls are taken again." if was else "This gate was not draining.")
    return 0 if was else 1


class Misused(Exception):
    """What was asked for cannot be done here; the sentence says why."""

    code = "GATE_MISUSED"


def spelled(text: str) -> str:
    """Read a 400 number as people write it; raise NotANumber."""
    from answerable.lib.lines import normalise_400
    from answerable.snapshot.stops import NotANumber

    number = normalise_400(text)
    if number is None:
        raise NotANumber(
            f"{text!r} is no 400 number: ten digits that begin with 400, such as 4008123456 or 400-8123-456."
        )
    return number
