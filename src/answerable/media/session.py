"""One rtp.io session with nobody at its other end: a prompt plays towards the line, and packets are counted.

No audio byte passes through Python. rtp.io's threads do not end by themselves: one session a process.
"""

from __future__ import annotations

from pathlib import Path

FIRST_PORT, LAST_PORT = 20000, 40000
LONGEST_SECONDS = 5.0
_REASONS = (
    (range(50, 51), "the call has no session any more"),
    (range(60, 61), "the prompt cannot be played: its file is missing, unreadable, or of another codec"),
    (range(71, 73), f"no port between {FIRST_PORT} and {LAST_PORT} can be bound at this host's address"),
    (range(81, 90), "there is no memory for another session"),
    (range(98, 100), "it takes no new session: overloaded, or about to end"),
)
"""What RTPProxy's codes mean to whoever has to mend it; any other is a command of ours that it does not know."""


class AudioFailed(Exception):
    """rtp.io did not do what it was told: our fault, never the line's."""

    code = "AUDIO"


class Session:
    """The session towards the line."""

    def __init__(self, address: str) -> None:
        from rtp.io import rtpproxy

        arguments = ["-d", "ERR", "-F", "-l", address, "-m", str(FIRST_PORT), "-M", str(LAST_PORT)]
        self._proxy = rtpproxy(extra_args=arguments, modules=())
        self._proxy.rtpp_sock.settimeout(LONGEST_SECONDS)
        self._command("Uc8z20 line 0.0.0.0 0 far")
        self.port = int(self._command("Uc8z20 line 0.0.0.0 0 near far").split(maxsplit=1)[0])

    def play(self, far: tuple[str, int], prompt: Path) -> None:
        """Play a prompt once. The codec is the file's suffix, which rtp.io adds itself."""
        self._command(f"Uc8z20 line {far[0]} {far[1]} far")
        self._command(f"P1 line {prompt.with_suffix('')} session far near")

    def packets(self) -> tuple[int, int]:
        """Return how many were sent and received; this process has no other session."""
        received, sent = self._command("G npkts_rcvd npkts_played").split()
        return int(sent), int(received)

    def _command(self, text: str) -> str:
        """Have one command done and return the reply; raise AudioFailed."""
        verb = text.split(maxsplit=1)[0]
        try:
            self._proxy.rtpp_sock.send((text + "\n").encode())
            reply: str = self._proxy.rtpp_sock.recv(1024).decode().strip()
        except OSError as error:  # a time-out too
            raise AudioFailed(f"rtp.io does not answer {verb} ({error or 'it took too long'}).") from error
        if reply.startswith("E"):
            raise AudioFailed(f"rtp.io refused {verb} ({reply}): {reason(reply)}.")
        return reply


def reason(reply: str) -> str:
    """Say in words what an error reply, E and a number, means."""
    number = int(reply[1:]) if reply[1:].isdigit() else 0
    return next((words for codes, words in _REASONS if number in codes), "the command is none that this version knows")
