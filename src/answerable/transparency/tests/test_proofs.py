"""C2SP tlog-proof: a proof that a person keeps, verified without the log."""

import pytest

from answerable.transparency.checkpoints import Checkpoint, sign
from answerable.transparency.errors import LogError, MalformedProof, ProofInvalid, UnverifiedNote, WrongOrigin
from answerable.transparency.merkle import _in_memory, inclusion_proof, leaf_hash, root_of
from answerable.transparency.policy import Policy
from answerable.transparency.proofs import Proof
from answerable.transparency.tests.test_notes import LOG, WITNESS, key

ENTRIES = [f"entry {n}".encode() for n in range(9)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def proof(index=5, size=9, **changed):
    hashes = tuple(inclusion_proof(index, size, _in_memory(LEAVES)))
    whole = {
        "index": index,
        "hashes": hashes,
        "checkpoint": sign(Checkpoint(LOG.name, size, root_of(LEAVES[:size])), LOG),
    }
    return Proof(**(whole | changed))


RAW = bytes(proof())


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n\n", RAW.replace(b"@v1", b"@v2"), RAW.replace(b"index 5", b"index 05"), RAW.replace(b"index 5", b"index -5"),
        RAW.replace(b"index 5", b"Index 5"), RAW.replace(b"index 5\n", b""), RAW.replace(b"index 5\n", b"index 5\nAAAA\n"),
        RAW.replace(b"index 5\n", b"index 5\n!\n"), RAW.replace(b"index 5\n", b"index 5\n" + b"A" * 43 + b"=\n" + b"extra AAAA\n"),
        RAW.replace(b"index 5\n", b"index 5\n" + (b"A" * 43 + b"=\n") * 64), RAW.partition(b"\n\n")[0] + b"\n\n", RAW.replace(b"index", "ｉndex".encode()),
        RAW.replace(b"index 5\n", b"extra !\nindex 5\n"),
    ],
)  # fmt: skip
def test_what_is_no_proof_is_refused(raw):
    with pytest.raises(MalformedProof):
        Proof.parse(raw)


def test_proof_of_another_entry_index_log_or_of_no_log_is_refused():
    good = proof()
    for entry, one, kind in (
        (ENTRIES[4], good, ProofInvalid), (ENTRIES[5], proof(index=5, hashes=good.hashes[:-1]), ProofInvalid),
        (ENTRIES[5], proof(hashes=(*good.hashes, LEAVES[0])), ProofInvalid), (ENTRIES[4], proof(index=4, hashes=good.hashes), ProofInvalid),
    ):  # fmt: skip
        with pytest.raises(kind):
            one.verify(entry, LOG.verifier)
    other = key("other.example/log", 7)
    with pytest.raises(UnverifiedNote):
        good.verify(ENTRIES[5], other.verifier)
    foreign = Checkpoint(other.name, 9, root_of(LEAVES))
    with pytest.raises(WrongOrigin):
        proof(checkpoint=(foreign.text + "\n" + LOG.sign(foreign.text)).encode()).verify(ENTRIES[5], LOG.verifier)


def test_proof_without_the_witnesses_asked_for_is_refused():
    with pytest.raises(UnverifiedNote):
        proof().verify(ENTRIES[5], LOG.verifier, policy=Policy.of([WITNESS.verifier], at_least=1))


def test_nothing_is_proven_in_an_empty_log():
    empty = sign(Checkpoint(LOG.name, 0, root_of([])), LOG)
    with pytest.raises(ProofInvalid):
        Proof(0, (), empty).verify(ENTRIES[0], LOG.verifier)


def test_any_changed_byte_is_refused():
    for place in range(0, len(RAW), 3):
        changed = RAW[:place] + bytes([RAW[place] ^ 1]) + RAW[place + 1 :]
        with pytest.raises(LogError):
            Proof.parse(changed).verify(ENTRIES[5], LOG.verifier)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (5, 9), (8, 9)])
def test_proof_is_read_back_and_holds(index, size):
    made = proof(index, size, extra=b"salt")
    read = Proof.parse(bytes(made))
    assert read == made
    assert read.verify(ENTRIES[index], LOG.verifier).checkpoint.size == size
