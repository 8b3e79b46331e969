"""Ask witnesses to cosign (C2SP tlog-witness): whoever keeps the log's last size makes a split view show."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from answerable.transparency.checkpoints import Checkpoint
from answerable.transparency.errors import LogError, WitnessRefused
from answerable.transparency.merkle import consistency_proof
from answerable.transparency.notes import Note, VerifierKey
from answerable.transparency.tiles import TileReader

HASHES_AT_MOST = 63
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Witness:
    """A witness: where it takes checkpoints, and its key (type 4)."""

    address: str
    key: VerifierKey


def request_body(old: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    """Write a request: the old size, the proof, an empty line, the checkpoint."""
    if len(proof) > HASHES_AT_MOST:
        raise WitnessRefused("A proof has 63 hashes at most.")
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return "\n".join([*lines, "", ""]).encode() + signed


def cosign(witness: Witness, signed: bytes, checkpoint: Checkpoint, reader: TileReader, *, known: int) -> bytes:
    """Return the witness's signature line over a checkpoint, verified; raise WitnessRefused.

    `known` is the size it is thought to know; one that knows another says so (409) and is asked once more from there.
    """
    for _ in range(2):
        proof = consistency_proof(known, checkpoint.size, reader.subtree) if known else []
        try:
            answer = httpx.post(
                f"{witness.address.rstrip('/')}/add-checkpoint",
                content=request_body(known, proof, signed),
                timeout=TIMEOUT_SECONDS,
            )
        except httpx.HTTPError as error:
            raise WitnessRefused(f"{witness.key.name} does not answer: {error}") from error
        if answer.status_code == httpx.codes.OK:
            return _own_line(witness, signed, answer.content)
        said = answer.text.strip()
        size = int(said) if answer.status_code == httpx.codes.CONFLICT and said.isdigit() else known
        if size == known or size > checkpoint.size:
            break
        known = size
    raise WitnessRefused(f"{witness.key.name} answered {answer.status_code}: {answer.text.strip()[:200]}")


def _own_line(witness: Witness, signed: bytes, lines: bytes) -> bytes:
    """Take the witness's own signature out of its answer; what it says of other keys is ignored."""
    try:
        note = Note.parse(signed + lines)
        note.verify([witness.key])
    except LogError as error:
        raise WitnessRefused(f"{witness.key.name} sent no cosignature that holds: {error}") from error
    return next(line for line in lines.splitlines(keepends=True) if _is_by(witness.key, line))


def _is_by(key: VerifierKey, line: bytes) -> bool:
    """Say whether a signature line is by this key: an answer may hold other keys' too, of the same name."""
    parts = line.decode().split(" ")
    return parts[1] == key.name and base64.b64decode(parts[2])[:4] == key.id
