"""Say what happens in lines: one JSON object each (`ANSWERABLE_LOG=json`), or text for a person who looks on (the default).

Fields: `at` (UTC), `level`, `process`, `event` (the sentence), and where they are known `number`, `call`, `source` (who said
it) and `error` (the traceback). No ID number and no telephone number but a 400 number stands in a line: it is masked here,
whatever said it. Standard library only.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import sys
import threading
from typing import Any

from answerable.lib.masking import mask_private

VARIABLE, PROCESS = "ANSWERABLE_LOG", "ANSWERABLE_PROCESS"
FORMS = ("text", "json")
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_400 = re.compile(r"(?<!\d)400\d{7}(?!\d)")
_PHONE = re.compile(r"(?<![\w.-])(?<!\d:)(?:\+?86[ -]?)?(0\d{2,3}[ -]?)\d{3,5}(\d{4})(?![\w.:-])")
"""A fixed line with its area code. Mobiles and ID numbers are lib.masking's."""


class FormUnknown(ValueError):
    """Lines are asked for in a form that there is not."""

    code = "LOG_FORM_UNKNOWN"


def is_json() -> bool:
    """Say which form the environment asks for; raise FormUnknown, so that a slip is not found weeks later in a log."""
    form = os.environ.get(VARIABLE) or "text"
    if form not in FORMS:
        raise FormUnknown(f"{VARIABLE}={form!r} must be json or text.")
    return form == "json"


def masked(text: str) -> str:
    """Mask ID numbers, mobiles and fixed lines."""
    return _PHONE.sub(r"\1****\2", mask_private(text))


def line(event: str, *, level: str = "INFO", at: float | None = None, **known: Any) -> str:
    """Return one JSON line; what is empty is left out."""
    moment = dt.datetime.now(dt.UTC) if at is None else dt.datetime.fromtimestamp(at, dt.UTC)
    number = known.pop("number", None) or next(iter(_400.findall(event)), None)
    said = {
        "at": moment.isoformat(timespec="milliseconds"), "level": level, "process": os.environ.get(PROCESS, "answerable"),
        "event": masked(event), "number": number,
    } | known  # fmt: skip
    return json.dumps({name: value for name, value in said.items() if value not in (None, "")}, ensure_ascii=False)


class Json(logging.Formatter):
    """Write a record of Python's logging as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        error = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        known = {name: getattr(record, name, None) for name in ("number", "call")}
        return line(
            record.getMessage(),
            level=record.levelname,
            at=record.created,
            source=record.name,
            error=masked(error),
            **known,
        )


class Text(logging.Formatter):
    """Write it for a person, masked too."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def formatter() -> logging.Formatter:
    """Return the formatter that the environment asks for; warnings of Python's are lines from then on too."""
    logging.captureWarnings(capture=True)
    return Json() if is_json() else Text()


def catch_threads() -> None:
    """Have the fault of a thread written as a line, not as the interpreter's own text."""

    def write(fault: threading.ExceptHookArgs) -> None:
        error = fault.exc_value
        traceback = (type(error), error, error.__traceback__) if error is not None else None
        name = fault.thread.name if fault.thread is not None else "?"
        logging.getLogger("answerable").error("The thread %s ended by a fault.", name, exc_info=traceback)

    threading.excepthook = write


def configure() -> None:
    """Have Python's logging write to standard error, from INFO on; for processes without Django."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
