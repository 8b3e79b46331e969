"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself at one size. Ours have no extension lines."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from answerable.transparency.base64text import decode
from answerable.transparency.errors import MalformedCheckpoint, UnverifiedNote, WrongOrigin
from answerable.transparency.merkle import EMPTY_ROOT, HASH_BYTES
from answerable.transparency.notes import ED25519, Note, SigningKey, VerifierKey
from answerable.transparency.policy import NO_WITNESSES, Policy

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """Origin, number of leaves, and root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedCheckpoint("An empty tree has the root SHA-256 of nothing.")

    @property
    def text(self) -> str:
        """Return the note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text; raise MalformedCheckpoint."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise MalformedCheckpoint("A checkpoint is origin, size without leading zeroes, and root.")
        if len(lines) > 3:
            raise MalformedCheckpoint("This log's checkpoints have no extension lines.")
        root = decode(lines[2])
        if root is None or len(root) != HASH_BYTES:
            raise MalformedCheckpoint("The root is not base64 of 32 bytes.")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True)
class Witnessed:
    """A checkpoint whose log's signature holds, with the times of the witnesses' cosignatures that hold."""

    checkpoint: Checkpoint
    cosigned: dict[VerifierKey, int]


def sign(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Sign a checkpoint as its log; the key's name is the origin."""
    if key.type != ED25519 or key.name != checkpoint.origin:
        raise WrongOrigin("A log signs its own checkpoints, with a key of its own name.")
    return (checkpoint.text + "\n" + key.sign(checkpoint.text)).encode()


def open_checkpoint(raw: bytes, log: VerifierKey, *, policy: Policy = NO_WITNESSES) -> Witnessed:
    """Verify a signed checkpoint: the log's own signature, its origin, and as many cosignatures as the policy asks for.

    Raise MalformedNote, UnverifiedNote, MalformedCheckpoint or WrongOrigin.
    """
    if log.type != ED25519:
        raise UnverifiedNote("A log signs with a key of type 1, witnesses with keys of type 4.")
    if policy.logs and log not in policy.logs:
        raise UnverifiedNote(f"The policy accepts other logs, not {log.name} with that key.")
    note = Note.parse(raw)
    own = [s for s in note.signatures if s.name == log.name and s.key_id == log.id]
    if len(own) != 1:
        raise UnverifiedNote("The log's own signature is there exactly once, or the checkpoint is not its.")
    verified = note.verify([log, *policy.keys])
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != log.name:
        raise WrongOrigin(f"This is a checkpoint of {checkpoint.origin}, not of {log.name}.")
    cosigned = {key: at for key, at in verified.items() if at is not None}
    policy.require(cosigned.keys())
    return Witnessed(checkpoint, cosigned)
