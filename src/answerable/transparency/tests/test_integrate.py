"""From an action's transaction to a signed checkpoint; what would be a fork is refused before it is signed."""

import datetime as dt
import shutil
import time

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from answerable.transparency import actions, integrate
from answerable.transparency.client import LogClient
from answerable.transparency.errors import Fork
from answerable.transparency.integrate import Log, here, recover, refuse_fork, show, take
from answerable.transparency.models import Entry, Pending
from answerable.transparency.store import CHECKPOINT, FileStore

AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def log(db, settings, tmp_path):
    settings.LOG, settings.LOG_GUARD = tmp_path / "public", tmp_path / "guard"
    return here()


def lift(count=1, number="4008000400"):
    for _ in range(count):
        actions.publish("lift", number=number, at=AT)


def client(log):
    return LogClient(log.store.read, log.key.verifier)


def test_empty_log_is_signed_too(log):
    assert show(log).size == 0
    assert client(log).latest().checkpoint.size == 0


def test_entries_are_read_back_in_order(log):
    for number in ("4008000400", "4006000001"):
        lift(2, number)
    assert (take(), take(), Pending.objects.count()) == (4, 0, 0)
    show(log)
    latest = client(log).latest().checkpoint
    read = list(client(log).entries(latest))
    assert read == [bytes(leaf) for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)]
    assert list(Entry.objects.filter(number="4006000001").values_list("index", flat=True)) == [2, 3]


def test_entry_of_an_action_that_is_undone_is_not_there(log):
    with transaction.atomic():
        lift()
        transaction.set_rollback(True)
    assert take() == 0


def test_each_checkpoint_continues_the_one_before(log):
    known = None
    for count in (1, 254, 1, 1, 300):
        lift(count)
        take()
        show(log)
        known = client(log).latest(known).checkpoint
    assert known.size == 557
    assert len(list(client(log).entries(known))) == 557


def test_proof_of_an_entry_holds_without_the_log(log):
    lift(5)
    take()
    show(log)
    proof = client(log).prove(3, log.store.read(CHECKPOINT))
    proof.verify(bytes(Entry.objects.get(pk=3).leaf), log.key.verifier)


def test_nothing_is_signed_that_contradicts_the_guard(log, monkeypatch):
    lift(3)
    take()
    show(log)
    lift(1)
    take()
    forged = [b"forged", *integrate.leaves(1, 4)]
    monkeypatch.setattr(integrate, "leaves", lambda start, end: forged[start:end])
    with pytest.raises(Fork):
        refuse_fork(log)
    shutil.rmtree(log.store.folder)
    integrate.write_anew(log, 3)
    with pytest.raises(Fork):
        show(log)
    assert log.last_signed().size == 3


def test_lost_files_are_written_anew(log):
    lift(300)
    take()
    show(log)
    shutil.rmtree(log.store.folder)
    refuse_fork(log)
    assert len(list(client(log).entries(client(log).latest(log.last_signed()).checkpoint))) == 300


def test_crash_between_rows_and_files_is_mended(log):
    lift(3)
    take()
    show(log)
    lift(300)
    take()  # the integrator dies here
    refuse_fork(log)
    assert show(log).size == 303


def test_crash_between_guard_and_files_is_mended(log):
    lift(3)
    take()
    show(log)
    before = log.store.read(CHECKPOINT)
    lift(1)
    take()
    show(log)
    log.store.write(CHECKPOINT, before)  # the new one was never shown
    again = Log(log.store, log.guard, log.key)
    refuse_fork(again)
    lift(1)
    take()
    assert show(again).size == 5
    client(log).latest()


def test_other_key_or_other_origin_is_not_the_same_log(log, settings):
    lift()
    take()
    show(log)
    settings.LOG_ORIGIN = "other.example/400"
    with pytest.raises(Exception, match="log's own signature"):
        refuse_fork(here())


def test_outsider_notices_a_log_that_went_back_or_shows_another_history(log, tmp_path):
    lift(3)
    take()
    old_files = tmp_path / "old"
    show(log)
    shutil.copytree(log.store.folder, old_files)
    lift(2)
    take()
    known = show(log)
    with pytest.raises(Fork):
        LogClient(FileStore(old_files).read, log.key.verifier).latest(known)
    other = Log(FileStore(tmp_path / "other"), FileStore(tmp_path / "other-guard"), log.key)
    entries = integrate.leaves(0, 5)
    from answerable.transparency.checkpoints import Checkpoint, sign
    from answerable.transparency.merkle import root_hash
    from answerable.transparency.store import grow
    from answerable.transparency.tiles import TileReader

    grow(other.store, 0, [entries[0], b"{}", *entries[2:], b"{}"])
    root = root_hash(6, TileReader(other.store.read, 6).subtree)
    other.store.write(CHECKPOINT, sign(Checkpoint(log.key.name, 6, root), log.key))
    with pytest.raises(Fork):
        LogClient(other.store.read, log.key.verifier).latest(known)


def test_outsider_notices_an_entry_that_was_changed_in_the_files(log):
    lift(2)
    take()
    known = show(log)
    from answerable.transparency.errors import LogError
    from answerable.transparency.tiles import ENTRIES, Tile, bundle

    log.store.write(Tile(ENTRIES, 0, 2).path, bundle([b"forged", bytes(Entry.objects.get(pk=1).leaf)]))
    with pytest.raises(LogError):
        list(client(log).entries(known))


@pytest.mark.parametrize("index", [5, 2, -1])
def test_database_refuses_an_entry_that_is_not_the_next(log, index):
    lift(3)
    take()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Entry.objects.create(index=index, leaf=b"x")


def test_database_refuses_to_change_or_take_out_an_entry(log):
    lift()
    take()
    for deed in (lambda: Entry.objects.update(leaf=b"x"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_thousand_entries_take_one_trip(log, django_assert_max_num_queries):
    lift(1000)
    with django_assert_max_num_queries(12):
        assert take() == 1000
    assert show(log).size == 1000


def test_commitment_is_opened_until_it_is_destroyed(log):
    from answerable.transparency.entries import opens_to

    commitment = actions.hide("02161234567", number="4008000400")
    salt, value = actions.open_commitment(commitment)
    assert (value, opens_to(salt, value)) == ("02161234567", commitment)
    assert actions.destroy([commitment]) == 1
    assert actions.open_commitment(commitment) is None


@pytest.mark.django_db(transaction=True)
def test_integrator_shows_what_commits_while_it_runs_within_two_seconds(settings, tmp_path, at_once):
    settings.LOG, settings.LOG_GUARD = tmp_path / "public", tmp_path / "guard"
    stop = []

    def act():
        try:
            deadline = time.monotonic() + 10
            while not here().store.has(CHECKPOINT) and time.monotonic() < deadline:
                time.sleep(0.02)
            lift()
            begun = time.monotonic()
            while client(here()).latest().checkpoint.size < 1 and time.monotonic() < deadline:
                time.sleep(0.01)
            return time.monotonic() - begun
        finally:
            stop.append(True)

    results = at_once(lambda: integrate.run(lambda: bool(stop)), act)
    assert (results[0], client(here()).latest().checkpoint.size) == (None, 1)


def test_published_entries_go_back_into_a_database_that_lost_them(application_connection, settings, tmp_path):
    settings.LOG, settings.LOG_GUARD = tmp_path / "public", tmp_path / "guard"
    log = here()
    lift(4)
    take()
    show(log)
    kept = list(client(log).entries(log.last_signed()))
    import conftest

    with conftest._server.connect(database=connection.settings_dict["NAME"]) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("DELETE FROM transparency_entry WHERE index >= 2")
    Pending.objects.create(number="4008000400", leaf=kept[2])
    with pytest.raises(Fork):
        refuse_fork(log)
    with pytest.raises(Fork):
        show(log)
    with pytest.raises(Fork):
        recover(log, kept[:3])
    assert recover(log, kept) == 2
    refuse_fork(log)
    assert (take(), show(log).size) == (0, 4)
