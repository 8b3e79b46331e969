"""From a spool into the tables: whatever dies or comes again on the way, each record once."""

import shutil

import pytest

from answerable.calls.actions import ingest
from answerable.calls.models import Call, GateRecord, StrangerCount
from answerable.gate.strangers import Strangers
from answerable.spool import ship
from answerable.spool.write import SpoolWriter


def write(folder, at, calls=3):
    """Write whole calls and a stranger's call; the writer ends."""
    writer = SpoolWriter(folder)
    for call in range(calls):
        for second, kind in enumerate(("invite", "ringing", "answered", "ended")):
            writer.write({"kind": kind, "at": at.timestamp() + second, "call": f"c{call}", "number": "4008001357"})
    writer.close()
    Strangers(folder, wall=at.timestamp).count("192.0.2.1", "110")


def stored():
    ends = set(Call.objects.values_list("call", "end_status"))
    counts = list(StrangerCount.objects.values_list("address", "count"))
    return GateRecord.objects.count(), ends, counts


WHOLE = (13, {("c0", "answered"), ("c1", "answered"), ("c2", "answered")}, [("192.0.2.1", 1)])


@pytest.mark.django_db
def test_shipper_that_dies_between_commit_and_cursor_counts_nothing_twice(tmp_path, at):
    write(tmp_path, at)

    def take_and_die(batch):
        ingest(batch, at=at)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ship.ship(tmp_path, take_and_die)
    assert stored() == WHOLE
    assert ship.ship(tmp_path, lambda batch: ingest(batch, at=at)) == 13
    assert stored() == WHOLE
    assert ship.ship(tmp_path, lambda batch: ingest(batch, at=at)) == 0


@pytest.mark.django_db
def test_whole_folder_copied_back_adds_nothing(tmp_path, at):
    write(tmp_path, at)
    shutil.copytree(tmp_path / "spool", tmp_path / "copy" / "spool")
    for folder in (tmp_path, tmp_path / "copy"):
        assert ship.ship(folder, lambda batch: ingest(batch, at=at)) == 13
        assert stored() == WHOLE


@pytest.mark.django_db(transaction=True)
def test_two_shippers_of_one_batch_at_once_store_it_once(tmp_path, at, at_once):
    write(tmp_path, at)
    batches = []
    ship.ship(tmp_path, batches.extend)
    at_once(*[lambda: ingest(batches, at=at)] * 3)
    assert stored() == WHOLE
