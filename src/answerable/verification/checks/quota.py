"""Does the organisation hold as many numbers, or have as many applications under way, as it may (MIIT 452 (七)四)?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "quota"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E08 where one more number would exceed the quota, E10 for too many applications at once."""
    account, found = dossier.account, list[Finding]()
    if account.quota is not None:
        read, expected = str(account.numbers_held), f"< {account.quota}"
        if account.numbers_held >= account.quota:
            text = ("该单位的号码已达上限。", "The organisation has reached its limit of numbers.")
            found.append(flagged(NAME, "E08", *text, read=read, expected=expected))
        else:
            text = ("该单位的号码未达上限。", "The organisation is below its limit of numbers.")
            found.append(passed(NAME, *text, read=read, expected=expected))
    if account.pending_limit is not None and account.pending > account.pending_limit:
        text = ("该单位在办的申请过多。", "Too many applications of this organisation are under way.")
        found.append(flagged(NAME, "E10", *text, read=str(account.pending), expected=f"≤ {account.pending_limit}"))
    return found
