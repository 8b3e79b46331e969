"""Text messages. The shipped gateway writes to a file outbox; a real one implements `Gateway`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone


class Gateway(Protocol):
    """Send one text message to a mainland mobile."""

    def send(self, mobile: str, text: str) -> None:
        """Send `text` or raise; the caller has committed already."""


class FileOutbox:
    """Append each message as one JSON line to var/outbox/sms.jsonl, mode 0600."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def send(self, mobile: str, text: str) -> None:
        """Append one line; a single short write is not torn between processes."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"at": timezone.now().isoformat(), "mobile": mobile, "text": text}, ensure_ascii=False) + "\n"
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def newest(self, mobile: str) -> str | None:
        """Return the newest text sent to `mobile`, for the demo."""
        if not self.file.exists():
            return None
        lines = (json.loads(line) for line in self.file.read_text().splitlines() if line)
        return next((str(m["text"]) for m in reversed(list(lines)) if m["mobile"] == mobile), None)


def gateway() -> FileOutbox:
    """Return this installation's gateway."""
    return FileOutbox(settings.OUTBOX / "sms.jsonl")
