"""Checkpoints go to real witnesses over HTTP; what they refuse is not shown, and what nobody signed is refused."""

import contextlib
import datetime as dt
import threading
import time
from dataclasses import replace

import httpx
import pytest

from answerable.cli.main import main
from answerable.transparency import actions, cosigning, integrate, witnessing
from answerable.transparency.checkpoints import Checkpoint, open_checkpoint, sign
from answerable.transparency.client import LogClient
from answerable.transparency.cosigning import Cosigners
from answerable.transparency.entries import make_entry
from answerable.transparency.errors import Fork, MalformedPolicy, UnverifiedNote, WitnessRefused
from answerable.transparency.merkle import EMPTY_ROOT, root_hash
from answerable.transparency.policy import Policy
from answerable.transparency.policy import Witness as Named
from answerable.transparency.store import CHECKPOINT, FileStore, grow
from answerable.transparency.tests.test_notes import LOG, STRANGER, key
from answerable.transparency.tests.witness import Witness, served
from answerable.transparency.tiles import TileReader
from answerable.transparency.witnessing import Submission, cosign

KEYS = [key(f"witness.example/w{n}", 20 + n, 4) for n in range(3)]


class Tree:
    """A log's files, signed at each size."""

    def __init__(self, folder, signer=LOG):
        self.store, self.signer, self.size = FileStore(folder), signer, 0

    def add(self, *entries):
        self.size = grow(self.store, self.size, [entry.encode() for entry in entries])
        return self.signed()

    def signed(self):
        root = root_hash(self.size, TileReader(self.store.read, self.size).subtree) if self.size else EMPTY_ROOT
        return sign(Checkpoint(self.signer.name, self.size, root), self.signer)

    def submission(self, raw=None):
        return Submission(raw or self.signed(), self.signer.verifier, self.store.read)


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "log")


@pytest.fixture
def witnesses(tmp_path):
    """Three witnesses that run; their addresses."""
    made = [Witness(one, [LOG.verifier], tmp_path / f"witness{n}") for n, one in enumerate(KEYS)]
    with contextlib.ExitStack() as stack:
        yield [(one, stack.enter_context(served(one.add_checkpoint))) for one in made]


@pytest.fixture
def session():
    with httpx.Client() as session:
        yield session


def named(pair):
    witness, url = pair
    return Named(witness.key.name, witness.key.verifier, url)


def policy(pairs, quorum):
    words = " ".join(f"w{n}" for n in range(len(pairs)))
    lines = [f"witness w{n} {witness.key.verifier} {url}" for n, (witness, url) in enumerate(pairs)]
    asked = "none" if quorum is None else "g"
    return Policy.parse("\n".join([*lines, f"group g {quorum or 1} {words}", f"quorum {asked}", ""]).encode())


def answering(status, body=b"", kind="text/plain"):
    return served(lambda _: (status, kind, body))


# What a witness refuses, and we report


def test_witness_refuses_a_log_it_does_not_know(tmp_path, witnesses, session):
    other = Tree(tmp_path / "other", STRANGER)
    other.add("a")
    with pytest.raises(WitnessRefused, match="404"):
        cosign(other.submission(), named(witnesses[0]), session)
    impostor = Tree(tmp_path / "impostor", key(LOG.name, 99))
    impostor.add("a")
    with pytest.raises(WitnessRefused, match="403"):
        cosign(impostor.submission(), named(witnesses[0]), session)
    assert witnesses[0][0].seen == []


def test_log_that_went_back_is_not_cosigned(tree, witnesses, session):
    old = tree.add("a", "b")
    tree.add("c")
    cosign(tree.submission(), named(witnesses[0]), session)
    for known in (0, 2, 3):
        with pytest.raises(Fork):
            cosign(tree.submission(old), named(witnesses[0]), session, known_size=known)
    assert witnesses[0][0].latest(LOG.name)[0] == 3


@pytest.mark.parametrize("more", [[], ["d"], ["d", "e"]])
def test_split_view_is_not_cosigned(tree, tmp_path, witnesses, session, more):
    tree.add("a", "b", "c")
    cosign(tree.submission(), named(witnesses[0]), session)
    other = Tree(tmp_path / "other")
    other.add("a", "X", "c", *more)
    for known in (0, 3):
        with pytest.raises(Fork):
            cosign(other.submission(), named(witnesses[0]), session, known_size=known)
    assert cosign(tree.submission(), named(witnesses[0]), session)


def test_witness_that_lies_about_its_size_gets_no_proof_from_nothing(tree, session):
    tree.add("a", "b")
    for said in (b"", b"\n", b"01\n", b"-1\n", b"1 \n", b"\xef\xbc\x91\n", b"1\n\n", b"9" * 20 + b"\n"):
        with answering(409, said, "text/x.tlog.size") as url, pytest.raises(WitnessRefused):
            cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)
    for said in (b"3\n", b"0\n"):  # more than we have; what we named ourselves
        with answering(409, said, "text/x.tlog.size") as url, pytest.raises(Fork):
            cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)


@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 429, 500, 503])
def test_other_answers_are_no_cosignature(tree, session, status):
    text = tree.add("a").decode().split("\n\n")[0] + "\n"
    body = b"" if status == 204 else KEYS[0].sign(text, at=5).encode()
    with answering(status, body) as url, pytest.raises(WitnessRefused):
        cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)


def test_cosignatures_that_do_not_hold_are_refused(tree, session):
    text = tree.add("a", "b").decode().split("\n\n")[0] + "\n"
    own, other = KEYS[0].sign(text, at=5), KEYS[1].sign(text, at=5)
    as_log = key(KEYS[0].name, 20).sign(text)
    for body in (
        "", "\n", own[:-1], "nonsense\n", other, own + "\n", own + own, own + other[:-4] + "\n", KEYS[0].sign("x\n" + text, at=5),
        own.replace("— witness", "- witness"), as_log, "x" * 100_000,
    ):  # fmt: skip
        with answering(200, body.encode()) as url, pytest.raises(WitnessRefused):
            cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)
    with answering(200, (other + own).encode()) as url:
        assert cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session) == own


def test_nobody_there_and_one_who_drips_are_given_up(tree, session, monkeypatch):
    tree.add("a")
    with answering(200) as url:
        pass
    with pytest.raises(WitnessRefused):
        cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)
    monkeypatch.setattr(witnessing, "SECONDS", 0.2)
    sleeping = threading.Event()
    with served(lambda _: (sleeping.wait(1), (200, "text/plain", b""))[1]) as url, pytest.raises(WitnessRefused):
        cosign(tree.submission(), Named("w", KEYS[0].verifier, url), session)
    sleeping.set()


# What is cosigned


def test_growing_log_is_cosigned_from_where_the_witness_stands(tree, witnesses, session):
    witness = witnesses[0][0]
    for size in (0, 1, 2, 255, 256, 257, 600):
        tree.add(*(str(n) for n in range(tree.size, size)))
        line = cosign(tree.submission(), named(witnesses[0]), session, known_size=witness.latest(LOG.name)[0])
        asked = Policy.of([witness.key.verifier], at_least=1)
        assert open_checkpoint(tree.signed() + line.encode(), LOG.verifier, policy=asked).cosigned == {
            witness.key.verifier: 1_800_000_000
        }
    assert len(witness.seen) == 7
    tree.add("more")
    cosign(tree.submission(), named(witnesses[0]), session)  # not knowing where it stands: told by 409, then once more
    assert witness.seen[-2:] == [(0, 601), (600, 601)]


def test_checkpoint_is_shown_with_every_cosignature_and_outsiders_hold_it_against_their_policy(tree, witnesses):
    tree.add("a")
    asked = policy(witnesses, 2)
    assert Cosigners(asked).show(tree.signed(), LOG.verifier, tree.store)
    opened = LogClient(tree.store.read, LOG.verifier, asked).latest()
    assert set(opened.cosigned) == {one.verifier for one in KEYS}
    strangers = Policy.of([key("witness.example/w9", 77, 4).verifier], at_least=1)
    with pytest.raises(UnverifiedNote):
        LogClient(tree.store.read, LOG.verifier, strangers).latest()


def test_without_the_quorum_the_older_checkpoint_stays_shown(tree, witnesses, tmp_path, monkeypatch):
    monkeypatch.setattr(cosigning, "RETRY_SECONDS", 0.05)
    before = tree.add("a")
    cosigners = Cosigners(policy(witnesses, 2))
    assert cosigners.show(before, LOG.verifier, tree.store)
    for witness, _ in witnesses[:2]:
        witness.logs = {}
    new = tree.add("b")
    assert not cosigners.show(new, LOG.verifier, tree.store)
    assert tree.store.read(CHECKPOINT).startswith(before)
    witnesses[1][0].logs = {LOG.name: LOG.verifier}
    time.sleep(0.1)
    assert cosigners.show(new, LOG.verifier, tree.store)
    assert tree.store.read(CHECKPOINT).startswith(new)


def test_quorum_none_shows_at_once_and_adds_who_comes_later(tree, witnesses, monkeypatch):
    monkeypatch.setattr(cosigning, "RETRY_SECONDS", 0.05)
    raw = tree.add("a")
    witnesses[2][0].logs = {}
    cosigners = Cosigners(policy(witnesses, None))
    assert cosigners.show(raw, LOG.verifier, tree.store)
    assert tree.store.read(CHECKPOINT).count("—".encode()) == 3
    witnesses[2][0].logs = {LOG.name: LOG.verifier}
    until = time.monotonic() + 5
    while tree.store.read(CHECKPOINT).count("—".encode()) < 4 and time.monotonic() < until:
        cosigners.show(raw, LOG.verifier, tree.store)
    assert tree.store.read(CHECKPOINT).count("—".encode()) == 4


def test_restart_asks_nobody_again_who_has_cosigned(tree, witnesses):
    raw = tree.add("a")
    Cosigners(policy(witnesses, 3)).show(raw, LOG.verifier, tree.store)
    shown = tree.store.read(CHECKPOINT)
    asked = [list(witness.seen) for witness, _ in witnesses]
    assert Cosigners(policy(witnesses, 3)).show(raw, LOG.verifier, tree.store)
    assert (tree.store.read(CHECKPOINT), [list(witness.seen) for witness, _ in witnesses]) == (shown, asked)


def test_failing_witness_is_asked_less_and_less_often(tree):
    raw, times = tree.add("a"), []
    with served(lambda _: (times.append(time.monotonic()), (503, "text/plain", b""))[1]) as url:
        cosigners = Cosigners(policy([(Witness(KEYS[0], [], None), url)], None))
        for _ in range(30):
            cosigners.show(raw, LOG.verifier, tree.store)
            time.sleep(0.01)
    assert len(times) == 1


def test_quorum_of_witnesses_without_an_address_is_refused_at_the_start(witnesses):
    known = policy(witnesses, 3)
    nowhere = replace(known, witnesses=tuple(replace(one, url="") for one in known.witnesses))
    with pytest.raises(MalformedPolicy):
        Cosigners(nowhere)


# Around it: the command of an outsider, and the integrator


def test_outsiders_command_asks_for_the_witnesses_of_its_policy(tree, witnesses, tmp_path, capsys):
    at = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    raw = tree.add(*(make_entry("lift", number="4008000400", at=at, said={}).decode() for _ in range(2)))
    tree.store.write(CHECKPOINT, raw)
    text = f"log {LOG.verifier}\nwitness 监管 {KEYS[0].verifier}\nwitness other {KEYS[1].verifier}\nquorum 监管\n"
    asked = tmp_path / "witnesses.policy"
    asked.write_text(text)
    command = ["log", "verify", str(tree.store.folder), "--witness-policy", str(asked)]
    assert main(command) == 1
    assert "Too few witnesses" in capsys.readouterr().err
    Cosigners(policy(witnesses[:1], 1)).show(raw, LOG.verifier, tree.store)
    assert main([*command, "--state", str(tmp_path / "seen")]) == 0
    said = capsys.readouterr().out
    assert "监管: cosigned at 2027-01-15 08:00:00Z" in said
    assert "other: has not cosigned" in said
    assert "2 entries have the published shape." in said
    asked.write_text(text.replace(str(LOG.verifier), str(STRANGER.verifier)))
    assert main([*command, "--key", str(LOG.verifier)]) == 1


@pytest.mark.django_db
def test_integrator_shows_what_its_witnesses_have_cosigned(settings, tmp_path, folders, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgresql://the.tests/own")  # no installation is looked for
    settings.LOG_WITNESS_POLICY = tmp_path / "witnesses.policy"
    log = integrate.signing_key()
    witness = Witness(KEYS[0], [log.verifier], tmp_path / "kept")
    with served(witness.add_checkpoint) as url:
        settings.LOG_WITNESS_POLICY.write_text(f"witness w {KEYS[0].verifier} {url}\nquorum w\n")
        ours = integrate.here()
        for size in (1, 2):
            actions.publish("lift", number="4008000400", at=dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
            integrate.take()
            integrate.show(ours)
            opened = LogClient(ours.store.read, log.verifier, Policy.of([KEYS[0].verifier], at_least=1)).latest()
            assert opened.checkpoint.size == size
        assert main(["log", "status"]) == 0
        witness.logs = {}
        actions.publish("lift", number="4008000400", at=dt.datetime(2026, 3, 3, tzinfo=dt.UTC))
        integrate.take()
        assert integrate.show(ours).size == 3
        assert open_checkpoint(ours.store.read(CHECKPOINT), log.verifier).checkpoint.size == 2
        integrate.refuse_fork(ours)
        assert main(["log", "status"]) == 1
    said = capsys.readouterr().out
    assert "0 entries wait, 2 are signed, 2 are shown.\n  w: cosigned at 2027-01-15 08:00:00Z" in said
    assert "0 entries wait, 3 are signed, 2 are shown." in said
