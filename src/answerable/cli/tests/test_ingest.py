"""One record that cannot be stored holds nobody else's up, and is kept."""

import json

import pytest

from answerable import settings
from answerable.calls.models import Call, GateRecord
from answerable.cli.ingest import deliver

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong", [{"at": "yesterday"}, {"at": None}, {"host": "h" * 99}, {"kind": "strangers"}, {"sip": 10**9}]
)
def test_record_that_no_database_takes_is_set_aside_and_the_rest_arrives(at, tmp_path, monkeypatch, wrong):
    monkeypatch.setattr(settings, "GATE", tmp_path)
    batch = [
        {
            "host": "g1",
            "boot": "b1",
            "process": "7",
            "sequence": n,
            "kind": "ended",
            "call": f"c{n}",
            "at": at.timestamp(),
        }
        for n in range(9)
    ]
    batch[4] |= wrong
    deliver(batch)
    deliver(batch)
    assert sorted(Call.objects.values_list("call", flat=True)) == [f"c{n}" for n in range(9) if n != 4]
    assert GateRecord.objects.count() == 8
    kept = (tmp_path / "spool" / "damaged" / "refused.jsonl").read_text().splitlines()
    assert json.loads(kept[0]) == batch[4]
