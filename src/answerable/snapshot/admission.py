"""Admit records into the snapshot: one that would ring needs a permit; one that stops never does.

A permit's signature is verified once, when its bytes are new; what follows from a record is asked again when the record,
the trusted keys or the trunk are other ones, or the number has used a permit up. What is refused changes nothing and
raises an alarm (snapshot.alarms).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from answerable.snapshot import keys, records, serials, trust
from answerable.snapshot.alarms import FOLDER as ALARMS
from answerable.snapshot.alarms import end_alarm, numbers, raise_alarm
from answerable.snapshot.memory import Memory, digest_of
from answerable.snapshot.permits import (
    PermitRefused,
    Trust,
    read,
    require_match,
    require_trusted,
    rings,
    uses_up,
    verify,
)
from answerable.snapshot.records import NumberRecord
from answerable.snapshot.waiting import Waiting

AT_ONCE = 200
"""New signatures verified while a batch waits (20 ms); more are verified in the background, so that no stop waits."""
AT_A_TIME = 100
RULES = b"answerable/admission/1\n"
"""Raise it when other questions are asked of a record: every record is then asked again."""
RINGS, QUIET = b"r", b"q"
BY_HAND = ("PERMIT_KEY_REVOKED", "PERMIT_KEY_RETIRED")
"""Refused because somebody on this host took a key's trust away: meant, and nothing that was lost."""
log = logging.getLogger(__name__)
Read = Callable[[bytes], bytes | None]
"""Gives what stands under a key."""


Admitted = tuple[bytes, bytes | None, bool | None, bool]
"""A key, what is to stand under it, whether that rings (None: nobody looked), and whether falling silent is excused: by a
permit that waits to be verified here, or a key that was revoked by hand. A plain tuple: there are a million of them."""


class Admission:
    """Decides, for one gate host, what may enter its snapshot."""

    def __init__(self, folder: Path, trunk: str) -> None:
        self.folder, self.trunk = folder, trunk
        self.memory = Memory(folder)
        self.waiting = Waiting(folder)
        self.ended_by_hand: set[str] = set()
        """Keys of records that were refused because a signer's key was revoked or retired on this host."""
        self._ending: dict[str, int] = {}
        """Serials that what was asked would use up, by number."""
        self._stamps: list[int] = []
        self._with_files: set[bytes] = set()
        self.load_keys()

    def load_keys(self) -> None:
        """Read the trusted keys; a file that cannot be read trusts nobody, loudly."""
        self._stamp = trust.stamp(self.folder)
        self.ended_by_hand.clear()
        try:
            self._trust: Trust = trust.load(self.folder)
        except (trust.BadKeys, OSError) as error:
            log.error("%s", error)
            self._trust = {}
        said = repr(sorted((name, *vars(key).values()) for name, key in self._trust.items()))
        self._context = sha256(RULES + self.trunk.encode() + b"\n" + said.encode()).digest()[:8]

    def has_other_keys(self) -> bool:
        """Say whether the file of trusted keys has changed since it was read."""
        return trust.stamp(self.folder) != self._stamp

    def close(self) -> None:
        self.memory.close()
        self.waiting.close()

    def admit_page(self, page: Sequence[tuple[bytes, bytes]], previous: Read) -> list[Admitted]:
        """Admit many numbers' records of a full build; what is byte for byte as it was admitted before passes at once.

        That skips nothing: a record, the keys and the trunk say what all questions but one are answered by, and that one,
        what was used up since, is a file of the number. New permits wait for `work`.
        """
        numbers = [key[2:] for key, _ in page]
        marks, looked_at = self.memory.marks(numbers), self._numbers_with_files()
        rings_before, quiet_before = self._context + RINGS, self._context + QUIET
        admitted: list[Admitted] = []
        for number, (key, data) in zip(numbers, page, strict=True):
            mark, digest = marks.get(number), sha256(data).digest()
            if mark == rings_before + digest and number not in looked_at:
                admitted.append((key, data, True, False))
            elif mark == quiet_before + digest:
                admitted.append((key, data, False, False))
            else:
                admitted.append(self._look_at(key, data, previous))
        return admitted

    def _look_at(self, key: bytes, data: bytes, previous: Read) -> Admitted:
        """Ask everything of one record of a full build."""
        if not records.is_whole(data):
            return key, None, False, False
        name = key.decode()
        return key, self._ask(name, data, previous(key), may_verify=False), None, self.is_excused(name)

    def _numbers_with_files(self) -> set[bytes]:
        """Return the numbers that have an alarm or used a permit up; listed anew when either folder has changed.

        A folder that changed less than a second ago may change again within its time stamp: then nothing is kept.
        """
        stamps = [_changed_at(self.folder / name) for name in (ALARMS, serials.FOLDER)]
        if stamps != self._stamps or not self._stamps:
            is_quiet = time.time_ns() - max(stamps) > 1_000_000_000
            self._stamps = stamps if is_quiet else []
            self._with_files = {path.name.encode() for path in [*numbers(self.folder), *serials.files(self.folder)]}
        return self._with_files

    def admit(
        self, key: str, data: bytes | None, previous: bytes | None, *, may_verify: bool = True, is_final: bool = True
    ) -> bytes | None:
        """Return what is to stand under `key`: the new record, or what stood there where its permit is refused.

        With `may_verify` off, a record whose permit is new waits for `work`. With `is_final` off it may still be held back
        for its losses: what it uses up is used up by `end` alone.
        """
        self.waiting.drop([key])
        admitted = self._ask(key, data, previous, may_verify=may_verify)
        if is_final:
            self.end()
        return admitted

    def end(self, numbers: Collection[str] | None = None) -> None:
        """Use up what the records of these numbers (all that were asked) end, and forget the others'.

        Before the records are written: a stop that is in force always has its serial used up.
        """
        for number, serial in self._ending.items():
            if numbers is None or number in numbers:
                self._use_up(number, serial)
        self._ending.clear()

    def _ask(self, key: str, data: bytes | None, previous: bytes | None, *, may_verify: bool) -> bytes | None:
        number = keys.number_of(key)
        if number is None:
            return data
        record = _decoded(data)
        if data is None or (record is not None and uses_up(record)):
            serial = max(self.memory.get(number).serial, record.get("used_up", 0) if record else 0)
            if serial:
                self._ending[number] = serial
        if data is None or record is None:
            return None  # one that does not decode is taken off: the gate itself decodes no field
        if not rings(record):
            self._remember(number, data, QUIET)
            return data
        try:
            if not may_verify and not self._is_known(record):
                self.waiting.put(key, data)
                return self._stays(record, previous)
            self._check(record)
        except PermitRefused as refused:
            self._refuse(number, data, refused)
            return self._stays(record, previous)
        self._remember(number, data, RINGS)
        self.ended_by_hand.discard(number)
        end_alarm(self.folder, number)
        return data

    def work(self, seconds: float, previous: Read) -> list[tuple[str, bytes | None]]:
        """Verify what waits for so long; return what is to be written. `previous` gives what stands under a key."""
        done: list[tuple[str, bytes | None]] = []
        until = time.monotonic() + seconds
        while self.waiting and time.monotonic() < until:
            for key, data in self.waiting.take(AT_A_TIME):
                stood = previous(key.encode())
                admitted = self._ask(key, data, stood, may_verify=True)
                if admitted != stood:
                    done.append((key, admitted))
        self.memory.flush()
        return done

    def is_excused(self, key: str) -> bool:
        """Say whether a number is silent because its permit waits here, or its key was revoked or retired by hand."""
        return key[2:] in self.ended_by_hand or key in self.waiting

    def is_new(self, data: bytes | None) -> bool:
        """Say whether a record's permit would have to be verified."""
        record = _decoded(data)
        return record is not None and rings(record) and not self._is_known(record)

    def settle(self) -> None:
        """Make new permits durable, before what they open is written."""
        if self.memory.has_new_permits:
            self.memory.flush()

    def _check(self, record: NumberRecord) -> None:
        """Ask everything of a record that would ring, and remember its permit; raise PermitRefused."""
        permit, number = record.get("permit", ""), record["number"]
        if not permit:
            raise PermitRefused("PERMIT_MISSING", "A record that would ring comes without a permit.")
        digest = digest_of(permit)
        known = self.memory.get(number)
        statement = read(permit) if known.digest == digest else verify(permit, self._trust)
        require_trusted(statement, self._trust)
        require_match(statement, record, self.trunk)
        if statement.serial <= serials.used_up(self.folder, number):
            raise PermitRefused("PERMIT_USED_UP", "The number was stopped since; lifting needs a new permit.")
        if statement.serial < known.serial:
            raise PermitRefused("PERMIT_REPLAYED", "A newer permit of this number is known here.")
        self.memory.put(number, known._replace(serial=statement.serial, digest=digest))

    def _is_known(self, record: NumberRecord) -> bool:
        return self.memory.get(record["number"]).digest == digest_of(record.get("permit", ""))

    def _remember(self, number: str, data: bytes, kind: bytes) -> None:
        """Remember that these very bytes were admitted, under these keys and this trunk."""
        mark = self._context + kind + sha256(data).digest()
        self.memory.put(number, self.memory.get(number)._replace(mark=mark))

    def _stays(self, record: NumberRecord, previous: bytes | None) -> bytes:
        """Return what stands, if it still may; else the new record as one that connects nobody."""
        before = _decoded(previous)
        if before is not None and previous is not None:
            with suppress(PermitRefused):
                if rings(before):
                    self._check(before)
                return previous
        return records.encode({**record, "verified_until": 0, "permit": ""})

    def _use_up(self, number: str, serial: int) -> None:
        """Use up what a stop ends. Nothing here may hold the stop up."""
        try:
            serials.use_up(self.folder, number, serial)
        except OSError as error:
            log.error("The used-up serial of %s could not be written: %s", number, error)

    def _refuse(self, number: str, data: bytes, refused: PermitRefused) -> None:
        """Say it once for each record and cause."""
        if refused.code in BY_HAND:
            self.ended_by_hand.add(number)
        said = {"number": number, "code": refused.code, "record": sha256(data).hexdigest()}
        if raise_alarm(self.folder, number, "permit_alarm", said, str(refused)):
            log.error("A record of %s was refused, it changes nothing: %s (%s)", number, refused, refused.code)


def _changed_at(place: Path) -> int:
    """Return a folder's time stamp, nanoseconds; 0 where there is none yet."""
    try:
        return place.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _decoded(data: bytes | None) -> NumberRecord | None:
    """Decode a record; None where it does not check."""
    try:
        return records.decode_number(data) if data is not None else None
    except records.BadRecord:
        return None
