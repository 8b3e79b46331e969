"""What a stranger puts into a SIP message must not keep the records behind it from arriving."""

import pytest

from answerable.calls.actions import ingest
from answerable.calls.models import Call, GateRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["400\x00", "\udcff4008", "4" * 300, "400\u200b8"])
def test_record_with_strange_bytes_arrives_and_so_does_the_next(world, number):
    common = {
        "host": "h",
        "boot": "b",
        "process": "1",
        "at": 1_780_000_000.0,
        "kind": "refused",
        "code": "SOURCE_UNKNOWN",
        "sip": 403,
    }
    ingest(
        [
            common | {"sequence": 1, "call": "c1\x00", "number": number},
            common | {"sequence": 2, "call": "c2", "number": "4"},
        ],
        at=world.at,
    )
    assert GateRecord.objects.count() == 2
    assert Call.objects.filter(refusal="SOURCE_UNKNOWN").count() == 2
