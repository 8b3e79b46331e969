"""What the gates copy is kept sealed, found again by call and number, and gone after its time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.lib import envelope
from answerable.signalling import hep, store
from answerable.signalling.capture import MESSAGES_A_CALL, Collector
from answerable.signalling.days import Days
from answerable.signalling.tests.test_hep import COPY, INVITE

NOW = COPY.at + 1


def packet(call: str = "one@192.0.2.9", number: str = "400-812-3456", at: float = COPY.at) -> bytes:
    message = INVITE.replace(b"one@192.0.2.9", call.encode()).replace(b"400-812-3456", number.encode())
    return hep.write(COPY._replace(message=message, at=at))


@pytest.fixture
def days(tmp_path: Path) -> Days:
    return Days(tmp_path / "signalling", envelope.MasterKey.create(tmp_path / "keys"))


@pytest.fixture
def collector_of(days: Days) -> Callable[..., Collector]:
    return lambda **more: Collector(days, key="sesame", **({"clock": lambda: NOW} | more))


def found(days: Days, **asked: object) -> list[str]:
    window = {"since": COPY.at - 10, "until": COPY.at + 10}
    return [kept.call for kept in store.find(days, **(window | asked))]  # type: ignore[arg-type]


def test_messages_are_found_by_call(days: Days, collector_of: Callable[..., Collector]) -> None:
    collector = collector_of()
    for call, number in (("a@x", "4008123456"), ("b@x", "4008999999"), ("a@x", "4008123456")):
        collector.take(packet(call, number), "127.0.0.1")
    assert (collector.kept, dict(collector.dropped)) == (3, {})
    assert found(days, calls=["a@x"]) == ["a@x", "a@x"]
    assert found(days, calls=["b@x"]) == ["b@x"]
    assert found(days, calls=["a@x"], until=COPY.at - 1) == []
    assert found(days, calls=[]) == []
    (kept,) = store.find(days, calls=["b@x"], since=0, until=NOW)
    assert (kept.at, kept.source, kept.target) == (COPY.at, COPY.source, COPY.target)
    assert kept.message == INVITE.replace(b"one@192.0.2.9", b"b@x").replace(b"400-812-3456", b"4008999999")


def test_nothing_of_a_message_lies_readable(days: Days, collector_of: Callable[..., Collector]) -> None:
    collector_of().take(packet(), "127.0.0.1")
    written = b"".join(path.read_bytes() for path in days.folder.rglob("*") if path.is_file())
    for private in (b"13800138000", b"INVITE", b"one@192.0.2.9"):
        assert private not in written


def test_strangers_garbage_and_storms_are_dropped_and_counted(collector_of: Callable[..., Collector]) -> None:
    collector = collector_of()
    collector.take(packet(), "192.0.2.66")
    collector.take(hep.write(COPY._replace(key=b"guess")), "127.0.0.1")
    collector.take(b"HEP3", "127.0.0.1")
    collector.take(hep.write(COPY._replace(message=b"INVITE nobody")), "127.0.0.1")
    for _ in range(MESSAGES_A_CALL + 5):
        collector.take(packet("storm@x"), "127.0.0.1")
    collector.take(packet("calm@x"), "127.0.0.1")
    assert (collector.kept, dict(collector.dropped)) == (MESSAGES_A_CALL + 1, {"stranger": 2, "garbage": 2, "storm": 5})
    collector.write_status()
    said = json.loads((collector.days.folder / "status.json").read_text())
    assert (said["kept"], said["dropped"]["storm"]) == (MESSAGES_A_CALL + 1, 5)


def test_folder_never_grows_beyond_its_limit(days: Days, collector_of: Callable[..., Collector]) -> None:
    collector = collector_of(most_bytes=20_000)
    for serial in range(100):
        collector.take(packet(f"{serial}@x"), "127.0.0.1")
    size = sum(path.stat().st_size for path in days.folder.iterdir() if path.suffix in (".messages", ".index"))
    assert 19_000 < size < 21_000
    assert collector.kept + collector.dropped["full"] == 100


def test_day_whose_time_is_over_is_gone_with_its_key(days: Days, collector_of: Callable[..., Collector]) -> None:
    times = [NOW]
    collector = collector_of(clock=lambda: times[0])
    collector.take(packet("old@x"), "127.0.0.1")
    (day,) = days.listed()
    copies = {path: path.read_bytes() for path in (days.messages(day), days.index(day))}
    times[0] += 185 * 86_400
    collector.take(packet("new@x", at=times[0]), "127.0.0.1")
    assert day not in days.listed()
    for path, content in copies.items():  # as from a backup of the files
        path.write_bytes(content)
    assert found(days, calls=["old@x"]) == []
    assert found(days, calls=["new@x"], until=times[0]) == ["new@x"]


def test_collector_that_was_killed_goes_on_behind_what_was_torn(
    days: Days, collector_of: Callable[..., Collector]
) -> None:
    first = collector_of()
    first.take(packet("a@x"), "127.0.0.1")
    first.writer.close()
    (day,) = days.listed()
    for path, torn in ((days.messages(day), b"half a message"), (days.index(day), b"half a row")):
        with path.open("ab") as stream:
            stream.write(torn)
    second = collector_of()
    second.take(packet("b@x"), "127.0.0.1")
    assert found(days, calls=["a@x", "b@x"]) == ["a@x", "b@x"]


def test_message_that_was_changed_is_not_read_as_another(days: Days, collector_of: Callable[..., Collector]) -> None:
    collector_of().take(packet("a@x"), "127.0.0.1")
    path = days.messages(days.listed()[0])
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(envelope.Tampered):
        found(days, calls=["a@x"])


def test_second_collector_of_a_folder_is_refused(collector_of: Callable[..., Collector]) -> None:
    first = collector_of()
    with pytest.raises(store.Busy):
        collector_of()
    first.writer.close()


def test_days_are_kept_for_six_months(days: Days, collector_of: Callable[..., Collector]) -> None:
    collector_of().take(packet(), "127.0.0.1")
    day = dt.date.fromisoformat(days.listed()[0])
    assert days.end(day + dt.timedelta(days=184)) == []
    assert days.end(day + dt.timedelta(days=185)) == [day.isoformat()]
