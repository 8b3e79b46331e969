"""Read in a child process, recycled every 50 documents: the engine's memory grows, and a stranger's file may kill it.

Only one document is read at a time; other callers wait their turn.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from answerable.verification.reading.model import Kind, Reading

TASKS_PER_CHILD = 50
TIMEOUT_SECONDS = 90.0
_stages: Any = None


class ReadingFailed(Exception):
    """The engine died or took too long: our fault, not the applicant's. The document may be read again."""

    code = "reading_failed"


class ReaderPool:
    """One child process that reads; it starts with the first document and is replaced when it dies."""

    def __init__(self, *, tasks_per_child: int = TASKS_PER_CHILD, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._tasks = tasks_per_child
        self._timeout = timeout_seconds
        self._turn = threading.Lock()
        self._context = get_context("spawn")
        self._queue: Any = None
        self._executor: ProcessPoolExecutor | None = None

    def read(self, raw: bytes, kind_hint: Kind | None = None, progress: Callable[[str], None] | None = None) -> Reading:
        """Admit and read one file; raise images.RefusedFile for the applicant's faults, ReadingFailed for ours.

        `progress` hears, in the calling thread: `waiting`, `opening`, `text`, `qr`, `seals`.
        """
        tell = progress or (lambda stage: None)
        tell("waiting")
        with self._turn:
            future = self._submit(raw, kind_hint)
            try:
                return Reading.from_dict(self._wait(future, tell))
            except BrokenProcessPool as dead:
                self._discard()
                raise ReadingFailed("The reading process died.") from dead

    def close(self) -> None:
        """Stop the child; the pool may be used again."""
        with self._turn:
            self._discard()

    def _submit(self, raw: bytes, kind_hint: Kind | None) -> Future[dict[str, Any]]:
        for attempt in (1, 2):
            if self._executor is None:
                self._queue = self._context.Queue()
                self._executor = ProcessPoolExecutor(
                    1,
                    mp_context=self._context,
                    initializer=_begin,
                    initargs=(self._queue, os.getpid()),
                    max_tasks_per_child=self._tasks,
                )
            try:
                return self._executor.submit(_read_in_child, raw, kind_hint)
            except BrokenProcessPool:
                # The child was killed between two documents; that is nobody's document's fault.
                self._discard()
                if attempt == 2:
                    raise
        raise ReadingFailed("No reading process could be started.")

    def _wait(self, future: Future[dict[str, Any]], tell: Callable[[str], None]) -> dict[str, Any]:
        end = time.monotonic() + self._timeout
        while not future.done():
            if time.monotonic() > end:
                self._discard()
                raise ReadingFailed(f"Reading took more than {self._timeout:.0f} s.")
            try:
                tell(self._queue.get(timeout=0.1))
            except queue.Empty:
                continue
        while not self._queue.empty():
            tell(self._queue.get())
        return future.result()

    def _discard(self) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        # A child that hangs in native code hears nothing but SIGKILL, and the executor has no public way to send it.
        for child in list((executor._processes or {}).values()):
            child.kill()
        executor.shutdown(wait=True, cancel_futures=True)
        self._queue.close()


_shared = ReaderPool()


def read_in_pool(
    raw: bytes, kind_hint: Kind | None = None, *, on_stage: Callable[[str], None] | None = None
) -> Reading:
    """Read with this process's one pool, started on first use; see ReaderPool.read."""
    return _shared.read(raw, kind_hint, on_stage)


def _begin(stages: Any, parent: int) -> None:
    """Prepare the child: give way to the web, use one core, load the models, end when the parent is gone."""
    global _stages  # noqa: PLW0603 the child's end of the queue can only come by inheritance
    _stages = stages
    os.nice(5)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    import cv2

    from answerable.verification.reading import engine

    cv2.setNumThreads(1)
    engine.load()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _read_in_child(raw: bytes, kind_hint: Kind | None) -> dict[str, Any]:
    from answerable.lib import images
    from answerable.verification.reading.read import read_admitted

    _stages.put("opening")
    return read_admitted(images.admit(raw), kind_hint, _stages.put).to_dict()
