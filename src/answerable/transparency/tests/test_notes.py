"""C2SP signed-note and tlog-cosignature: what must be refused comes first."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.transparency.errors import MalformedNote, UnverifiedNote
from answerable.transparency.notes import COSIGNATURE, SIGNATURES_AT_MOST, Note, SigningKey, VerifierKey

TEXT = "有应\n\n一行\n"


def key(name="log.example/400", seed=1, kind=1):
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), kind)


LOG, WITNESS, STRANGER = key(), key("witness.example/w1", 2, COSIGNATURE), key("stranger.example", 3)


def note(*lines, text=TEXT):
    return (text + "\n" + "".join(lines)).encode()


SIGNED = note(LOG.sign(TEXT))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n", b"\n\n", TEXT.encode(), (TEXT + "\n").encode(), SIGNED[:-1], SIGNED + b"\n", SIGNED + b"more\n",
        SIGNED.replace("一".encode(), b"\x07"), SIGNED.replace("一".encode(), b"\r"), SIGNED.replace("一".encode(), b"\xff"),
        SIGNED.replace("— ".encode(), b"- "), SIGNED.replace("— ".encode(), "—  ".encode()), SIGNED.replace(b"log.example", b"log+example"),
        note("— log.example \n"), note("— log.example AAAA\n"), note("— log.example AAAAAA==\n"), note("— log.example not!base64=\n"),
        note(LOG.sign(TEXT) * (SIGNATURES_AT_MOST + 1)), b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(raw):
    with pytest.raises(MalformedNote):
        Note.parse(raw).verify([LOG.verifier])


def test_base64_has_one_spelling():
    line = LOG.sign(TEXT)
    loose = line.rstrip("\n")
    assert loose.endswith("=")
    last = loose.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = loose.rstrip("=")[:-1] + alphabet[alphabet.index(last) + 1] + "=" * loose.count("=") + "\n"
    assert base64.b64decode(other.split(" ")[2]) == base64.b64decode(line.split(" ")[2])
    with pytest.raises(MalformedNote):
        Note.parse(note(other))


def test_nobodys_signature_is_no_signature():
    with pytest.raises(UnverifiedNote):
        Note.parse(note(STRANGER.sign(TEXT))).verify([LOG.verifier])
    with pytest.raises(UnverifiedNote):
        Note.parse(SIGNED).verify([])


@pytest.mark.parametrize("other", [key("log.example/401"), key(seed=9)])
def test_key_of_another_name_or_another_key_of_the_name_is_unknown(other):
    with pytest.raises(UnverifiedNote):
        Note.parse(note(other.sign(TEXT))).verify([LOG.verifier])


def test_signature_over_another_text_is_refused_even_beside_a_good_one():
    forged = note(LOG.sign("别的\n"), WITNESS.sign(TEXT, at=7))
    with pytest.raises(UnverifiedNote):
        Note.parse(forged).verify([LOG.verifier, WITNESS.verifier])


def test_known_key_signs_once():
    """Two signatures of one name: which one was meant cannot be told."""
    with pytest.raises(UnverifiedNote):
        Note.parse(note(LOG.sign(TEXT), LOG.sign(TEXT))).verify([LOG.verifier])


@pytest.mark.parametrize("place", range(8))
def test_turned_bit_anywhere_in_a_signature_is_refused(place):
    raw = bytearray(base64.b64decode(LOG.sign(TEXT).split(" ")[2]))
    raw[4 + place * 8] ^= 1
    line = f"— {LOG.name} {base64.b64encode(bytes(raw)).decode()}\n"
    with pytest.raises(UnverifiedNote):
        Note.parse(note(line)).verify([LOG.verifier])


@pytest.mark.parametrize("at", [0, 1_679_315_147, (1 << 63) - 1])
def test_cosignature_carries_its_time(at):
    assert Note.parse(note(WITNESS.sign(TEXT, at=at))).verify([WITNESS.verifier]) == {WITNESS.verifier: at}


def test_cosignature_with_another_time_size_or_no_possible_time_is_refused():
    raw = base64.b64decode(WITNESS.sign(TEXT, at=7).split(" ")[2])
    early = raw[:4] + (6).to_bytes(8, "big") + raw[12:]
    impossible = base64.b64decode(WITNESS.sign(TEXT, at=1 << 63).split(" ")[2])
    for changed in (early, raw[:-1], raw + b"x", raw[:4] + raw[12:], impossible):
        line = f"— {WITNESS.name} {base64.b64encode(changed).decode()}\n"
        with pytest.raises(UnverifiedNote):
            Note.parse(note(line)).verify([WITNESS.verifier])


def test_plain_signature_is_no_cosignature_of_the_same_key():
    plain = SigningKey(WITNESS.name, WITNESS.private)
    with pytest.raises(UnverifiedNote):
        Note.parse(note(plain.sign(TEXT))).verify([WITNESS.verifier])
    with pytest.raises(MalformedNote):
        WITNESS.sign(TEXT)


def test_unknown_signatures_are_ignored():
    raw = note(STRANGER.sign(TEXT), LOG.sign(TEXT), STRANGER.sign(TEXT), WITNESS.sign(TEXT, at=7))
    assert Note.parse(raw).verify([LOG.verifier]) == {LOG.verifier: None}


def test_text_may_have_empty_lines():
    assert Note.parse(SIGNED).text == TEXT


def test_sixteen_signatures_are_read():
    raw = note(*(key(f"w{n}.example", n + 20).sign(TEXT) for n in range(15)), LOG.sign(TEXT))
    assert Note.parse(raw).verify([LOG.verifier]) == {LOG.verifier: None}


@pytest.mark.parametrize("kind", [1, 4])
def test_vkey_is_read_back(kind):
    public = key(kind=kind).verifier
    assert VerifierKey.parse(str(public)) == public


def test_vkey_that_is_none_is_refused():
    good = str(LOG.verifier)
    name, key_id, encoded = good.split("+", 2)
    ecdsa = base64.b64encode(b"\x02" + LOG.verifier.public).decode()
    for text in ("", "a", f"{name}+{key_id}", f"{name}+00000000+{encoded}", f"{name}+{key_id}+AAAA", f"a b+{key_id}+{encoded}",
                 f"{name}+{key_id}+{ecdsa}"):  # fmt: skip
        with pytest.raises(MalformedNote):
            VerifierKey.parse(text)


def test_note_that_others_made_is_verified():
    """Go's golang.org/x/mod/sumdb/note documents this key and this note."""
    known = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    raw = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ).encode()
    assert Note.parse(raw).verify([known]) == {known: None}
