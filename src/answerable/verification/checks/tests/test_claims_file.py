import json
from datetime import date

import pytest

from answerable.verification.checks.claims_file import SCHEMA, ClaimsInvalid, load
from answerable.verification.checks.facts import Claims, DestinationClaim


def test_file_of_claims_is_read_with_slot_and_day() -> None:
    found = load(
        json.dumps(
            {
                "name": "华示例有限公司",
                "slot": "licence",
                "judged_on": "2026-06-15",
                "destinations": [{"line": "010-65541234"}],
            }
        )
    )
    assert found.claims == Claims(name="华示例有限公司", destinations=(DestinationClaim("010-65541234"),))
    assert (found.slot, found.judged_on) == ("licence", date(2026, 6, 15))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "JSON"), ("[]", "object"), ('{"nmae": "x"}', "nmae"), ('{"name": 5}', "name"), ('{"slot": "passport"}', "slot"),
        ('{"judged_on": "31.02.2026"}', "judged_on"), ('{"destinations": [{}]}', "line"), ('{"role": "agent"}', "role"),
        ('{"destinations": [{"line": "1", "owner": "aunt"}]}', "owner"), ('{"provenance": {"name": "guessed"}}', "provenance.name"),
    ],
)  # fmt: skip
def test_file_that_does_not_fit_is_refused_with_the_place(text: str, where: str) -> None:
    with pytest.raises(ClaimsInvalid) as refused:
        load(text)
    assert where in str(refused.value)


def test_schema_names_every_claim() -> None:
    named = set(SCHEMA["properties"]) - {"slot", "judged_on"}
    assert named == set(Claims.__dataclass_fields__)
