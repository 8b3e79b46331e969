"""The gate's route without dialogs and records: what the verdict alone adds to a relay. For the bench, never for calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from answerable.gate import kemi, settings, ticket


class Plain(kemi.Gate):
    """Decides every call and keeps nothing."""

    def _write(self, state: dict[str, Any], **fields: Any) -> None: ...


def start(run_folder: str) -> Plain:
    """Make the worker's gate, as `answerable.gate.kemi.start` does."""
    place = Path(run_folder)
    return Plain(settings.from_json((place / "settings.json").read_text()), (place / ticket.FILE).read_bytes())
