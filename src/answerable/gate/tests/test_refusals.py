"""The table of refusals: one cause, one code, one number, words in both languages."""

from __future__ import annotations

import re

from answerable.gate.refusals import REFUSALS

NAMES = [
    "SOURCE_UNKNOWN",
    "CALLER_IS_400",
    "SNAPSHOT_STALE",
    "NUMBER_UNKNOWN",
    "STOPPED_AT_GATE",
    "STOPPED",
    "NOT_IN_SERVICE",
    "NOT_YET_OPEN",
    "NOT_OPENING",
    "NETWORK_NOT_ACTIVE",
    "NOT_VERIFIED",
    "UNPAID",
    "CLOSED_HOURS",
    "LIMITED",
    "DESTINATION_NOT_PROVEN",
    "NO_ROUTE",
    "RECORDER_FULL",
    "ALL_BUSY",
    "NO_ANSWER",
    "UNREACHABLE",
    "GATE_FAULT",
    "CALLER_BARRED",
    "TRUNK_RATE",
    "CALLER_RATE",
    "NUMBER_RATE",
    "CAPACITY",
    "DRAINING",
]


def test_table_lists_every_code_once_under_its_own_number() -> None:
    assert list(REFUSALS) == NAMES
    assert [row.number for row in REFUSALS.values()] == list(range(1, len(NAMES) + 1))


def test_every_refusal_is_a_final_sip_status_with_a_cause_and_four_texts() -> None:
    for row in REFUSALS.values():
        assert 400 <= row.status <= 699
        assert 1 <= row.cause <= 127
        assert re.fullmatch(r"[A-Za-z ]+", row.phrase)
        for chinese, english in ((row.caller_zh, row.caller_en), (row.enterprise_zh, row.enterprise_en)):
            assert re.search(r"[\u4e00-\u9fff]", chinese)
            assert re.search(r"^[A-Z][\x20-\x7e]+\.$", english)


def test_reason_header_names_the_code() -> None:
    assert REFUSALS["UNPAID"].reason_header == 'Q.850;cause=50;text="UNPAID"'
