"""Attacks by somebody who can write everything the application can: SQL as its role, a real signer, a real follower.

Each leaves the number as the gate had it, and an alarm where a record was refused.
"""

from __future__ import annotations

import json
import time

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from answerable.gate.decide import Call, Connect, decide
from answerable.orders.actions import lift, stop
from answerable.parties.models import Staff
from answerable.permits.actions import confirm, fetch_waiting
from answerable.permits.models import Confirmation, Permit, PermitRequest
from answerable.permits.queries import waiting_number
from answerable.permits.signer import keys as signer_keys
from answerable.permits.signer.errors import CodeWrong, NotEnrolled
from answerable.routing import publisher
from answerable.snapshot import follow, keys, permits, records
from answerable.snapshot.admission import Admission
from answerable.snapshot.alarms import alarms
from answerable.trail.actions import mark_dirty

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
DAY = 86_400


class Host:
    """A gate host that follows the test's database as the application's role, and what an attacker writes there."""

    def __init__(self, folder, trunk, number):
        chosen = connections["default"].settings_dict
        self.sql = psycopg.connect(
            host=chosen["HOST"], port=chosen["PORT"] or 5432, user=chosen["USER"], password=chosen["PASSWORD"], dbname=chosen["NAME"],
            autocommit=True,
        )  # fmt: skip
        self.folder, self.number = folder, number
        self.admission = Admission(folder, trunk)
        self.writer = follow.rebuild(self.sql, folder, self.admission)
        self.follow()

    def follow(self):
        """Publish what is dirty and follow it, to the end of what waits."""
        publisher.beat()
        while publisher.publish_batch():
            pass
        if not follow.step(self.sql, self.writer, self.folder, self.admission):
            self.rebuild()
        while not follow.work(self.writer, self.admission):
            pass

    def rebuild(self):
        self.writer.close()
        self.writer = follow.rebuild(self.sql, self.folder, self.admission)
        while not follow.work(self.writer, self.admission):
            pass

    def record(self, number=None):
        data = self.writer.get(keys.number(number or self.number))
        return records.decode_number(data) if data else None

    def rings(self, number=None, ahead=0):
        """Return the lines the gate would ring, by its own decision."""
        now = time.time() + ahead
        said = decide(self.record(number), Call("trunk", ("02100000000",)), now, now, False)
        return [line["uri"] for line in said.destinations] if isinstance(said, Connect) else []

    def write(self, record):
        """Write what the gates are told, past everything."""
        publisher.beat()
        row = self.sql.execute("UPDATE routing_heartbeat SET epoch = epoch + 1 RETURNING epoch").fetchone()
        self.sql.execute(
            "INSERT INTO routing_published (key, epoch, record) VALUES (%s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, record = excluded.record",
            (f"n:{record['number']}", row[0], records.encode(record)),
        )
        self.follow()

    def alarms(self):
        return [one["code"] for one in alarms(self.folder)]


@pytest.fixture
def host(world, approve, tmp_path, settings):
    """A number in service by a real permit, and a gate host that rings it."""
    order, _ = approve()
    world.open(order)
    world.work(order)
    assert Permit.objects.filter(number=order.number_id, used_up_at=None).count() == 1
    folder = tmp_path / "gate"
    folder.mkdir()
    (folder / "permit-keys").write_text(signer_keys.public(tmp_path / "signer"))
    made = Host(folder, settings.LANDLINE_TRUNK, order.number_id)
    assert made.rings() == [f"sip:{world.line}@{settings.LANDLINE_TRUNK}"]
    yield made
    made.writer.close()
    made.admission.close()
    made.sql.close()


@pytest.fixture
def two_officers(world, signer):
    """Have the lift that waits confirmed by both risk officers."""

    def run(number):
        request = waiting_number(number).get(ground="lift")
        signer.forget()
        for name in ("sun", "feng"):
            confirm(request, signer.code(name), staff=world.staff(name), at=world.at)

    return run


def test_open_another_number_without_a_permit(world, host):
    record = host.record() | {"number": world.second, "permit": ""}
    host.write(record)
    assert (host.rings(world.second), host.alarms()) == ([], ["PERMIT_MISSING"])


def test_open_another_number_by_the_permit_of_this_one(world, host):
    host.write(host.record() | {"number": world.second})
    assert (host.rings(world.second), host.alarms()) == ([], ["PERMIT_OTHER_NUMBER"])


def test_open_under_another_holder(world, host):
    before = host.record()
    host.write(before | {"owner": world.credit_code("zhao")})
    assert (host.record(), host.alarms()) == (before, ["PERMIT_OTHER_HOLDER"])


def test_open_by_a_permit_that_one_has_signed_oneself(world, host):
    mine = Ed25519PrivateKey.generate()
    record = host.record()
    said = permits.state(
        world.second, holder=record["owner"], lines=[(world.line, record["verified_until"])], valid_until=record["verified_until"],
        leaf="00", serial=99, key=permits.key_id(mine.public_key().public_bytes_raw()), at=int(time.time()),
    )  # fmt: skip
    host.write(record | {"number": world.second, "permit": permits.sign(said, mine)})
    assert (host.rings(world.second), host.alarms()) == ([], ["PERMIT_KEY_UNKNOWN"])


def test_unstop_in_the_numbers_own_row(world, host):
    stop(world.number(host.number), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    host.follow()
    assert host.record()["stop"] == "FRAUD_ORDER"
    host.sql.execute(
        "UPDATE numbers_number SET business_state = 'working', stop_reason = '', stopped_at = NULL WHERE number = %s", (host.number,)
    )  # fmt: skip
    mark_dirty(host.number)
    host.follow()
    assert host.rings() == []


def test_unstop_at_the_gates_by_the_permit_of_before(world, host):
    before = host.record()
    stop(world.number(host.number), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    host.follow()
    host.write(before)
    assert (host.rings(), host.record()["stop"], host.alarms()) == ([], "FRAUD_ORDER", ["PERMIT_USED_UP"])
    host.rebuild()
    assert (host.rings(), host.record()["stop"]) == ([], "FRAUD_ORDER")


def test_used_up_permit_is_not_made_good_again_in_its_row(world, host):
    stop(world.number(host.number), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        host.sql.execute("UPDATE permits_permit SET used_up_at = NULL")
    for deed in ("DELETE FROM permits_permit", "UPDATE permits_permit SET serial = serial + 9"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            host.sql.execute(deed)


def test_prolong(world, host):
    before = host.record()
    host.write(before | {"verified_until": before["verified_until"] + DAY})
    assert (host.record(), host.alarms()) == (before, ["PERMIT_TOO_SHORT"])
    longer = [line | {"proven_until": line["proven_until"] + 900 * DAY} for line in before["destinations"]]
    host.write(before | {"destinations": longer})
    assert (host.record(), host.alarms()) == (before, ["PERMIT_TOO_SHORT"])


def test_prolong_in_the_tables(world, host):
    until = permits.read(host.record()["permit"]).valid_until
    host.sql.execute("UPDATE numbers_destination SET proven_until = now() + interval '9 years'")
    host.sql.execute(
        "UPDATE verification_dossier SET verified_until = now() + interval '9 years' WHERE kind = 'holder'"
    )
    mark_dirty(host.number)
    host.follow()
    assert host.rings(ahead=until + 1 - time.time()) == []


@pytest.mark.parametrize("uri", ["sip:02199999999@127.0.0.1:5461", "sip:{line}@198.51.100.9:5060"])
def test_swap_the_destination(world, host, uri):
    before = host.record()
    uri = uri.format(line=world.line)
    for line in (before["destinations"][0]["line"], uri[4:].partition("@")[0]):
        host.write(before | {"destinations": [before["destinations"][0] | {"line": line, "uri": uri}]})
        assert (host.record(), host.alarms()) == (before, ["PERMIT_OTHER_LINE"])


def test_swap_the_destination_in_its_own_row(world, host):
    host.sql.execute("UPDATE numbers_destination SET line = '02199999999' WHERE number_id = %s", (host.number,))
    mark_dirty(host.number)
    host.follow()
    assert host.rings() == []


def test_replay_the_permit_of_before_a_lift(world, host, two_officers):
    old = host.record()
    stop(world.number(host.number), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    host.follow()
    lift(world.number(host.number), staff=world.staff("sun"), at=world.at)
    host.follow()
    assert host.rings() == []  # one officer's lift rings nothing yet, and is no alarm
    assert host.alarms() == []
    two_officers(host.number)
    host.follow()
    lifted = host.record()
    assert host.rings() != []
    host.write(old)
    assert (host.record(), host.alarms()) == (lifted, ["PERMIT_USED_UP"])


def test_become_two_reviewers(world, host, signer):
    """Staff rows, confirmations and desk passwords are the database's; the devices' secrets are not."""
    waits = PermitRequest.objects.create(
        number=world.second, ground="approval", asked_at=world.at,
        core=PermitRequest.objects.get().core | {"ref": "mine", "number": world.second},
    )  # fmt: skip
    for name in ("eve", "mallory"):
        host.sql.execute(
            "INSERT INTO parties_staff SELECT (jsonb_populate_record(s, jsonb_build_object('id', nextval(pg_get_serial_sequence("
            "'parties_staff', 'id')), 'username', %s::text))).* FROM parties_staff s WHERE username = 'lin'",
            (name,),
        )
        with pytest.raises(NotEnrolled):
            confirm(waits, "123456", staff=Staff.objects.get(username=name), at=world.at)
    host.sql.execute("UPDATE parties_staff SET totp_last_step = 0")
    with pytest.raises(CodeWrong):
        confirm(waits, "123456", staff=world.staff("lin"), at=world.at)
    for name in ("lin", "zhou"):
        Confirmation.objects.create(request=waits, staff=world.staff(name), at=world.at)
    assert fetch_waiting(at=world.at) == 0
    assert not Permit.objects.filter(number=world.second).exists()


def test_stop_goes_through_while_thousands_of_permits_wait(world, host):
    record = host.record()
    rows = [(f"n:4008{n:06d}", records.encode(record | {"number": f"4008{n:06d}"})) for n in range(3000)]
    with host.sql.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO routing_published (key, epoch, record) VALUES (%s, 1000, %s) ON CONFLICT DO NOTHING", rows
        )
    follow.step(host.sql, host.writer, host.folder, host.admission)
    assert len(host.admission.waiting) > 2000
    host.sql.execute("UPDATE routing_heartbeat SET epoch = 1001")
    stop(world.number(host.number), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    publisher.publish_batch()
    begun = time.monotonic()
    follow.work(host.writer, host.admission)
    follow.step(host.sql, host.writer, host.folder, host.admission)
    assert host.record()["stop"] == "FRAUD_ORDER"
    assert time.monotonic() - begun < 1
    assert host.admission.waiting


def test_revoked_key_ends_what_it_permitted(host, tmp_path):
    which = signer_keys.current(tmp_path / "signer")[0]
    signer_keys.revoke(tmp_path / "signer", which, at=int(time.time()))
    (host.folder / "permit-keys").write_text(signer_keys.public(tmp_path / "signer"))
    host.follow()
    assert (host.rings(), host.alarms()) == ([], ["PERMIT_KEY_REVOKED"])
    assert json.loads((host.folder / "permit-keys").read_text())["keys"][0]["state"] == "revoked"
