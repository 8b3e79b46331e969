"""The row a number that the look-up reads is what a replay of the whole log derives."""

import datetime as dt
import importlib
import json

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from answerable.transparency import actions
from answerable.transparency.history import History, derive
from answerable.transparency.integrate import take
from answerable.transparency.models import Entry, Standing
from answerable.transparency.standings import EMPTY

A, B, C = (letter * 64 for letter in "abc")
AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)
SAID = {
    "opening": {"holder": {"name": "样本", "credit_code": "91310115MA1DEM01X0"}},
    "renamed": {"holder": {"commitment": A}},
    "transfer": {"holder": {"commitment": B}, "from": {"commitment": A}},
    "approval": {"holder": {"commitment": A}, "requirement_set": "x", "reviewers": ["a", "b"], "verified_until": "2027-01-01"},
    "stop": {"reason": C}, "stop_opened": {"reason": C, "outcome": "stopped_in_error"},
}  # fmt: skip
KINDS = [*SAID, "lift", "pause", "resume", "release"]


@given(st.lists(st.sampled_from(KINDS), max_size=12), st.integers(0, 12))
def test_replay_goes_on_from_what_was_kept(kinds, cut):
    entries = [
        (n, {"kind": kind, "number": "4008000400", "at": f"{n:02d}", **SAID.get(kind, {})})
        for n, kind in enumerate(kinds)
    ]
    whole, _ = derive(entries)
    history = History("4008000400")
    for n, entry in entries:
        if n == cut:
            history = History.of_plain("4008000400", json.loads(json.dumps(history.as_plain())))
        history.add(n, entry)
    assert history == whole.get("4008000400", History("4008000400"))


def write(*kinds, number="4008000400"):
    for kind in kinds:
        actions.publish(kind, number=number, at=AT, **SAID.get(kind, {}))


@pytest.mark.django_db
def test_rows_follow_the_log_batch_by_batch_and_number_by_number():
    write("opening", "stop")
    write("opening", number="4006000001")
    take()
    write("lift", "renamed", "transfer")
    take()
    leaves = Entry.objects.order_by("index").values_list("index", "leaf")
    histories, _ = derive((index, json.loads(bytes(leaf))) for index, leaf in leaves)
    rows = {row.pk: row for row in Standing.objects.all()}
    assert {number: row.history for number, row in rows.items()} == {
        number: history.as_plain() for number, history in histories.items()
    }
    assert (rows["4008000400"].commitments, rows["4006000001"].commitments) == ([A, B], [])


def test_empty_row_is_not_shared():
    history = History.of_plain("4008000400", EMPTY)
    history.add(0, {"kind": "stop", "number": "4008000400", "at": "1", "reason": "x"})
    assert EMPTY["halts"] == EMPTY["indices"] == []


@pytest.mark.django_db
def test_rows_that_are_missing_are_derived_from_the_entries_there_are():
    write("opening", "stop", "renamed")
    write("opening", number="4006000001")
    take()
    kept = {row.pk: (row.history, row.commitments) for row in Standing.objects.all()}
    Standing.objects.all().delete()
    importlib.import_module("answerable.transparency.migrations.0003_standings").derive(apps, None)
    assert {row.pk: (row.history, row.commitments) for row in Standing.objects.all()} == kept
