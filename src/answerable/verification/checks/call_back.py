"""Was the line answered when the platform rang it to prove whose it is?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "call_back"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D15 where the call-back failed; one that was not made says nothing."""
    result = dossier.account.call_back
    if not result:
        return []
    if result == "passed":
        return [passed(NAME, "回拨核验通过。", "The call-back succeeded.", field="destinations")]
    return [flagged(NAME, "D15", "回拨核验未通过。", "The call-back did not succeed.", field="destinations")]
