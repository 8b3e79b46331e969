"""Stand for the carrier's side in the demo: fixed lines behind the landline trunk that ring, answer, or are busy.

`python -m answerable.media.landline --port 5461 --busy 0000 --no-answer 9999`
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from sippy.CCEvents import CCEventConnect, CCEventDisconnect, CCEventFail, CCEventRing, CCEventTry
from sippy.UA import UA

from answerable.media import agent
from answerable.media.audio import Audio

KEEPS_SECONDS = 60


class Landline:
    """All the lines behind one trunk. A line whose number ends in one of `busy` is busy, of `no_answer` only rings."""

    def __init__(
        self,
        address: str,
        port: int,
        *,
        busy: list[str],
        no_answer: list[str],
        answer_after_seconds: float,
        heard: Path | None = None,
    ) -> None:
        self.heard = heard
        self.busy, self.no_answer, self.answer_after_seconds = busy, no_answer, answer_after_seconds
        self.agent = agent.Agent(address, port, self._called)

    def mode(self, line: str) -> str:
        """Tell what a line does: answer, busy, no_answer."""
        if any(line.endswith(suffix) for suffix in self.busy):
            return "busy"
        return "no_answer" if any(line.endswith(suffix) for suffix in self.no_answer) else "answer"

    def _called(self, request: Any, transaction: Any) -> Any:
        if request.getMethod() != "INVITE":
            return (request.genResponse(501, "Not Implemented"), None, None)
        return Ringing(self).ua.recvRequest(request, transaction)


class Ringing:
    """One call to a line: rings, answers after a while, echoes the caller's audio."""

    def __init__(self, landline: Landline) -> None:
        self.landline = landline
        self.audio: Audio | None = None
        self.line = ""
        self.timer: Any = None
        self.ua = UA(landline.agent.config, event_cb=self._event, disc_cbs=(self._over,), fail_cbs=(self._over,))

    def _event(self, event: Any, _: Any) -> None:
        if isinstance(event, CCEventTry):
            _, _, line, body, _, _ = event.getData()
            self.line = str(line)
            mode = self.landline.mode(self.line)
            if mode == "busy":
                self.ua.recvEvent(CCEventFail((486, "Busy Here")))
                return
            self.ua.recvEvent(CCEventRing((180, "Ringing", None)))
            if mode == "answer":
                far = agent.audio_of(body)
                self.timer = agent.later(self.landline.answer_after_seconds, lambda: self._answer(far))
        elif isinstance(event, CCEventDisconnect | CCEventFail):
            self._over()

    def _answer(self, far: tuple[str, int] | None) -> None:
        self.audio = Audio(
            self.landline.agent.address, is_echo=True, keeps_seconds=KEEPS_SECONDS if self.landline.heard else 0
        )
        self.audio.start(far)
        body = agent.sdp(self.landline.agent.address, self.audio.port)
        self.ua.recvEvent(CCEventConnect((200, "OK", body)))

    def _over(self, *_: Any) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.audio is not None:
            self.audio.stop()
            self._remember(self.audio.heard())
        self.timer = self.audio = None

    def _remember(self, audio: bytes) -> None:
        """Keep what this line heard last, as the person at it would."""
        folder = self.landline.heard
        if folder is not None and audio and self.line.isdigit():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            writing = folder / f"{self.line}.new"
            writing.write_bytes(audio)
            writing.replace(folder / f"{self.line}.8")


def serve(
    address: str,
    port: int,
    *,
    busy: list[str] | None = None,
    no_answer: list[str] | None = None,
    answer_after_seconds: float = 1.0,
    heard: Path | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. `heard` is a folder that keeps the last call's audio of each line."""
    Landline(
        address,
        port,
        busy=busy or [],
        no_answer=no_answer or [],
        answer_after_seconds=answer_after_seconds,
        heard=heard,
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: agent.stop())
    print(f"Landlines answer at {address}:{port}.", flush=True)
    agent.run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="answerable.media.landline", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5461)
    parser.add_argument("--busy", action="append", default=[], metavar="SUFFIX")
    parser.add_argument("--no-answer", action="append", default=[], metavar="SUFFIX")
    parser.add_argument("--answer-after", type=float, default=1.0, metavar="SECONDS")
    given = parser.parse_args()
    serve(
        given.address,
        given.port,
        busy=given.busy,
        no_answer=given.no_answer,
        answer_after_seconds=given.answer_after,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
