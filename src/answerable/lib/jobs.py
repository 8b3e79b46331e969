"""Hand work to the worker by the task's name, in the caller's transaction: nothing is done for what rolls back.

By name, so that a package may wake one above it without importing it (upward news flows as data).
"""

from __future__ import annotations

from procrastinate.contrib.django import app


def defer(task: str, **arguments: str | int) -> None:
    """Enqueue task `package.verb` with JSON arguments."""
    app.configure_task(task, allow_unknown=True).defer(**arguments)
