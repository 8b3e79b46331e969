"""Proofs that a person can keep (C2SP tlog-proof): index, inclusion proof and checkpoint in one text."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from answerable.transparency.base64text import decode
from answerable.transparency.checkpoints import Witnessed, open_checkpoint
from answerable.transparency.errors import MalformedProof
from answerable.transparency.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from answerable.transparency.notes import VerifierKey
from answerable.transparency.policy import NO_WITNESSES, Policy

MAGIC = "c2sp.org/tlog-proof@v1"
LONGEST = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """What is kept beside an entry. `extra` is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        lines = [
            MAGIC,
            *([f"extra {base64.b64encode(self.extra).decode()}"] if self.extra else []),
            f"index {self.index}",
        ]
        lines += [base64.b64encode(one).decode() for one in self.hashes]
        return "\n".join([*lines, "", ""]).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> Proof:
        """Read a proof; raise MalformedProof."""
        head, gap, checkpoint = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        if not gap or not checkpoint or not lines or lines.pop(0) != MAGIC:
            raise MalformedProof(f"A proof begins with {MAGIC} and ends with a checkpoint.")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _decode(lines.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None or len(lines) > LONGEST:
            raise MalformedProof("A proof names its index and has 63 hashes at most.")
        hashes = tuple(_decode(line) for line in lines)
        if any(len(one) != HASH_BYTES for one in hashes):
            raise MalformedProof("Each hash has 32 bytes.")
        return cls(int(index[1]), hashes, checkpoint, extra)

    def verify(self, entry: bytes, log: VerifierKey, *, policy: Policy = NO_WITNESSES) -> Witnessed:
        """Return the checkpoint in which `entry` is proven to be; raise what does not hold."""
        opened = open_checkpoint(self.checkpoint, log, policy=policy)
        verify_inclusion(leaf_hash(entry), self.index, opened.checkpoint.size, opened.checkpoint.root, self.hashes)
        return opened


def _decode(text: str) -> bytes:
    raw = decode(text)
    if raw is None:
        raise MalformedProof("That is not base64 in its canonical spelling.")
    return raw
