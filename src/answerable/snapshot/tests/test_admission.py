"""What is admitted into a gate's snapshot: nothing rings without its permit, and nothing holds a stop up."""

from __future__ import annotations

import json
import os

import pytest

from answerable.snapshot import admission as admissions
from answerable.snapshot import frame, serials
from answerable.snapshot.admission import Admission
from answerable.snapshot.alarms import alarms
from answerable.snapshot.records import VERSION, decode_number, encode
from answerable.snapshot.tests.test_permits import ID, NUMBER, PUBLIC, RECORD, TRUNK, UNTIL, line, made
from answerable.spool.rotate import files

KEY = f"n:{NUMBER}"


def trust(folder, state="current", not_after=None):
    row = {"id": ID, "public": PUBLIC.hex(), "state": state, "not_after": not_after}
    (folder / "permit-keys").write_text(json.dumps({"v": 1, "keys": [row]}))


@pytest.fixture
def admission(tmp_path):
    trust(tmp_path)
    made = Admission(tmp_path, TRUNK)
    yield made
    made.close()


def record(**changes):
    return encode(RECORD | {"permit": made()} | changes)


STOPPED = encode(RECORD | {"business_state": "suspended", "stop": "FRAUD_ORDER"})


def codes(folder):
    return [one["code"] for one in alarms(folder)]


def test_record_without_a_permit_connects_nobody_and_raises_an_alarm(admission, tmp_path):
    admitted = admission.admit(KEY, record(permit=""), None)
    assert decode_number(admitted)["verified_until"] == 0
    assert codes(tmp_path) == ["PERMIT_MISSING"]
    assert b"permit_alarm" in b"".join(path.read_bytes() for path in files(tmp_path))


@pytest.mark.parametrize(
    "wrong", [{"closed_dates": None}, {"owner": 1}, {"destinations": "all"}, {"number": "4008123457x"}]
)
def test_record_with_a_true_checksum_and_a_wrong_field_is_taken_off(admission, wrong):
    """The gate decodes no field: what does not check must not get as far, permit or none."""
    body = json.dumps(json.loads(record()[frame.BYTES :]) | wrong).encode()
    forged = frame.seal(body, VERSION)
    assert admission.admit(KEY, forged, record()) is None
    assert [admitted for _, admitted, *_ in admission.admit_page([(KEY.encode(), forged)], lambda _: None)] == [None]


def test_record_with_a_bad_permit_changes_nothing(admission, tmp_path):
    good = record()
    assert admission.admit(KEY, good, None) == good
    swapped = record(destinations=[line("02161234568")])
    assert admission.admit(KEY, swapped, good) == good
    assert codes(tmp_path) == ["PERMIT_OTHER_LINE"]


def test_alarm_ends_with_the_next_good_record(admission, tmp_path):
    admission.admit(KEY, record(permit="x.y"), None)
    admission.admit(KEY, record(), None)
    assert codes(tmp_path) == []


def test_stop_is_admitted_whatever_it_carries_and_uses_the_serial_up(admission, tmp_path):
    good = record()
    admission.admit(KEY, good, None)
    assert admission.admit(KEY, STOPPED, good) == STOPPED
    assert serials.used_up(tmp_path, NUMBER) == 7
    assert admission.admit(KEY, good, STOPPED) == STOPPED
    assert codes(tmp_path) == ["PERMIT_USED_UP"]
    lifted = record(permit=made(serial=8))
    assert admission.admit(KEY, lifted, STOPPED) == lifted


def test_stop_tells_a_host_that_never_saw_the_number_ring(admission, tmp_path):
    admission.admit(KEY, encode(RECORD | {"business_state": "suspended", "stop": "X", "used_up": 9}), None)
    admission.admit(KEY, record(permit=made(serial=9)), STOPPED)
    assert codes(tmp_path) == ["PERMIT_USED_UP"]


def test_removed_number_needs_a_new_permit_to_come_back(admission):
    good = record()
    admission.admit(KEY, good, None)
    assert admission.admit(KEY, None, good) is None
    assert decode_number(admission.admit(KEY, good, None))["verified_until"] == 0


def test_pause_of_the_holder_uses_nothing_up(admission):
    good = record()
    admission.admit(KEY, good, None)
    paused = record(business_state="paused_by_holder")
    assert admission.admit(KEY, paused, good) == paused
    assert admission.admit(KEY, good, paused) == good


def test_stop_goes_through_when_the_serial_cannot_be_written(admission, tmp_path):
    admission.admit(KEY, record(), None)
    (tmp_path / "serials").write_text("in the way")
    assert admission.admit(KEY, STOPPED, None) == STOPPED


@pytest.mark.parametrize("is_old", [True, False])
def test_stop_made_here_between_two_pages_of_a_build_is_seen(admission, tmp_path, is_old):
    good = record()
    page = [(KEY.encode(), good)]
    admission.admit(KEY, good, None)
    (tmp_path / "serials").mkdir()
    if is_old:
        os.utime(tmp_path / "serials", (1, 1))
    assert list(admission.admit_page(page, lambda _: good)) == [(KEY.encode(), good, True, False)]
    serials.use_up(tmp_path, NUMBER, 7)
    ((_, admitted, _, _),) = admission.admit_page(page, lambda _: good)
    assert decode_number(admitted)["verified_until"] == 0
    assert codes(tmp_path) == ["PERMIT_USED_UP"]


def test_older_permit_is_not_taken_after_a_newer_one(admission, tmp_path):
    newer = record(permit=made(serial=8))
    admission.admit(KEY, newer, None)
    assert admission.admit(KEY, record(), newer) == newer
    assert codes(tmp_path) == ["PERMIT_REPLAYED"]


def test_what_was_used_up_and_seen_outlives_a_rebuild(admission, tmp_path):
    admission.admit(KEY, record(permit=made(serial=8)), None)
    admission.close()
    again = Admission(tmp_path, TRUNK)
    assert decode_number(again.admit(KEY, record(), None))["verified_until"] == 0
    again.close()
    admission.__init__(tmp_path, TRUNK)


def test_signature_is_verified_once(admission, monkeypatch):
    good = record()
    admission.admit(KEY, good, None)
    asked = []
    ordinary = admissions.verify
    monkeypatch.setattr(admissions, "verify", lambda *given: asked.append(1) or ordinary(*given))
    shorter = encode(decode_number(good) | {"verified_until": UNTIL - 1})
    assert admission.admit(KEY, shorter, good) == shorter
    assert asked == []


def test_new_permit_waits_for_the_background_and_connects_nobody_meanwhile(admission):
    good = record()
    waits = admission.admit(KEY, good, None, may_verify=False)
    assert decode_number(waits)["verified_until"] == 0
    assert admission.work(1, lambda key: waits) == [(KEY, good)]
    assert not admission.waiting


def test_stop_overtakes_what_waits(admission):
    admission.admit(KEY, record(), None, may_verify=False)
    assert admission.admit(KEY, STOPPED, None) == STOPPED
    assert admission.work(1, lambda key: STOPPED) == []


def test_known_permit_does_not_wait(admission):
    good = record()
    admission.admit(KEY, good, None)
    assert admission.admit(KEY, good, None, may_verify=False) == good


@pytest.mark.parametrize("state", ["revoked", "retired"])
def test_revoked_key_ends_what_it_opened(admission, tmp_path, state):
    good = record()
    admission.admit(KEY, good, None)
    trust(tmp_path, state, 1)
    assert admission.has_other_keys()
    admission.load_keys()
    assert decode_number(admission.admit(KEY, good, good))["verified_until"] == 0


@pytest.mark.parametrize(
    "text",
    [None, "", "{}", '{"keys":[{"public":"zz","state":"current"}]}', '{"keys":[{"public":"00","state":"current"}]}'],
)
def test_without_readable_keys_nothing_rings(tmp_path, text):
    if text is not None:
        (tmp_path / "permit-keys").write_text(text)
    admission = Admission(tmp_path, TRUNK)
    assert decode_number(admission.admit(KEY, record(), None))["verified_until"] == 0
    admission.close()


def test_other_keys_of_the_snapshot_pass(admission):
    assert admission.admit("trunk:127.0.0.1", b"x", None) == b"x"
    assert admission.admit("probe:02161234567", None, b"x") is None


@pytest.mark.parametrize("text", ["", "abc", "12 13"])
def test_serial_file_that_nobody_can_read_keeps_stopped(tmp_path, text):
    serials.use_up(tmp_path, NUMBER, 3)
    (tmp_path / "serials" / NUMBER).write_text(text)
    assert serials.used_up(tmp_path, NUMBER) == serials.EVERY


def test_used_up_serial_never_goes_back(tmp_path):
    serials.use_up(tmp_path, NUMBER, 9)
    serials.use_up(tmp_path, NUMBER, 3)
    assert serials.used_up(tmp_path, NUMBER) == 9
