"""What a verifier refuses. Each has a stable code; the sentence says what did not hold."""

from __future__ import annotations


class LogError(Exception):
    """Something about a log, a note or a proof does not hold."""

    code = "LOG"


class MalformedNote(LogError):
    """The bytes are no signed note (C2SP signed-note)."""

    code = "NOTE_MALFORMED"


class UnverifiedNote(LogError):
    """No signature of a trusted key holds, or one of a trusted key does not."""

    code = "NOTE_UNVERIFIED"


class MalformedCheckpoint(LogError):
    """The note's text is no checkpoint (C2SP tlog-checkpoint), or one with extension lines."""

    code = "CHECKPOINT_MALFORMED"


class WrongOrigin(LogError):
    """The checkpoint is another log's."""

    code = "WRONG_ORIGIN"


class ProofInvalid(LogError):
    """An inclusion or consistency proof does not hold, is too long or too short."""

    code = "PROOF_INVALID"


class MalformedProof(LogError):
    """The bytes are no proof (C2SP tlog-proof)."""

    code = "PROOF_MALFORMED"


class MalformedTile(LogError):
    """A tile or an entry bundle has the wrong size, or does not hash to what is above it."""

    code = "TILE_MALFORMED"


class Fork(LogError):
    """Two histories of one log contradict each other: a rollback, a split view, or a database that went back."""

    code = "LOG_FORK"


class EntryTooLarge(LogError):
    """An entry has more than 65,535 bytes."""

    code = "ENTRY_TOO_LARGE"


class MalformedPolicy(LogError):
    """The bytes are no policy (C2SP tlog-policy)."""

    code = "POLICY_MALFORMED"


class WitnessRefused(LogError):
    """A witness did not cosign: it does not know us, is away, or answers nonsense."""

    code = "WITNESS_REFUSED"
