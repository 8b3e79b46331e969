"""Does the security commitment name the enterprise as user, and not a person?"""

from __future__ import annotations

import re

from answerable.verification.checks.compare import compare_text
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure

NAME = "commitment_user"
_SLOT = "commitment"
_ORGANISATION = re.compile(
    r"公司|中心|医院|学校|事务所|合作社|合伙|工作室|协会|商行|店|厂|部|局|委员会|集团|院|所|行|社|馆"
)


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag L04 where the user is a person or another organisation."""
    reading = dossier.reading(_SLOT)
    if reading is None or reading.kind != "commitment":
        return []
    seen = reading.fields.get("user") or reading.fields.get("name")
    name = dossier.claims.name
    if seen is None:
        text = (
            "没有读出承诺书的使用单位，将由人工查看。",
            "The user on the commitment was not read; a person will look.",
        )
        return [unsure(NAME, *text, slot=_SLOT, field="name", expected=name)]
    verdict = compare_text(name, seen) if name else "close"
    if verdict == "same":
        text = ("承诺书的使用单位与单位名称一致。", "The commitment names the enterprise.")
        return [passed(NAME, *text, slot=_SLOT, field="name", seen=seen, expected=name)]
    if len(seen.text) <= 4 and not _ORGANISATION.search(seen.text):
        text = ("承诺书的使用单位写成了个人。", "The commitment names a person as user.")
        return [flagged(NAME, "L04", *text, slot=_SLOT, field="name", seen=seen, expected=name)]
    if verdict == "different":
        text = ("承诺书的使用单位与单位名称不一致。", "The commitment names another user.")
        return [flagged(NAME, "L04", *text, slot=_SLOT, field="name", seen=seen, expected=name)]
    text = ("承诺书的使用单位未能确认。", "The user on the commitment is not surely the same.")
    return [unsure(NAME, *text, slot=_SLOT, field="name", seen=seen, expected=name)]
