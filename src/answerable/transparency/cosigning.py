"""Show a signed checkpoint once enough witnesses have cosigned it, and with whatever cosignatures come after.

Where the policy's quorum is not met the older checkpoint stays shown: an outsider who asks for witnesses would refuse the
newer one anyway. `quorum none` shows at once and adds what comes. A witness that fails is asked again later and later.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import httpx

from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.errors import Fork, LogError, MalformedPolicy
from answerable.transparency.notes import VerifierKey
from answerable.transparency.policy import NO_WITNESSES, Policy, Witness
from answerable.transparency.store import CHECKPOINT, FileStore
from answerable.transparency.witnessing import SECONDS, Submission, cosign

GRACE_SECONDS = 0.3
"""How long the quorum waits for the others, so that most checkpoints are shown once, whole."""
RETRY_SECONDS, RETRY_AT_MOST_SECONDS = 1.0, 60.0
log = logging.getLogger(__name__)


@dataclass
class _Standing:
    """What we know of one witness: the size it cosigned last, its line for one checkpoint, and when to ask again."""

    witness: Witness
    size: int = 0
    line: tuple[bytes, str] = (b"", "")
    asked: Future[str] | None = None
    asked_for: bytes = b""
    failures: int = 0
    retry_at: float = 0.0

    def has_line_for(self, raw: bytes) -> bool:
        return self.line[0] == raw and bool(raw)


@dataclass
class Cosigners:
    """The witnesses of a policy that have an address. Lives as long as the integrator; remembers nothing on disk."""

    policy: Policy = NO_WITNESSES
    _standings: list[_Standing] = field(default_factory=list, repr=False)
    _pool: ThreadPoolExecutor | None = field(default=None, repr=False)
    _session: httpx.Client | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._standings = [_Standing(one) for one in self.policy.witnesses if one.url]
        if not self.policy.holds({one.witness.key for one in self._standings}):
            raise MalformedPolicy("The quorum cannot be met: witnesses that it needs have no url in the policy.")

    @property
    def known(self) -> Policy:
        """Return the policy's witnesses without its quorum: to see who has cosigned, not whether it is enough."""
        return Policy((), self.policy.witnesses)

    def show(self, raw: bytes, key: VerifierKey, store: FileStore) -> bool:
        """Show the signed checkpoint `raw` in `store`, with the cosignatures there are; say whether it is shown.

        Blocks until the quorum holds, plus a moment for the others, or until a witness's time is over.
        """
        shown = store.read(CHECKPOINT) if store.has(CHECKPOINT) else b""
        self._adopt(shown, raw, key)
        submission = Submission(raw, key, store.read)
        self._gather(submission, SECONDS, is_enough=self._holds)
        if not shown.startswith(raw):
            self._gather(submission, GRACE_SECONDS, is_enough=self._has_all)
        if not self._holds(raw):
            return shown.startswith(raw)
        whole = raw + "".join(one.line[1] for one in self._standings if one.has_line_for(raw)).encode()
        if whole != shown:
            store.write(CHECKPOINT, whole)
        return True

    def close(self) -> None:
        """Ask nobody any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._session is not None:
            self._session.close()

    def _adopt(self, shown: bytes, raw: bytes, key: VerifierKey) -> None:
        """Take over the cosignatures of a checkpoint that is shown already: after a restart nobody is asked again."""
        if not shown.startswith(raw) or self._has_all(raw):
            return
        for one in self._standings:
            for line in shown[len(raw) :].decode(errors="replace").splitlines(keepends=True):
                try:
                    cosigned = open_checkpoint(raw + line.encode(), key, policy=Policy((), (one.witness,))).cosigned
                except LogError:
                    continue
                if one.witness.key in cosigned:
                    one.line = (raw, line)

    def _gather(self, submission: Submission, seconds: float, *, is_enough: Callable[[bytes], bool]) -> None:
        """Ask who is to be asked and take answers in until they are enough, nobody is left, or the time is over."""
        until = time.monotonic() + seconds
        while True:
            self._collect()
            self._ask(submission)
            asked = [one.asked for one in self._standings if one.asked is not None]
            left = until - time.monotonic()
            if not asked or is_enough(submission.raw) or left <= 0:
                return
            wait(asked, timeout=left, return_when=FIRST_COMPLETED)

    def _collect(self) -> None:
        for one in self._standings:
            if one.asked is not None and one.asked.done():
                answer, one.asked = one.asked, None
                self._take(one, answer)

    def _ask(self, submission: Submission) -> None:
        now = time.monotonic()
        for one in self._standings:
            if one.has_line_for(submission.raw) or one.asked is not None or one.retry_at > now:
                continue
            if self._pool is None or self._session is None:
                self._pool = ThreadPoolExecutor(len(self._standings), thread_name_prefix="witness")
                self._session = httpx.Client(follow_redirects=False, trust_env=False)
            one.asked_for = submission.raw
            one.asked = self._pool.submit(cosign, submission, one.witness, self._session, known_size=one.size)

    def _take(self, one: _Standing, answer: Future[str]) -> None:
        try:
            one.line = (one.asked_for, answer.result())
        except LogError as error:
            one.failures += 1
            one.retry_at = time.monotonic() + min(RETRY_SECONDS * 2 ** (one.failures - 1), RETRY_AT_MOST_SECONDS)
            (log.error if isinstance(error, Fork) else log.warning)("checkpoint not cosigned: %s", error)
            return
        one.size, one.failures, one.retry_at = _size(one.asked_for), 0, 0.0

    def _has_all(self, raw: bytes) -> bool:
        return all(one.has_line_for(raw) for one in self._standings)

    def _holds(self, raw: bytes) -> bool:
        return self.policy.holds({one.witness.key for one in self._standings if one.has_line_for(raw)})


def _size(raw: bytes) -> int:
    """Return the size that a checkpoint of ours says: its second line."""
    return int(raw.split(b"\n", 2)[1])
