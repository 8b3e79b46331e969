"""Is it an obsolete paper? Since October 2015 one licence with a credit code replaces the old three certificates."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "licence_edition"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag a licence with a 15-digit registration number, and separate organisation-code or tax certificates."""
    found = []
    for reading in dossier.readings("licence"):
        if reading.kind == "organisation_code_certificate":
            text = ("这是组织机构代码证或税务登记证。", "This is an organisation-code or tax certificate.")
            found.append(flagged(NAME, "B15", *text, slot="licence"))
        elif "old_edition" in reading.notes:
            seen = reading.fields.get("registration_no")
            text = ("这是旧版营业执照（15位注册号）。", "This is an old licence (15-digit registration number).")
            found.append(flagged(NAME, "B15", *text, slot="licence", field="registration_no", seen=seen))
    return found
