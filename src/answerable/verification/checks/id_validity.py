"""Is each ID card in its term of validity?"""

from __future__ import annotations

from datetime import date

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.people import holders, side
from answerable.verification.reading.dates import read_days

NAME = "id_validity"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I03 for a card that has ended or has not begun on the day judged by; its last day still counts."""
    found = []
    for holder in holders(dossier):
        slot, reading = side(dossier, holder, "validity")
        seen = reading.fields["validity"] if reading else None
        if seen is None:
            if dossier.readings(holder.emblem):
                text = (f"没有读出{holder.zh}身份证的有效期。", f"{holder.en}'s ID card: its validity was not read.")
                found.append(unsure(NAME, *text, slot=slot, field="validity"))
            continue
        begins = next(iter(read_days(seen.text)), None)
        expected = dossier.judged_on.isoformat()
        if begins and begins > dossier.judged_on:
            text = (f"{holder.zh}身份证尚未生效。", f"{holder.en}'s ID card is not yet valid.")
            found.append(flagged(NAME, "I03", *text, slot=slot, field="validity", seen=seen, expected=expected))
        elif seen.value == "long_term" or (seen.value and date.fromisoformat(seen.value) >= dossier.judged_on):
            text = (f"{holder.zh}身份证在有效期内。", f"{holder.en}'s ID card is valid.")
            found.append(passed(NAME, *text, slot=slot, field="validity", seen=seen, expected=expected))
        elif seen.value:
            text = (f"{holder.zh}身份证已于{seen.value}过期。", f"{holder.en}'s ID card expired on {seen.value}.")
            found.append(flagged(NAME, "I03", *text, slot=slot, field="validity", seen=seen, expected=expected))
        else:
            text = (
                f"{holder.zh}身份证的有效期没有读清。",
                f"{holder.en}'s ID card: its validity was not read clearly.",
            )
            found.append(unsure(NAME, *text, slot=slot, field="validity", seen=seen))
    return found
