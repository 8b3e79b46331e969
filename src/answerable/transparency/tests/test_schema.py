"""The published shape of entries: what is written has it, and what has not is refused."""

import datetime as dt
import json

import pytest

from answerable.transparency import schema
from answerable.transparency.entries import EntryInvalid, canonical, make_entry, read_entry
from answerable.transparency.schema import SchemaUnknown, _Maker, checks

AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)
NUMBER, D = "4008000400", "0" * 64
HUA, HIDDEN = {"name": "样本有限公司", "credit_code": "91310115MA1DEM017P"}, {"commitment": D}
SAID = {
    "lock": {"holder": HUA, "contract_sha256": D, "price_sha256": D}, "handling": {"counter": "BJ-01", "channel": "own_counter"},
    "approval": {"holder": HIDDEN, "requirement_set": "telecom/1", "reviewers": ["a", "b"], "verified_until": "2027-01-01"},
    "registration": {"receipt_sha256": D, "record_sha256": D}, "opening": {"holder": HUA},
    "line_proven": {"line": D, "proven_until": "2027-01-01"}, "line_removed": {"line": D}, "stop": {"reason": D},
    "stop_opened": {"reason": D, "outcome": "final", "salt": D, "value": "COMPLAINT"}, "lift": {}, "pause": {}, "resume": {},
    "arrival": {"holder": HUA, "log": "log.example/400", "tree_size": "9", "root": "A" * 43 + "=", "archive_sha256": D},
    "transfer": {"holder": HUA, "from": HIDDEN}, "renamed": {"holder": HUA}, "release": {},
    "agent_exit": {"agent": HUA, "how": "breach"}, "operator_exit": {"operator": HUA, "carriers": ["telecom"], "until": "2026-12-31"},
}  # fmt: skip
EXITS = {"agent_exit", "operator_exit"}


def written(kind):
    return json.loads(make_entry(kind, number="" if kind in EXITS else NUMBER, at=AT, said=SAID[kind]))


def test_every_kind_of_the_schema_is_written_and_read():
    assert SAID.keys() == checks().keys()
    for kind in SAID:
        assert read_entry(canonical(written(kind)))["kind"] == kind


@pytest.mark.parametrize("kind", SAID)
def test_entry_that_lacks_or_adds_a_field_is_refused(kind):
    entry = written(kind)
    optional = {"salt", "value"}
    for left_out in entry.keys() - optional:
        with pytest.raises(EntryInvalid):
            read_entry(canonical({key: value for key, value in entry.items() if key != left_out}))
    with pytest.raises(EntryInvalid):
        read_entry(canonical(entry | {"person": "x"}))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("lift", {"number": ""}), ("lift", {"number": "4002000000"}), ("lift", {"number": "4008000400\n"}), ("lift", {"number": 4008000400}),
        ("agent_exit", {"number": NUMBER}), ("lift", {"v": 2}), ("lift", {"v": True}), ("lift", {"v": "1"}), ("lift", {"kind": "unlock"}), ("lift", {"kind": ["lift"]}),
        ("lift", {"at": "2026-03-03T09:00:00+00:00"}), ("lift", {"at": "2026-03-03T09:00:00.000+08:00"}), ("stop", {"reason": "COMPLAINT"}),
        ("stop", {"reason": "A" * 64}), ("line_proven", {"line": "02161234567"}), ("line_proven", {"proven_until": "soon"}),
        ("opening", {"holder": "样本有限公司"}), ("opening", {"holder": HUA | HIDDEN}), ("opening", {"holder": {"name": "华小样"}}),
        ("opening", {"holder": HUA | {"legal_representative": "x"}}), ("opening", {"holder": HUA | {"name": ""}}),
        ("opening", {"holder": HUA | {"name": "样" * 121}}), ("handling", {"channel": "agent"}), ("approval", {"reviewers": "lin"}),
        ("approval", {"reviewers": [1]}), ("stop_opened", {"outcome": "forgotten"}), ("agent_exit", {"how": "died"}),
    ],
)  # fmt: skip
def test_value_of_another_shape_is_refused(kind, changes):
    with pytest.raises(EntryInvalid):
        read_entry(canonical(written(kind) | changes))


def test_schema_says_of_each_kind_what_it_means_and_nothing_that_is_not_checked():
    whole = json.loads(schema.published())
    assert [name for name in SAID if not whole["$defs"][name]["description"]] == []
    for strange in ({"format": "date"}, {"type": "number"}, {"type": "object", "additionalProperties": True}):
        with pytest.raises(SchemaUnknown):
            _Maker({}).check(strange)
