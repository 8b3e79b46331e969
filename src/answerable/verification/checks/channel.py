"""Did the application come through one of the operator's own channels? There are no agents below agents."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "channel"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag E12 for a channel that the operator does not name as its own."""
    channel = dossier.account.channel
    if not channel or channel in dossier.policy.channels:
        return []
    text = ("办理渠道未经授权。", "The channel is not authorised.")
    return [flagged(NAME, "E12", *text, read=channel, expected=", ".join(dossier.policy.channels))]
