"""Was the line answered when the platform rang it to prove whose it is?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "call_back"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D15 where the call-back was not made or failed."""
    result = dossier.account.call_back
    if not result:
        return []
    if result == "passed":
        return [passed(NAME, "回拨核验通过。", "The call-back succeeded.", field="callback")]
    text = (
        ("回拨核验未通过。", "The call-back did not succeed.")
        if result == "failed"
        else ("线路还没有完成回拨核验。", "The line was not yet proven by a call-back.")
    )
    return [flagged(NAME, "D15", *text, field="callback")]
