"""C2SP tlog-checkpoint: what must be refused comes first."""

import base64

import pytest

from answerable.transparency.checkpoints import Checkpoint, open_checkpoint, sign
from answerable.transparency.errors import LogError, MalformedCheckpoint, MalformedPolicy, UnverifiedNote, WrongOrigin
from answerable.transparency.merkle import EMPTY_ROOT, leaf_hash
from answerable.transparency.policy import Policy
from answerable.transparency.tests.test_notes import LOG, STRANGER, WITNESS, key

ROOT = leaf_hash(b"one")
B64 = base64.b64encode(ROOT).decode()
CHECKPOINT = Checkpoint(LOG.name, 7, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", f"{LOG.name}\n7\n", f"\n7\n{B64}\n", f"{LOG.name}\n07\n{B64}\n", f"{LOG.name}\n+7\n{B64}\n", f"{LOG.name}\n-1\n{B64}\n",
        f"{LOG.name}\n７\n{B64}\n", f"{LOG.name}\n7.0\n{B64}\n", f"{LOG.name}\n \n{B64}\n", f"{LOG.name}\n7\n{B64[:-4]}\n",
        f"{LOG.name}\n7\n{B64[:-1]}\n", f"{LOG.name}\n7\nnot base64\n", f"{LOG.name}\n7\n{B64}\nextension\n", f"{LOG.name}\n7\n{B64}\n\n",
        f"{LOG.name}\n0\n{B64}\n", f"{LOG.name}\n{10**19}\n{B64}\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(MalformedCheckpoint):
        Checkpoint.parse(text)


def test_other_logs_checkpoint_is_refused_although_the_key_signed_it():
    other = Checkpoint("other.example/log", 7, ROOT)
    raw = (other.text + "\n" + LOG.sign(other.text)).encode()
    with pytest.raises(WrongOrigin):
        open_checkpoint(raw, LOG.verifier)


def test_checkpoint_that_only_others_signed_is_refused():
    raw = (CHECKPOINT.text + "\n" + STRANGER.sign(CHECKPOINT.text) + WITNESS.sign(CHECKPOINT.text, at=5)).encode()
    with pytest.raises(UnverifiedNote):
        open_checkpoint(raw, LOG.verifier, policy=Policy.of([WITNESS.verifier], at_least=1))


def test_two_signatures_of_the_log_are_refused():
    raw = sign(CHECKPOINT, LOG) + LOG.sign(CHECKPOINT.text).encode()
    with pytest.raises(UnverifiedNote):
        open_checkpoint(raw, LOG.verifier)


def test_too_few_witnesses_are_refused():
    second = key("witness.example/w2", 4, 4)
    raw = sign(CHECKPOINT, LOG) + WITNESS.sign(CHECKPOINT.text, at=5).encode()
    both = [WITNESS.verifier, second.verifier]
    assert open_checkpoint(raw, LOG.verifier, policy=Policy.of(both, at_least=1)).cosigned == {WITNESS.verifier: 5}
    with pytest.raises(UnverifiedNote):
        open_checkpoint(raw, LOG.verifier, policy=Policy.of(both, at_least=2))
    with pytest.raises(UnverifiedNote):
        open_checkpoint(raw, LOG.verifier, policy=Policy.of([second.verifier], at_least=1))


def test_logs_key_is_no_witness_and_a_witness_no_log():
    raw = sign(CHECKPOINT, LOG)
    with pytest.raises(MalformedPolicy):
        Policy.of([LOG.verifier], at_least=1)
    with pytest.raises(UnverifiedNote):
        open_checkpoint(raw, WITNESS.verifier)


def test_log_signs_nothing_of_another_origin():
    for signer in (STRANGER, WITNESS):
        with pytest.raises(WrongOrigin):
            sign(CHECKPOINT, signer)


def test_any_changed_byte_is_refused():
    raw = sign(CHECKPOINT, LOG)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(LogError):
            open_checkpoint(changed, LOG.verifier)


def test_checkpoint_is_read_back():
    assert open_checkpoint(sign(CHECKPOINT, LOG), LOG.verifier).checkpoint == CHECKPOINT
    empty = Checkpoint(LOG.name, 0, EMPTY_ROOT)
    assert open_checkpoint(sign(empty, LOG), LOG.verifier).checkpoint == empty
