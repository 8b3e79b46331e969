"""Send and count RTP in plain Python, for the demo's telephones: a few calls, never the platform's own media."""

from __future__ import annotations

import secrets
import socket
import struct
import threading
import time

PACKET_SECONDS = 0.02
_SILENCE = b"\xd5" * 160


class Audio:
    """One side of a call: sends 20 ms packets of silence, or echoes what comes, and counts both ways."""

    def __init__(self, address: str, *, is_echo: bool = False, keeps_seconds: float = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.settimeout(0.2)
        self.port: int = self.socket.getsockname()[1]
        self.sent = self.received = 0
        self._is_echo = is_echo
        self._most_packets = int(keeps_seconds / PACKET_SECONDS)
        self._heard: dict[int, bytes] = {}
        self._newest = 0
        self._is_over = threading.Event()
        self._far: tuple[str, int] | None = None
        self._threads: list[threading.Thread] = []

    def start(self, far: tuple[str, int] | None) -> None:
        """Begin towards the other side's address."""
        self._far = far
        work = [self._receive] if self._is_echo else [self._receive, self._send]
        self._threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in self._threads:
            thread.start()

    def heard(self) -> bytes:
        """Return the A-law that came, in the order it was sent, with silence where a packet was lost."""
        if not self._heard:
            return b""
        sent = range(min(self._heard), max(self._heard) + 1)
        return b"".join(self._heard.get(number, _SILENCE) for number in sent)

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(1)
        self.socket.close()

    def _send(self) -> None:
        source, begun = secrets.randbits(32), time.monotonic()
        while not self._is_over.is_set() and self._far is not None:
            header = struct.pack("!BBHII", 0x80, 8, self.sent & 0xFFFF, self.sent * 160, source)
            self.socket.sendto(header + _SILENCE, self._far)
            self.sent += 1
            time.sleep(max(0.0, begun + self.sent * PACKET_SECONDS - time.monotonic()))

    def _receive(self) -> None:
        while not self._is_over.is_set():
            try:
                packet = self.socket.recv(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            self.received += 1
            if len(self._heard) < self._most_packets:
                self._keep(packet)
            if self._is_echo and self._far is not None:
                self.socket.sendto(packet, self._far)
                self.sent += 1

    def _keep(self, packet: bytes) -> None:
        """Keep a packet's sound under its number, counted on where the 16 bits begin again (RFC 3550 A.1)."""
        step = (struct.unpack("!H", packet[2:4])[0] - self._newest) & 0xFFFF
        number = self._newest + (step if step < 0x8000 else step - 0x10000)
        if self._heard and abs(number - self._newest) > self._most_packets:
            return  # of no one stream
        self._newest = max(self._newest, number) if self._heard else number
        self._heard[number] = packet[12:]
