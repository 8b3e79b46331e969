"""Submit a checkpoint to one witness and read what it answers (C2SP tlog-witness)."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.errors import Fork, LogError, WitnessRefused
from answerable.transparency.merkle import consistency_proof
from answerable.transparency.notes import Note, VerifierKey
from answerable.transparency.policy import Policy, Witness
from answerable.transparency.tiles import Fetch, TileReader

SECONDS = 5.0
"""What one witness may take in all, however slowly it sends."""
ANSWER_BYTES_AT_MOST = 64_000
_SIZE_DIGITS_AT_MOST = 19
_AS_IT_IS = {"Accept-Encoding": "identity"}
_MEANING = {
    400: "calls our request malformed",
    403: "does not know the key that signs this log",
    404: "does not know this log's origin",
    422: "says that the new checkpoint does not continue the one it has seen",
}


@dataclass(frozen=True)
class Submission:
    """A signed checkpoint on its way to witnesses, with the files from which it is proven to continue an older one."""

    raw: bytes
    log: VerifierKey
    fetch: Fetch

    @property
    def size(self) -> int:
        """Return the checkpoint's size; raise what is wrong with it."""
        return open_checkpoint(self.raw, self.log).checkpoint.size

    def request(self, old: int) -> bytes:
        """Write the request's body: old size, consistency proof, empty line, checkpoint. Nothing is proven from size 0."""
        hashes: Sequence[bytes] = ()
        if 0 < old < self.size:
            hashes = consistency_proof(old, self.size, TileReader(self.fetch, self.size).subtree)
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in hashes), "", ""]
        return "\n".join(lines).encode() + self.raw


def cosign(submission: Submission, witness: Witness, session: httpx.Client, *, known_size: int = 0) -> str:
    """Return the witness's cosignature line, verified; `known_size` is what we believe it cosigned last.

    A witness that cosigned another size says so (409) and is asked once more from there. Raise Fork where it has seen a
    log that ours does not continue, WitnessRefused for anything else that is no cosignature.
    """
    until = time.monotonic() + SECONDS
    old = min(known_size, submission.size)
    status, body = _post(session, witness, submission.request(old), until)
    if status == httpx.codes.CONFLICT:
        old = _conflict(body, submission, witness, old)
        status, body = _post(session, witness, submission.request(old), until)
    if status == httpx.codes.CONFLICT:
        _conflict(body, submission, witness, old)
    if status != httpx.codes.OK:
        raise _refusal(witness, status)
    return _line_in(body, submission, witness)


def _conflict(body: bytes, submission: Submission, witness: Witness, old: int) -> int:
    """Return the size that the witness has cosigned; raise Fork where our checkpoint cannot come after that."""
    seen = _size_in(body)
    if seen is None and old < submission.size:
        raise WitnessRefused(f"{witness.name} answers 409 without the size it has cosigned.")
    if seen is None or seen > submission.size or seen == old:
        raise Fork(f"{witness.name} has cosigned another history of this log, of {seen or old} entries.")
    return seen


def _refusal(witness: Witness, status: int) -> LogError:
    meaning = _MEANING.get(status, "does not cosign now")
    kind = Fork if status == httpx.codes.UNPROCESSABLE_ENTITY else WitnessRefused
    return kind(f"{witness.name} answers {status}: it {meaning}.")


def _post(session: httpx.Client, witness: Witness, body: bytes, until: float) -> tuple[int, bytes]:
    """Return status and body. The deadline holds for the whole answer: a time-out alone ends no answer that drips."""
    read = bytearray()
    try:
        address = f"{witness.url}/add-checkpoint"
        with session.stream("POST", address, content=body, timeout=SECONDS, headers=_AS_IT_IS) as answer:
            for piece in answer.iter_raw():
                read += piece
                if len(read) > ANSWER_BYTES_AT_MOST or time.monotonic() > until:
                    raise WitnessRefused(f"{witness.name} answers too much or too slowly.")
            return answer.status_code, bytes(read)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WitnessRefused(f"{witness.name} cannot be asked: {error or type(error).__name__}") from error


def _size_in(body: bytes) -> int | None:
    digits = body.removesuffix(b"\n")
    is_canonical = digits.isdigit() and len(digits) <= _SIZE_DIGITS_AT_MOST and (digits == b"0" or digits[:1] != b"0")
    return int(digits) if is_canonical else None


def _line_in(body: bytes, submission: Submission, witness: Witness) -> str:
    """Find the witness's own line among those it answers with; other keys' lines are ignored."""
    whole = submission.raw + body
    try:
        open_checkpoint(whole, submission.log, policy=Policy.of([witness.key], at_least=1))
        signatures = Note.parse(whole).signatures
    except LogError as error:
        raise WitnessRefused(f"{witness.name} answers with no cosignature that holds: {error}") from error
    lines = whole.decode().rpartition("\n\n")[2].splitlines()
    own = (witness.key.name, witness.key.id)
    return next(line + "\n" for line, one in zip(lines, signatures, strict=True) if (one.name, one.key_id) == own)
