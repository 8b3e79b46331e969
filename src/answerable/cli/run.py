"""`answerable run`: start everything, show that it works, and stop all of it on Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from answerable.cli import installation
from answerable.cli.demo import is_demo
from answerable.cli.house import Answer, House
from answerable.lib.supervise import SuperviseError

OPENING_SECONDS = 40


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Needs nothing beforehand; logs are in var/log. SIGTERM stops it as Ctrl-C does."


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop. From the first signal on, only the orderly stop counts."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    house = House()
    started = time.monotonic()
    try:
        show_answers(house.start(_say), time.monotonic() - started)
        show_call()
        show_addresses()
        while house.is_alive():
            time.sleep(0.5)
        raise SuperviseError(f"The supervisor ended by itself; see {installation.var() / 'log' / 'supervisor.log'}.")
    except KeyboardInterrupt:
        _say("\nStopping.")
        return 0
    finally:
        if house.stop():
            _say("Stopped; nothing is left running.")


def show_answers(answers: list[Answer], seconds: float) -> None:
    for answer in answers:
        _say(f"  {answer.name:<10} {answer.after_ms:>6} ms   {answer.evidence}")
    _say(f"All of it answers after {seconds:.1f} s.\n")


def show_call() -> None:
    """Place one real call through the gate to the demo's first number, once its test call has opened it."""
    from answerable import settings
    from answerable.cli.world import reference
    from answerable.media.dial import dial
    from answerable.numbers.models import Number
    from answerable.routing.models import Trunk

    number, trunk = reference.HOTLINE, Trunk.objects.filter(is_enabled=True, address="127.0.0.1").first()
    if trunk is None or not is_demo():
        return
    deadline = time.monotonic() + OPENING_SECONDS
    working = Number.objects.filter(pk=number, network_state="activated", business_state="working")
    while not working.exists() and time.monotonic() < deadline:
        time.sleep(0.3)
    found = dial(number, f"{settings.GATE_ADDRESS}:{settings.GATE_PORT}", from_port=trunk.port or 0)
    reason = f", {found.code}" if found.code else ""
    talked = f", {found.talked_ms / 1000:.1f} s of talk, {found.packets_received} audio packets back"
    _say(f"A call to {number}: {found.status_line}{reason}{talked if found.talked_ms else ''}")


def show_addresses() -> None:
    from answerable import settings
    from answerable.cli.world import people

    page = f"http://127.0.0.1:{settings.HTTP_PORT}"
    _say(f"\n  Public site   {page}/")
    _say(f"  Console       {page}/console/")
    _say(f"  Desk          {page}/desk/")
    _say(f"  Gate          sip:NUMBER@{settings.GATE_ADDRESS}:{settings.GATE_PORT} (udp)")
    _say(f"  Logs          {installation.var() / 'log'}")
    if is_demo():
        _say("\nDemo people (made up):")
        for name, mobile in people.MOBILES.items():
            _say(f"  {name:<10} console, mobile {mobile}; SMS code: .venv/bin/answerable demo sms {mobile}")
        for username, name, roles in people.STAFF:
            _say(f"  {username:<10} desk, {name} ({', '.join(roles)}), password {people.PASSWORD}")
        _say("  One-time codes: .venv/bin/answerable demo code NAME")
        _say("  Signing codes:  .venv/bin/answerable demo signing-code NAME (lin, zhou, sun, feng)")
    _say("\nCtrl-C stops everything.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _interrupt(number: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
