"""Have gunicorn say what it says in the lines of lib.logs (`--logger-class answerable.lib.weblog.Logger`)."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger as Gunicorn  # type: ignore[import-untyped]

from answerable.lib import logs


class Logger(Gunicorn):  # type: ignore[misc]
    """Gunicorn's own, with our lines."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())
