"""Does the register say that the organisation exists and is active?"""

from __future__ import annotations

import re

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure

NAME = "register_status"
_ACTIVE = re.compile(r"存续|在营|开业|在业|正常|有效")
_ENDED = re.compile(r"注销|吊销|撤销|除名|异常|停业|歇业|迁出|失效")


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E04 by the register's status; without a row nothing can be told."""
    if not dossier.claims.credit_code and dossier.register is None:
        return []
    row = dossier.register
    if row is None:
        text = ("登记信息中没有查到该代码，将由人工核对。", "The register has no such code; a person will look it up.")
        return [unsure(NAME, *text, field="credit_code", read=dossier.claims.credit_code)]
    about = (f"登记状态：{row.status}。", f"Status in the register: {row.status}.")
    if _ENDED.search(row.status):
        return [flagged(NAME, "E04", *about, field="credit_code", read=row.status, expected="存续")]
    if _ACTIVE.search(row.status):
        return [passed(NAME, *about, field="credit_code", read=row.status)]
    return [unsure(NAME, *about, field="credit_code", read=row.status, expected="存续")]
