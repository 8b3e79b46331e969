"""How often somebody may ask, counted for all processes of a host in one small file.

A leaky bucket each (GCRA): the file holds, for each of two places that a key falls on, the moment at which its bucket is
empty again. The earlier of the two counts, so that who shares one place with somebody greedy is not refused for it. The
places follow from a secret: nobody can choose an address that falls on another's.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import logging
import mmap
import struct
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

PLACES = 1 << 16
_MOMENT = struct.Struct("<d")
_BYTES = PLACES * _MOMENT.size
IPV6_NETWORK_BITS = 64


@dataclass(frozen=True)
class Pace:
    """So many a second in the long run, and so many at once."""

    a_second: float
    at_once: int


class Gauge:
    """One file of buckets. Whoever can write it can let anybody through, or refuse everybody until it is deleted."""

    def __init__(self, file: Path, secret: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("a+b")
        self._file.truncate(_BYTES)
        self._map = mmap.mmap(self._file.fileno(), _BYTES)
        self._secret, self._lock = secret[:64], threading.Lock()

    def wait(self, key: str, pace: Pace, *, at: float, is_counted: bool = True) -> float:
        """Count one question at a moment (epoch seconds); return 0, or how many seconds it came too early and was not counted.

        Without `is_counted` only look.
        """
        places = self._places(key)
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                return self._count(places, pace, at, is_counted=is_counted)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _count(self, places: tuple[int, int], pace: Pace, at: float, *, is_counted: bool) -> float:
        full = pace.at_once / pace.a_second
        empty: float = min(_MOMENT.unpack_from(self._map, place)[0] for place in places)
        if not at < empty <= at + full:
            empty = at  # long over; or the clock went back, or the file holds nonsense
        after = empty + 1 / pace.a_second
        if after > at + full:
            return after - at - full
        for place in places if is_counted else ():
            _MOMENT.pack_into(self._map, place, after)
        return 0.0

    def _places(self, key: str) -> tuple[int, int]:
        first, second = struct.unpack("<II", hashlib.blake2b(key.encode(), key=self._secret, digest_size=8).digest())
        return first % PLACES * _MOMENT.size, second % PLACES * _MOMENT.size


def wait(key: str, pace: Pace, *, at: float, is_counted: bool = True) -> float:
    """Ask this host's gauge (`settings.LIMITS`); 0 where it cannot be used: the log says so, and everybody is let through."""
    try:
        return _gauge(Path(settings.LIMITS)).wait(key, pace, at=at, is_counted=is_counted)
    except OSError:
        logging.getLogger(__name__).exception("the pace cannot be counted; everybody is let through")
        return 0.0


@lru_cache(maxsize=2)
def _gauge(file: Path) -> Gauge:
    return Gauge(file, settings.SECRET_KEY.encode())


def asker(address: str) -> str:
    """Name who asks: the address, or the network that one subscriber has with IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:
        return str(ipaddress.ip_network((found, IPV6_NETWORK_BITS), strict=False))
    return str(found)
