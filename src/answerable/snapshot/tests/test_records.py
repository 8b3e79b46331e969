"""Records: what is written is read again; what does not check is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.snapshot import frame, records

GOOD: dict[str, Any] = {
    "number": "4008123456",
    "owner": "91110108MA01ABCD2X",
    "business_state": "working",
    "network_state": "activated",
    "verified_until": 1_795_000_000,
    "paid_until": 0,
    "stop": None,
    "hours": [[0, 540, 1080], [6, 0, 1440]],
    "limited_hours": None,
    "closed_dates": ["2026-10-01"],
    "open_dates": [],
    "destinations": [{"line": "01062345678", "uri": "sip:1@h", "proven_until": 1, "ring_seconds": 20}],
    "overflow": {"busy": True, "no_answer": False},
}


def test_number_record_is_read_as_it_was_written() -> None:
    assert records.decode_number(records.encode(GOOD)) == {"v": records.VERSION, **GOOD}


def test_same_record_is_the_same_bytes() -> None:
    assert records.encode(GOOD) == records.encode(dict(reversed(GOOD.items())))


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 3},
        {"number": "400812345"},
        {"number": "４００８１２３４５６"},
        {"verified_until": "2026-01-01"},
        {"verified_until": True},
        {"paid_until": -1},
        {"paid_until": 1.5},
        {"stop": 0},
        {"hours": [[7, 0, 1]]},
        {"hours": [[0, 600, 540]]},
        {"hours": [[0, 0, 1441]]},
        {"hours": "always"},
        {"destinations": None},
        {"destinations": [{"line": "1", "uri": "sip:1@h", "proven_until": None, "ring_seconds": 20}]},
        {"destinations": [{"line": "1", "uri": "sip:1@h", "proven_until": 1, "ring_seconds": 0}]},
        {"overflow": {"busy": True}},
        {"owner": None},
        {"ring": "all"},
        {"callers": {"refuse": ["138"]} | {"accept": "138"}},
        {"callers": []},
        {"shown": "+8613800138000"},
        {"most_calls": -1},
        {"talk_seconds": None},
        {"overflow": {"busy": True, "no_answer": True, "unreachable": 1}},
    ],
)
def test_record_with_a_wrong_field_is_neither_written_nor_read(wrong: dict[str, Any]) -> None:
    bad = {"v": records.VERSION, **GOOD, **wrong}
    with pytest.raises(records.BadRecord):
        records.encode(bad)
    with pytest.raises(records.BadRecord):
        records.decode_number(frame.seal(json.dumps(bad).encode(), records.VERSION))


@pytest.mark.parametrize("field", sorted(GOOD))
def test_record_without_a_field_is_not_read(field: str) -> None:
    bad = {"v": records.VERSION, **GOOD}
    del bad[field]
    with pytest.raises(records.BadRecord, match=field):
        records.decode_number(frame.seal(json.dumps(bad).encode(), records.VERSION))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_a_reader_do_anything_but_refuse(data: bytes) -> None:
    for decode in (records.decode_number, records.decode_trunk, records.decode_probe):
        with pytest.raises(records.BadRecord):
            decode(data)


def test_trunk_and_probe_are_read_as_written_and_not_as_each_other() -> None:
    trunk, probe = records.encode({"name": "一", "kind": "trunk"}), records.encode({"until": 5})
    assert records.decode_trunk(trunk)["name"] == "一"
    assert records.decode_probe(probe)["until"] == 5
    with pytest.raises(records.BadRecord):
        records.decode_trunk(probe)
    with pytest.raises(records.BadRecord):
        records.decode_probe(trunk)
    with pytest.raises(records.BadRecord):
        records.decode_number(trunk)


@pytest.mark.parametrize(
    ("data", "at"),
    [(b"17.5", 17.5), (None, None), (b"", None), (b"nan", None), (b"inf", None), (b"-1", None), (b"x", None)],
)
def test_heartbeat_that_makes_no_sense_is_none(data: bytes | None, at: float | None) -> None:
    assert records.decode_time(data) == at


def test_heartbeat_keeps_every_digit() -> None:
    assert records.decode_time(records.encode_time(1795000000.123456)) == 1795000000.123456
