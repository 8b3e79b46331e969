"""What a permit refuses comes first; then that nothing but the very bytes that were signed verifies."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from answerable.snapshot import permits
from answerable.snapshot.permits import PermitRefused, TrustedKey, key_id, require_match, rings, state, verify
from answerable.snapshot.tests.test_records import GOOD

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
ID = key_id(PUBLIC)
TRUST = {ID: TrustedKey(PUBLIC, "current")}
NUMBER, HOLDER, LINE, TRUNK, UNTIL = "4008123456", "91310115MA1DEM01X0", "02161234567", "127.0.0.1:5461", 1_900_000_000
RECORD = GOOD | {
    "number": NUMBER, "owner": HOLDER, "business_state": "working", "stop": None, "verified_until": UNTIL,
    "destinations": [{"line": LINE, "uri": f"sip:{LINE}@{TRUNK}", "proven_until": UNTIL, "ring_seconds": 25}],
}  # fmt: skip


def made(
    key=KEY, *, number=NUMBER, holder=HOLDER, lines=((LINE, UNTIL),), valid_until=UNTIL, serial=7, at=1_800_000_000
):
    named = key_id(key.public_key().public_bytes_raw())
    said = state(
        number, holder=holder, lines=lines, valid_until=valid_until, leaf="ab", serial=serial, key=named, at=at
    )
    return permits.sign(said, key)


PERMIT = made()


def refused(permit, record=RECORD, trust=TRUST):
    with pytest.raises(PermitRefused) as why:
        require_match(verify(permit, trust), record, TRUNK)
    return why.value.code


def test_permit_of_a_key_that_is_not_trusted_is_refused():
    assert refused(made(Ed25519PrivateKey.from_private_bytes(b"x" * 32))) == "PERMIT_KEY_UNKNOWN"


def test_permit_signed_by_another_key_under_a_trusted_name_is_refused():
    said = permits.read(PERMIT)
    forged = permits.sign(said, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    assert refused(forged) == "PERMIT_FORGED"


def test_revoked_key_is_refused_whatever_it_signed():
    assert refused(PERMIT, trust={ID: TrustedKey(PUBLIC, "revoked")}) == "PERMIT_KEY_REVOKED"


def test_retired_key_holds_for_what_it_signed_before():
    before, after = (
        {ID: TrustedKey(PUBLIC, "retired", 1_800_000_000)},
        {ID: TrustedKey(PUBLIC, "retired", 1_799_999_999)},
    )
    assert verify(PERMIT, before).serial == 7
    assert refused(PERMIT, trust=after) == "PERMIT_KEY_RETIRED"


def line(digits=LINE, uri=None, until=UNTIL):
    return {"line": digits, "uri": uri or f"sip:{digits}@{TRUNK}", "proven_until": until, "ring_seconds": 25}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "4008123457"}, "PERMIT_OTHER_NUMBER"), ({"owner": "91310115MA1DEM01X1"}, "PERMIT_OTHER_HOLDER"),
        ({"verified_until": UNTIL + 1}, "PERMIT_TOO_SHORT"), ({"destinations": [line(until=UNTIL + 1)]}, "PERMIT_TOO_SHORT"),
        ({"destinations": [line("02161234568")]}, "PERMIT_OTHER_LINE"), ({"destinations": [line(), line("02161234568")]}, "PERMIT_OTHER_LINE"),
        ({"destinations": [line(uri=f"sip:{LINE}@198.51.100.9:5060")]}, "PERMIT_OTHER_LINE"),
        ({"destinations": [line(uri=f"sip:02199999999@{TRUNK}")]}, "PERMIT_OTHER_LINE"),
    ],
)  # fmt: skip
def test_record_that_says_more_than_its_permit_is_refused(changes, code):
    assert refused(PERMIT, RECORD | changes) == code


def test_record_that_says_less_is_admitted():
    unproven = line("02161234568", until=0)
    less = RECORD | {"verified_until": UNTIL - 1, "destinations": [line(until=5), unproven]}
    require_match(verify(PERMIT, TRUST), less, TRUNK)


def test_permit_hides_whom_it_is_for():
    assert HOLDER not in str(permits.read(PERMIT))
    assert permits.read(made()).holder != permits.read(PERMIT).holder


@pytest.mark.parametrize(
    "text", ["", ".", "a.b", PERMIT + "=", PERMIT + "\n", PERMIT.replace(".", ".."), "é" + PERMIT, "A" * 9000]
)
def test_what_is_no_permit_is_refused(text):
    assert refused(text) == "PERMIT_MALFORMED"


@pytest.mark.parametrize("said", [b"[]", b"{}", b"[" * 5000, b'{"v":2}', b"1"])
def test_statement_of_another_shape_is_refused(said):
    assert refused(f"{permits._encode(said)}.{PERMIT.partition('.')[2]}") == "PERMIT_MALFORMED"


def test_second_spelling_of_a_statement_is_refused():
    said, _, signature = PERMIT.partition(".")
    spaced = json.dumps(json.loads(permits._decode(said))).encode()
    assert refused(f"{permits._encode(spaced)}.{signature}") == "PERMIT_MALFORMED"


@given(place=st.integers(0, len(PERMIT) - 1), put=st.characters(min_codepoint=33, max_codepoint=126))
def test_no_changed_character_verifies(place, put):
    changed = PERMIT[:place] + put + PERMIT[place + 1 :]
    if changed != PERMIT:
        with pytest.raises(PermitRefused):
            verify(changed, TRUST)


@given(bit=st.integers(0, (len(permits._decode(PERMIT.partition(".")[0])) + 64) * 8 - 1))
def test_no_flipped_bit_verifies(bit):
    said, _, signature = PERMIT.partition(".")
    raw = bytearray(permits._decode(said) + permits._decode(signature))
    raw[bit // 8] ^= 1 << bit % 8
    changed = f"{permits._encode(bytes(raw[:-64]))}.{permits._encode(bytes(raw[-64:]))}"
    with pytest.raises(PermitRefused):
        verify(changed, TRUST)


@given(
    field=st.sampled_from(["serial", "valid_until", "issued_at", "number", "holder", "leaf", "salt", "lines"]),
    more=st.integers(1, 9),
)
def test_no_changed_statement_verifies(field, more):
    said, _, signature = PERMIT.partition(".")
    value = json.loads(permits._decode(said))
    value[field] = (
        value[field] + more if isinstance(value[field], int) else value[field][:-1] if more % 2 else value[field] * 2
    )
    changed = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    with pytest.raises(PermitRefused):
        verify(f"{permits._encode(changed)}.{signature}", TRUST)


@pytest.mark.parametrize(
    "changes",
    [
        {"stop": "FRAUD_ORDER"},
        {"business_state": "suspended"},
        {"verified_until": 0},
        {"destinations": []},
        {"destinations": [line(until=0)]},
    ],
)
def test_what_connects_nobody_needs_no_permit(changes):
    assert rings(RECORD) is True
    assert rings(RECORD | changes) is False
