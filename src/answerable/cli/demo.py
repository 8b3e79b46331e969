"""`answerable demo …`: a made-up world to try everything in; it never mixes with real data."""

from __future__ import annotations

import argparse

from answerable.cli import init, installation, signer
from answerable.cli.ranges import between


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    world = verbs.add_parser("world", help="load the demo world into an empty database")
    world.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")
    world.add_argument(
        "--pool", type=between(0, 10_000_000), default=None, metavar="N", help="numbers in the pool (default 100,000)"
    )
    code = verbs.add_parser("code", help="print a demo person's current one-time code")
    journey = verbs.add_parser("journey", help="walk one new enterprise from choosing a number to its first call")
    journey.add_argument("--json", action="store_true", help="one JSON object a step")
    device = verbs.add_parser("signing-code", help="print the current code of a demo person's signing device")
    device.add_argument("name", metavar="NAME", help="lin, zhou, sun or feng")
    sms = verbs.add_parser("sms", help="print the newest text message to a mobile")
    sms.add_argument("mobile", metavar="MOBILE")
    code.add_argument("name", metavar="NAME", help="chen, lin, zhou, qian, sun, feng, gong, zheng or wang")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "journey":
        init.make_folders()  # Django's settings read the secrets, which a first start has to make
    installation.load_django()
    verbs = {"world": _world, "code": _code, "signing-code": _signing_code, "journey": _journey, "sms": _sms}
    return verbs[arguments.verb](arguments)


def is_demo() -> bool:
    """Say whether this database holds the demo world."""
    from answerable.parties.models import Operator

    return Operator.objects.filter(is_demo=True).exists()


def _world(arguments: argparse.Namespace) -> int:
    from django.db import transaction
    from django.utils import timezone

    from answerable.cli import world

    if arguments.if_empty and not world.is_empty():
        return 0
    size = {} if arguments.pool is None else {"size": arguments.pool}
    with signer.running(), transaction.atomic():  # a world half made would be taken for a whole one, or for real data
        world.build(at=timezone.now(), **size)
    return 0


def _journey(arguments: argparse.Namespace) -> int:
    """Start what is not running, walk, stop what was started; 0 only if every step held."""
    from answerable import settings
    from answerable.cli.house import AlreadyRuns, House
    from answerable.cli.journey import walk
    from answerable.routing.models import Trunk

    def say(line: str) -> None:
        if not arguments.json:
            print(line, flush=True)

    house, held = House(), []
    try:
        try:
            house.start(say)
        except AlreadyRuns:
            say("It runs already; walking through what runs.")
        trunk = Trunk.objects.get(name="demo-carrier")
        base, gate = f"http://127.0.0.1:{settings.HTTP_PORT}", f"{settings.GATE_ADDRESS}:{settings.GATE_PORT}"
        for step in walk(base, gate, trunk.port or 0):
            held.append(step.ok)
            line = (
                step.to_json() if arguments.json else f"{'ok  ' if step.ok else 'FAIL'} {step.step:<32} {step.evidence}"
            )
            print(line, flush=True)
    finally:
        house.stop()
    say(f"{sum(held)} of {len(held)} steps held.")
    return 0 if held and all(held) else 1


def _code(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.cli.world import people

    code = people.one_time_code(arguments.name, timezone.now())
    if code is None:
        raise NobodyOfThatName(f"The demo world has nobody called {arguments.name!r}.")
    print(code)
    return 0


def _signing_code(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from answerable.cli.world import signing

    code = signing.signing_code(arguments.name, timezone.now())
    if code is None:
        raise NobodyOfThatName(f"Nobody called {arguments.name!r} has a signing device in a demo world here.")
    print(code)
    return 0


def _sms(arguments: argparse.Namespace) -> int:
    from answerable.parties.sms import gateway

    text = gateway().newest(arguments.mobile)
    if text is None:
        raise NobodyOfThatName(f"No message was sent to {arguments.mobile!r}.")
    print(text)
    return 0


class NobodyOfThatName(Exception):
    """There is no demo world here, or nobody in it has this name."""

    code = "nobody_of_that_name"
