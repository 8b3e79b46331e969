"""What would silence too many numbers: counted number by number, refused, and let through by two people alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from answerable.lib.names import NameMissing, ReasonMissing
from answerable.snapshot import force, frame, keys
from answerable.snapshot.alarms import alarms
from answerable.snapshot.guard import Comparison, LossRefused, Tally, judge
from answerable.snapshot.known import keep
from answerable.snapshot.losses import FEW, Losses
from answerable.snapshot.records import VERSION, encode
from answerable.snapshot.standby import Patience
from answerable.snapshot.tests.test_records import GOOD
from answerable.snapshot.write import Writer, build
from answerable.spool.read import everything

SOON = int(time.time()) + 9000
LINE = {"line": "01062345678", "uri": "sip:1@h", "proven_until": SOON, "ring_seconds": 20}


def number(serial: int) -> str:
    return str(4008000000 + serial)


def record(serial: int = 0, **changes: Any) -> bytes:
    return encode(GOOD | {"number": number(serial), "verified_until": SOON, "destinations": [LINE]} | changes)


def key(serial: int) -> str:
    return f"n:{number(serial)}"


def rows(count: int) -> dict[str, bytes | None]:
    return {key(serial): record(serial) for serial in range(count)}


def built(folder: Path, count: int) -> None:
    build(folder, [*rows(count).items(), (keys.OPEN, str(count).encode())], epoch=1, heartbeat=5.0)


def compared(folder: Path, after: dict[str, bytes | None], *, is_sound: bool = True) -> Tally:
    comparison = Comparison(folder, is_sound=is_sound)
    try:
        comparison.page([(name.encode(), data, None, False) for name, data in sorted(after.items())])
        return comparison.finish()
    finally:
        comparison.close()


LOSSES = {
    "unverified": {"verified_until": 0},
    "dated back": {"verified_until": 1_000_000_000},
    "no line": {"destinations": []},
    "ledger's": {"business_state": "unverified"},
}
STOPS: dict[str, dict[str, Any]] = {
    "stopped": {"business_state": "suspended", "stop": "FRAUD_ORDER"},
    "paused": {"business_state": "paused_by_holder"},
    "frozen": {"business_state": "frozen"},
    "released": {"business_state": "released"},
}


@pytest.mark.parametrize("changes", LOSSES.values(), ids=LOSSES)
def test_number_that_falls_silent_without_a_stop_is_lost(changes: dict[str, Any]) -> None:
    change = judge(record(), record(**changes), time.time())
    assert (change.is_loss, change.is_stop) == (True, False)


@pytest.mark.parametrize("changes", STOPS.values(), ids=STOPS)
def test_number_that_somebody_ended_is_not_lost(changes: dict[str, Any]) -> None:
    change = judge(record(), record(**changes), time.time())
    assert (change.is_loss, change.is_stop) == (False, True)


@pytest.mark.parametrize("data", [None, b"", b"{}", record()[:-1], frame.seal(b"{}", VERSION + 1)])
def test_number_whose_record_is_gone_or_damaged_is_lost(data: bytes | None) -> None:
    assert judge(record(), data, time.time()).is_loss


def test_number_that_had_lapsed_by_itself_is_no_loss_when_its_record_says_so_too() -> None:
    lapsed = record(verified_until=1_000_000_000)
    assert not judge(lapsed, record(verified_until=1_000_000_001), time.time()).is_loss


def test_comparison_counts_what_is_missing_before_between_and_after(tmp_path: Path) -> None:
    built(tmp_path, 10)
    after = rows(10)
    for serial in (0, 4, 9):
        del after[key(serial)]
    after |= {key(5): record(5, stop="FRAUD_ORDER"), key(11): record(11), key(6): record(6, hours=None)}
    tally = compared(tmp_path, after)
    assert (tally.open, tally.opening) == (10, 7)
    assert list(tally.lost) == [int(number(serial)) for serial in (0, 4, 9)]
    assert [name for name, _ in tally.stops] == [key(5)]


@pytest.mark.parametrize(("lost", "is_too_much"), [(2, False), (3, True)])
def test_more_than_one_in_a_hundred_is_too_much(tmp_path: Path, lost: int, is_too_much: bool) -> None:
    built(tmp_path, 200)
    after = rows(200)
    for serial in range(lost):
        del after[key(serial)]
    assert compared(tmp_path, after).is_too_much() is is_too_much


def test_all_may_be_stopped_at_once(tmp_path: Path) -> None:
    built(tmp_path, 50)
    tally = compared(tmp_path, {name: record(serial, stop="X") for serial, name in enumerate(rows(50))})
    assert (len(tally.lost), len(tally.stops), tally.is_too_much()) == (0, 50, False)


def test_host_without_a_file_has_nothing_to_lose(tmp_path: Path) -> None:
    tally = compared(tmp_path, rows(3))
    assert (tally.open, tally.opening, tally.is_too_much()) == (0, 3, False)


@pytest.mark.parametrize(("rings_after", "is_too_much"), [(198, False), (197, True)])
def test_host_whose_file_cannot_be_read_compares_counts(tmp_path: Path, rings_after: int, is_too_much: bool) -> None:
    built(tmp_path, 200)
    keep(tmp_path, Writer(tmp_path).get)
    tally = compared(tmp_path, rows(rings_after), is_sound=False)
    assert (tally.rang, tally.fallen, tally.is_too_much()) == (200, 200 - rings_after, is_too_much)


def test_number_whose_permit_waits_is_not_missed_in_a_count(tmp_path: Path) -> None:
    built(tmp_path, 3)
    keep(tmp_path, Writer(tmp_path).get)
    comparison = Comparison(tmp_path, is_sound=False)
    comparison.page([(key(serial).encode(), record(serial, verified_until=0), None, True) for serial in range(3)])
    assert not comparison.finish().is_too_much()


class Host:
    """A file in force, and changes sifted into it as `follow` does."""

    def __init__(self, folder: Path, count: int) -> None:
        built(folder, count)
        self.folder, self.writer, self.epoch = folder, Writer(folder), 1

    def publish(self, changes: dict[str, bytes | None]) -> None:
        self.epoch += 1
        losses = Losses(self.folder, self.writer.get)
        passed = losses.sift(changes.items(), source="db/1", epoch=self.epoch, is_excused=lambda _: False)
        self.writer.apply(passed, self.epoch)

    def silent(self) -> int:
        return sum(self.writer.get(name.encode()) is None for name in rows(100))

    def held(self) -> set[str]:
        return force.held(self.folder)


@pytest.fixture
def host(tmp_path: Path) -> Any:
    made = Host(tmp_path, 100)
    yield made
    made.writer.close()


def gone(first: int, count: int) -> dict[str, bytes | None]:
    return dict.fromkeys([key(serial) for serial in range(first, first + count)])


def test_few_numbers_an_hour_fall_silent_one_by_one_and_the_next_is_held(host: Host) -> None:
    for serial in range(FEW):
        host.publish(gone(serial, 1))
    assert (host.silent(), host.held(), alarms(host.folder)) == (FEW, set(), [])
    host.publish(gone(FEW, 2))
    assert (host.silent(), host.held()) == (FEW, {number(FEW), number(FEW + 1)})
    (alarm,) = alarms(host.folder)
    assert (alarm["code"], alarm["lost"], alarm["open"]) == ("SNAPSHOT_LOSS", 2, 100 - FEW)
    assert [one["kind"] for one in everything(host.folder)] == ["snapshot_refused"]


def test_what_fell_silent_an_hour_ago_counts_no_more(host: Host) -> None:
    minute = int(time.time()) - 3700
    host.writer.apply([(keys.LOSSES, json.dumps([[minute, FEW]]).encode())], 1)
    host.publish(gone(0, FEW))
    assert host.silent() == FEW


def test_stop_and_all_other_changes_pass_beside_what_is_held(host: Host) -> None:
    stopped = record(50, business_state="suspended", stop="FRAUD_ORDER")
    host.publish(gone(0, 30) | {key(50): stopped, key(60): record(60, hours=None), "trunk:10.0.0.1": None})
    assert (host.silent(), len(host.held())) == (0, 30)
    assert (host.writer.get(key(50).encode()), host.writer.get(key(60).encode())) == (stopped, record(60, hours=None))
    assert host.writer.get(keys.OPEN) == b"99"


def test_held_number_is_stopped_at_once_and_rings_again_at_once(host: Host) -> None:
    host.publish(gone(0, 30))
    stopped = {key(serial): record(serial, stop="FRAUD_ORDER") for serial in range(29)}
    host.publish(stopped)
    assert (host.held(), host.writer.get(key(3).encode())) == ({number(29)}, stopped[key(3)])
    assert len(alarms(host.folder)) == 1
    host.publish({key(29): record(29)})
    assert (host.held(), alarms(host.folder), force.refusal(host.folder)) == (set(), [], None)


REASON = {"reason": "换了登记库", "at": time.time()}


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [
        (["孙样本"], "x", "TWO_PEOPLE"),
        (["孙样本", " 孙样本 "], "x", "TWO_PEOPLE"),
        (["Sun", "ｓｕｎ"], "x", "TWO_PEOPLE"),
        (["孙样本", ""], "x", "NAME_MISSING"),
        (["孙样本", "冯样本", "吴样本"], "x", "TWO_PEOPLE"),
        (["孙样本", "冯样本"], " ", "REASON_MISSING"),
    ],
)
def test_force_needs_two_people_and_a_reason(host: Host, by: list[str], reason: str, code: str) -> None:
    host.publish(gone(0, 30))
    with pytest.raises((force.ForceRefused, NameMissing, ReasonMissing)) as refused:
        force.force(host.folder, by=by, reason=reason, at=time.time())
    assert (refused.value.code, force.forced(host.folder)) == (code, None)


def test_force_without_anything_refused_is_refused(host: Host) -> None:
    with pytest.raises(force.ForceRefused, match="Nothing stands refused"):
        force.force(host.folder, by=["孙样本", "冯样本"], **REASON)


def test_force_by_somebody_who_is_not_in_the_hosts_file_is_refused(host: Host) -> None:
    host.publish(gone(0, 30))
    (host.folder / "force-people").write_text("孙样本\n冯样本\n")
    with pytest.raises(force.ForceRefused, match="吴样本: not in this host's file"):
        force.force(host.folder, by=["孙样本", "吴样本"], **REASON)
    assert force.force(host.folder, by=["孙样本", "冯样本"], **REASON)["lost"] == 30


def test_force_is_in_the_spool_names_both_and_ends_after_an_hour(host: Host) -> None:
    host.publish(gone(0, 30))
    said = force.force(host.folder, by=["孙样本", "冯样本"], reason="换了登记库", at=time.time())
    assert force.forced(host.folder) == said
    (told,) = [one for one in everything(host.folder) if one["kind"] == "snapshot_forced"]
    assert (told["by"], told["reason"], told["lost"], told["source"]) == (
        ["孙样本", "冯样本"],
        "换了登记库",
        30,
        "db/1",
    )
    force.force(host.folder, by=["孙样本", "冯样本"], reason="x", at=time.time() - force.SECONDS - 1)
    assert force.forced(host.folder) is None


def test_force_of_one_list_says_nothing_about_a_longer_one(host: Host) -> None:
    host.publish(gone(0, 30))
    said = force.force(host.folder, by=["孙样本", "冯样本"], **REASON)
    assert len(force.lost(host.folder, said)) == 30
    host.publish(gone(30, 30))
    assert force.lost(host.folder, said) == set()


def test_what_is_tried_again_goes_on_where_stops_were_looked_for_last(tmp_path: Path) -> None:
    def refused(source: str, epoch: int) -> LossRefused:
        return LossRefused(Tally(3), source, epoch)

    patience = Patience()
    assert patience.seen_before(tmp_path, refused("db", 9)) == 9  # nothing is known: what it is refused with
    built(tmp_path, 3)
    keep(tmp_path, Writer(tmp_path).get)  # of no database, up to epoch 1
    assert [patience.seen_before(tmp_path, refused(name, 9)) for name in ("", "db")] == [1, 9]
    patience.seen = ("db", 7)
    assert [patience.seen_before(tmp_path, refused("db", epoch)) for epoch in (9, 5)] == [7, 5]
    assert patience.seen_before(tmp_path, refused("other", 9)) == 9
    assert [patience.next_seconds() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    patience.end()
    assert (patience.next_seconds(), patience.seen) == (1, None)
