"""What the signer asks: two people's devices, its own policy, the public log. What it refuses comes first."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.permits.signer import errors, keys, wire
from answerable.permits.signer.signer import DAY, LONGEST_DAYS, Signer
from answerable.snapshot.permits import PermitRefused, read, verify
from answerable.snapshot.trust import read_keys
from answerable.transparency.checkpoints import Checkpoint, sign
from answerable.transparency.entries import canonical, commit, make_entry
from answerable.transparency.merkle import leaf_hash
from answerable.transparency.notes import SigningKey
from answerable.transparency.proofs import Proof

NOW = int(time.time())
NUMBER, HOLDER, LINE = "4008123456", "91310115MA1DEM01X0", "02161234567"
LOG = SigningKey("log.test/400", Ed25519PrivateKey.from_private_bytes(b"l" * 32))


def core(ground="approval", **changes):
    until = NOW + 300 * DAY
    said = {
        "v": 1, "ground": ground, "ref": "r1", "number": NUMBER, "holder": HOLDER, "lines": [[LINE, until]], "valid_until": until,
    }  # fmt: skip
    return said | changes


def evidence(key=LOG, *, number=NUMBER, holder=None, kind="approval", days=300, **more):
    """Make a log of one entry, and its proof."""
    until = (dt.datetime.fromtimestamp(NOW, dt.UTC) + dt.timedelta(days=days)).date().isoformat()
    said = {"holder": holder or {"name": "样本", "credit_code": HOLDER}}
    if kind == "approval":
        said |= {"requirement_set": "x", "reviewers": ["a", "b"], "verified_until": until}
    leaf = make_entry(kind, number=number, at=dt.datetime.now(dt.UTC), said=said)
    proof = Proof(0, (), sign(Checkpoint(key.name, 1, leaf_hash(leaf)), key))
    return {"leaf": leaf.hex(), "proof": bytes(proof).hex()} | more


@pytest.fixture
def signer(devices):
    (devices.folder / keys.LOG_KEY).write_text(str(LOG.verifier))
    made = Signer(devices.folder)
    yield made
    made.close()


@pytest.fixture
def confirm(signer, devices):
    def confirm(said, *names, at=NOW):
        for name in names:
            signer.confirm(said, name, devices.code(name, at), at=at)

    return confirm


def trust(signer):
    return read_keys(keys.public(signer.folder))


@pytest.mark.parametrize("names", [(), ("lin",), ("zhou",)])
def test_one_persons_code_signs_nothing(signer, confirm, names):
    confirm(core(), *names)
    with pytest.raises(errors.NotTwo):
        signer.sign(core(), evidence(), at=NOW)


def test_one_person_confirming_twice_is_still_one(signer, confirm):
    confirm(core(), "lin")
    confirm(core(), "lin", at=NOW + 30)
    with pytest.raises(errors.NotTwo):
        signer.sign(core(), evidence(), at=NOW)


def test_two_of_the_same_stage_are_not_a_review(signer, devices, confirm):
    devices.secrets["second"] = signer.store.enrol("second", "pre_check", at=NOW)
    confirm(core(), "lin", "second")
    with pytest.raises(errors.NotTwo):
        signer.sign(core(), evidence(), at=NOW)


def test_two_statements_that_differ_in_one_line_are_not_one(signer, confirm):
    confirm(core(), "lin")
    confirm(core(lines=[["02161234568", NOW + DAY]]), "zhou")
    for said in (core(), core(lines=[["02161234568", NOW + DAY]])):
        with pytest.raises(errors.NotTwo):
            signer.sign(said, evidence(), at=NOW)


def test_confirmation_waits_two_weeks_for_the_other(signer, confirm):
    confirm(core(), "lin")
    later = NOW + 15 * DAY
    confirm(core(), "zhou", at=later)
    with pytest.raises(errors.NotTwo):
        signer.sign(core(), evidence(), at=later)


@pytest.mark.parametrize("name", ["nobody", "sun"])
def test_who_is_not_enrolled_for_a_review_confirms_none(signer, name):
    with pytest.raises(errors.NotEnrolled):
        signer.confirm(core(), name, "123456", at=NOW)


def test_code_works_once(signer, devices, confirm):
    confirm(core(), "lin")
    with pytest.raises(errors.CodeWrong):
        signer.confirm(core(ref="r2"), "lin", devices.code("lin", NOW), at=NOW)


@pytest.mark.parametrize("moved", [-90, 90])
def test_code_of_another_minute_is_refused(signer, devices, moved):
    with pytest.raises(errors.CodeWrong):
        signer.confirm(core(), "lin", devices.code("lin", NOW + moved), at=NOW)


def test_after_five_wrong_codes_even_the_right_one_waits(signer, devices):
    for _ in range(5):
        with pytest.raises(errors.CodeWrong):
            signer.confirm(core(), "lin", "000000", at=NOW)
    with pytest.raises(errors.TooManyCodes):
        signer.confirm(core(), "lin", devices.code("lin", NOW), at=NOW)
    later = NOW + 16 * 60
    assert signer.confirm(core(), "lin", devices.code("lin", later), at=later) == ["lin"]


def test_dismissed_reviewers_confirmation_counts_no_more(signer, confirm):
    confirm(core(), "lin", "zhou")
    signer.store.dismiss("lin")
    with pytest.raises(errors.NotTwo):
        signer.sign(core(), evidence(), at=NOW)


@pytest.mark.parametrize(
    "bad",
    [
        core(valid_until=NOW + (LONGEST_DAYS + 1) * DAY), core(valid_until=NOW), core(lines=[]), core(lines=[[LINE, NOW + 500 * DAY]]),
        core(lines=[[LINE]]), core(lines=[[LINE, NOW + 9]] * 11), core(number="110"), core(holder=""), core(ground="because"), core(v=2),
        core(more=1), {}, core(valid_until="9999999999"),
    ],
)  # fmt: skip
def test_statement_beyond_the_policy_is_not_even_confirmed(signer, devices, bad):
    with pytest.raises(errors.BeyondPolicy):
        signer.confirm(bad, "lin", devices.code("lin", NOW), at=NOW)


OTHER_LOG = SigningKey("log.test/400", Ed25519PrivateKey.from_private_bytes(b"m" * 32))


@pytest.mark.parametrize(
    "said",
    [
        {"key": OTHER_LOG}, {"number": "4008123457"}, {"holder": {"name": "样本", "credit_code": "91310115MA1DEM09XX"}}, {"kind": "opening"}, {"days": 200},
        {"proof": b"x".hex()}, {"leaf": b"{}".hex()}, {"holder": {"commitment": "0" * 64}},
    ],
)  # fmt: skip
def test_without_the_public_logs_word_nothing_is_signed(signer, confirm, said):
    confirm(core(), "lin", "zhou")
    key = said.pop("key", LOG) if "key" in said else LOG
    brought = evidence(key, **{k: v for k, v in said.items() if k not in {"proof", "leaf"}})
    with pytest.raises(errors.NotInLog):
        signer.sign(core(), brought | {k: v for k, v in said.items() if k in {"proof", "leaf"}}, at=NOW)


def test_two_reviewers_and_the_log_give_a_permit(signer, confirm):
    confirm(core(), "lin", "zhou")
    permit = signer.sign(core(), evidence(), at=NOW)
    said = verify(permit, trust(signer))
    assert (said.number, said.valid_until, said.issued_at) == (NUMBER, core()["valid_until"], NOW)
    assert signer.sign(core(), evidence(), at=NOW + 9) == permit  # asked again: the same one
    assert [names for *_, names in signer.store.everything()] == ["lin,zhou"]


def test_sole_traders_commitment_is_opened(signer, confirm):
    confirm(core(), "lin", "zhou")
    hidden, salt = commit(canonical({"name": "王样本", "credit_code": HOLDER}).decode())
    brought = evidence(holder={"commitment": hidden}, opening_name="王样本", opening_salt=salt.hex())
    assert verify(signer.sign(core(), brought, at=NOW), trust(signer)).number == NUMBER


def lift(**changes):
    return core("lift", ref="lift", **changes)


@pytest.fixture
def permitted(signer, confirm):
    confirm(core(), "lin", "zhou")
    return signer.sign(core(), evidence(), at=NOW)


def test_two_risk_officers_lift_with_a_higher_serial(signer, confirm, permitted):
    confirm(lift(), "sun", "feng")
    again = read(signer.sign(lift(), {}, at=NOW))
    assert again.serial == read(permitted).serial + 1
    assert again.leaf == read(permitted).leaf


@pytest.mark.parametrize(
    "more",
    [
        {"holder": "91310115MA1DEM01X1"},
        {"lines": [["02161234568", NOW + DAY]]},
        {"valid_until": NOW + 301 * DAY},
        {"number": "4008123457"},
    ],
)
def test_lift_gives_nothing_that_was_not_permitted_before(signer, confirm, permitted, more):
    confirm(lift(**more), "sun", "feng")
    with pytest.raises(errors.BeyondPolicy):
        signer.sign(lift(**more), {}, at=NOW)


def test_reviewers_lift_nothing_and_risk_officers_approve_nothing(signer, devices, permitted):
    for said, name in ((lift(), "lin"), (core(), "sun")):
        with pytest.raises(errors.NotEnrolled):
            signer.confirm(said, name, devices.code(name, NOW), at=NOW)


def test_what_was_signed_stays_in_the_store(signer, permitted):
    for deed in ("DELETE FROM signed", "UPDATE signed SET serial = 1"):
        with pytest.raises(Exception, match="stays"), signer.store.transaction() as database:
            database.execute(deed)


def test_rotated_key_signs_no_more_and_what_it_signed_stays_good(signer, confirm, permitted):
    old = read(permitted).key
    new = keys.rotate(signer.folder, at=NOW)
    assert verify(permitted, trust(signer)).key == old
    confirm(lift(), "sun", "feng")
    assert verify(signer.sign(lift(), {}, at=NOW), trust(signer)).key == new


def test_revoked_key_is_worthless_and_replaced(signer, permitted):
    old = read(permitted).key
    keys.revoke(signer.folder, old, at=NOW)
    with pytest.raises(PermitRefused) as why:
        verify(permitted, trust(signer))
    assert why.value.code == "PERMIT_KEY_REVOKED"
    assert keys.current(signer.folder)[0] != old
    with pytest.raises(keys.KeyUnknown):
        keys.revoke(signer.folder, "nothing", at=NOW)


def test_secrets_are_closed_to_others(signer):
    for name in ("key", "store.db"):
        assert (signer.folder / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"verb":"open"}', b'{"verb":"confirm"}', b'{"verb":"sign","core":1,"evidence":2}']
)
def test_question_that_makes_no_sense_is_answered(signer, raw):
    assert wire.answer(signer, raw, at=NOW)["refused"] == "PERMIT_BEYOND_POLICY"


def test_nobody_there_is_said_so(tmp_path):
    with pytest.raises(errors.SignerAway):
        wire.ask(tmp_path / "nobody.sock", {"verb": "ping"})
