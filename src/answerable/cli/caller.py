"""`answerable caller`: ring the numbers whose test call is due and the lines to be proven, through the real gate."""

from __future__ import annotations

import argparse
import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.cli import installation

if TYPE_CHECKING:
    from answerable.orders.models import TestCall
    from answerable.verification.models import CallBack

log = logging.getLogger(__name__)
EVERY_SECONDS = 0.5
CALLS_AT_ONCE = 4


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "A call it could not place stays `calling`; the sweep makes it due again."


def run(arguments: argparse.Namespace) -> int:
    """Take what is due, each call in a thread; one that we end on SIGTERM counts as not placed."""
    installation.load_django()
    from django.db import Error, connection

    stopping = installation.until_told_to_stop()
    pool = ThreadPoolExecutor(CALLS_AT_ONCE)
    while not stopping.wait(EVERY_SECONDS):
        try:
            for test_call in take_due():
                pool.submit(place, test_call)
            for callback, code in take_callbacks():
                pool.submit(call_back, callback, code)
        except Error as error:
            log.warning("The database is away: %s", error)
            connection.close()
    pool.shutdown(wait=True, cancel_futures=True)
    return 0


def take_due() -> list[TestCall]:
    """Take the due test calls whose number is permitted and was published since it changed."""
    from django.utils import timezone

    from answerable.orders import actions, queries
    from answerable.permits.queries import is_permitted
    from answerable.trail.models import DirtyNumber

    now = timezone.now()
    found = [test_call for test_call in queries.due_test_calls(now) if is_permitted(test_call.number)]
    # Of these alone: after an upgrade millions wait.
    numbers = [test_call.number for test_call in found]
    waiting = set(DirtyNumber.objects.filter(number__in=numbers).values_list("number", flat=True))
    due = [test_call for test_call in found if test_call.number not in waiting]
    return [test_call for test_call in due if actions.begin_test_call(test_call, at=now)]


def take_callbacks() -> list[tuple[CallBack, str]]:
    """Take the due call-backs whose line is published, each with the code to read out."""
    from django.utils import timezone

    from answerable.routing.queries import listed_lines
    from answerable.verification import actions, queries

    now, listed = timezone.now(), listed_lines()
    due = [callback for callback in queries.due_callbacks(now) if callback.line in listed]
    taken = [(callback, actions.begin_callback(callback, at=now)) for callback in due]
    return [(callback, code) for callback, code in taken if code is not None]


def call_back(callback: CallBack, code: str) -> None:
    """Ring a line and read its code to whoever answers. The code is in this process and the prompt, and nowhere else."""
    from django.db import connection
    from django.utils import timezone

    from answerable import settings
    from answerable.media import caller, prompts
    from answerable.verification.actions.callback import end_callback, put_back

    folder = settings.VAR / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".8") as prompt:  # mode 0600, gone with the call
            prompts.say_code(code, folder, Path(prompt.name))
            found = caller.ring(
                callback.line,
                f"{settings.GATE_ADDRESS}:{settings.GATE_PORT}",
                secret_file=settings.KEYS / "caller",
                prompt=Path(prompt.name),
                spool=settings.GATE,
            )
        if found.code == "NUMBER_UNKNOWN":
            put_back(callback)  # the gate's copy is a moment behind
        else:
            end_callback(callback, found.reached or "not_reached", at=timezone.now())
        log.info("Call-back of dossier %s: %s", callback.dossier_id, found.reached or "not reached")
    except Exception:
        log.exception("The call-back of dossier %s could not be placed.", callback.dossier_id)
    finally:
        connection.close()


def place(test_call: TestCall) -> None:
    """Ring one number and store what came of it; an error of ours is logged and is no result of the line."""
    from django.db import connection
    from django.utils import timezone

    from answerable import settings
    from answerable.media import caller, prompts
    from answerable.orders import actions
    from answerable.orders.actions.opening import Outcome

    try:
        found = caller.ring(
            test_call.number,
            f"{settings.GATE_ADDRESS}:{settings.GATE_PORT}",
            secret_file=settings.KEYS / "caller",
            prompt=prompts.prompt("opening", settings.VAR / "prompts"),
            spool=settings.GATE,
        )
        outcome = Outcome(
            outcome=found.reached or "not_reached",
            sip_status=f"SIP/2.0 {found.status} {found.phrase}",
            reason=found.code or "",
            ring_ms=None if found.rang_after_ms is None else round(found.rang_after_ms),
        )
        actions.end_test_call(test_call, outcome, at=timezone.now())
        log.info("Test call of %s: %s (%s)", test_call.number, outcome.outcome, outcome.sip_status)
    except Exception:
        log.exception("The test call of %s could not be placed.", test_call.number)
    finally:
        connection.close()
