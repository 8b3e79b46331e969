"""Read somebody's log from its files alone, trusting nothing but its key: what an outsider runs. No database, no Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.transparency.checkpoints import Checkpoint, Witnessed, open_checkpoint
from answerable.transparency.errors import Fork, LogError, ProofInvalid
from answerable.transparency.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
)
from answerable.transparency.notes import VerifierKey
from answerable.transparency.policy import NO_WITNESSES, Policy
from answerable.transparency.proofs import Proof
from answerable.transparency.store import CHECKPOINT
from answerable.transparency.tiles import WIDTH, Fetch, TileReader


@dataclass(frozen=True)
class LogClient:
    """A log that is read by `fetch`, with the key and the policy that its reader was told of elsewhere."""

    fetch: Fetch
    key: VerifierKey
    policy: Policy = NO_WITNESSES

    def latest(self, known: Checkpoint | None = None) -> Witnessed:
        """Return the newest checkpoint, proven to continue the one that is `known`.

        Raise Fork where it does not: the log went back, or shows another history to somebody else.
        """
        opened = open_checkpoint(self.fetch(CHECKPOINT), self.key, policy=self.policy)
        new = opened.checkpoint
        if known is None or known.size == 0:
            return opened
        if new.size < known.size:
            raise Fork(f"The log had {known.size} entries and now shows {new.size}.")
        reader = TileReader(self.fetch, new.size)
        try:
            proof = consistency_proof(known.size, new.size, reader.subtree)
            verify_consistency(known.size, known.root, new.size, new.root, proof)
        except ProofInvalid as error:
            raise Fork(f"The log of {new.size} entries does not continue the one of {known.size}: {error}") from error
        return opened

    def entries(self, checkpoint: Checkpoint) -> Iterator[bytes]:
        """Yield every entry in order; raise LogError at the end at the latest if they are not that checkpoint's.

        The root is made anew from the entries; the files' own hashes are only compared.
        """
        reader, frontier = TileReader(self.fetch, checkpoint.size), Frontier()
        for index in range(-(-checkpoint.size // WIDTH)):
            for entry in reader.entries(index):
                frontier.append(leaf_hash(entry))
                yield entry
            reader.forget()
        if frontier.root() != checkpoint.root:
            raise Fork("The entries do not make the root that the log has signed.")
        if (
            checkpoint.size
            and root_hash(checkpoint.size, TileReader(self.fetch, checkpoint.size).subtree) != checkpoint.root
        ):
            raise LogError("The tiles do not make the root that the log has signed.")

    def prove(self, index: int, checkpoint: bytes, *, extra: bytes = b"") -> Proof:
        """Make the proof of one entry from the files, for somebody to keep."""
        size = open_checkpoint(checkpoint, self.key).checkpoint.size
        hashes = inclusion_proof(index, size, TileReader(self.fetch, size).subtree)
        return Proof(index, tuple(hashes), checkpoint, extra)
