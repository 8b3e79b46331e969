"""Pass on what Kamailio writes, a JSON object a line where that is asked for.

Kamailio writes into a pipe that does not block: were the parent to hang, lines would be lost, never a worker held up.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from typing import IO

from answerable.lib import logs

_LINE = re.compile(r"^\s*\d+\((?P<pid>\d+)\)\s+(?P<level>[A-Z]+):\s+(?:\{gate\}\s*)?(?P<rest>.*)$")
_LEVELS = {"ALERT": "CRITICAL", "BUG": "CRITICAL", "CRITICAL": "CRITICAL", "ERROR": "ERROR", "WARNING": "WARNING", "DEBUG": "DEBUG"}  # fmt: skip


def say(text: str, level: str = "INFO") -> None:
    """Say something of the parent's own."""
    print(logs.line(text, level=level, source="gate.host") if logs.is_json() else text, file=sys.stderr, flush=True)


def pipe() -> tuple[int, int] | None:
    """Return where Kamailio's lines are to be read and written; None: it writes to where we write ourselves."""
    if not logs.is_json():
        return None
    ours, theirs = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(theirs, False)
    return ours, theirs


def pass_on(ours: int) -> None:
    """Pass the lines on until Kamailio has ended. After it was forked: a thread of ours must not hold a lock then."""
    threading.Thread(target=_pass_on, args=(os.fdopen(ours, "rb"),), daemon=True).start()


def wrapped(text: str) -> str:
    """Return one of Kamailio's lines as JSON."""
    found = _LINE.match(text)
    if found is None:
        return logs.line(text.strip(), source="kamailio")
    level = _LEVELS.get(found["level"], "INFO")
    return logs.line(found["rest"].strip(), level=level, source="kamailio", pid=int(found["pid"]))


def _pass_on(lines: IO[bytes]) -> None:
    with lines:
        for one in lines:
            if text := one.decode("utf-8", "replace").rstrip():
                print(wrapped(text), file=sys.stderr, flush=True)
