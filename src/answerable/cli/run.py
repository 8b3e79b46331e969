"""`answerable run`: start everything, show that it works, and stop all of it on Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from answerable.cli import installation
from answerable.cli.house import Answer, House
from answerable.lib.supervise import SuperviseError


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Needs nothing beforehand; logs are in var/log. SIGTERM stops it as Ctrl-C does."


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop. From the first signal on, only the orderly stop counts."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    house = House()
    started = time.monotonic()
    try:
        show(house.start(_say), time.monotonic() - started)
        while house.is_alive():
            time.sleep(0.5)
        raise SuperviseError(f"The supervisor ended by itself; see {installation.var() / 'log' / 'supervisor.log'}.")
    except KeyboardInterrupt:
        _say("\nStopping.")
        return 0
    finally:
        house.stop()
        _say("Stopped; nothing is left running.")


def show(answers: list[Answer], seconds: float) -> None:
    """Print what runs and where."""
    from answerable import settings

    for answer in answers:
        _say(f"  {answer.name:<10} {answer.after_ms:>6} ms   {answer.evidence}")
    _say(f"All of it answers after {seconds:.1f} s.")
    _say(f"\n  Pages   http://127.0.0.1:{settings.HTTP_PORT}/")
    _say(f"  Gate    sip:NUMBER@{settings.GATE_ADDRESS}:{settings.GATE_PORT} (udp)")
    _say(f"  Logs    {installation.var() / 'log'}")
    _say("\nCtrl-C stops everything.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _interrupt(number: int, frame: object) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
