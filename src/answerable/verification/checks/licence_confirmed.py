"""What the person says the licence reads, where the engine's reading was corrected by hand.

What was left as read from the picture proves nothing about the picture and is not looked at again here.
"""

from __future__ import annotations

from answerable.verification.checks.compare import same
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, unsure

NAME = "licence_confirmed"
FIELDS: dict[str, tuple[str, str, str, str]] = {
    "code": ("credit_code", "B11", "统一社会信用代码", "The credit code"),
    "name": ("name", "B10", "单位名称", "The organisation's name"),
    "person": ("legal_representative", "B12", "法定代表人", "The legal representative"),
    "address": ("address", "B13", "注册地址", "The registered address"),
}
"""By the licence's field: the claim it answers to, the reason when it contradicts, and its names."""


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B10, B11, B12, B13 where the correction contradicts what the application is for; else show both."""
    reading, found = dossier.reading("licence"), list[Finding]()
    for name, text in dossier.corrected.items():
        claim, code, zh, en = FIELDS[name]
        seen = reading.fields.get(name) if reading else None
        expected = str(getattr(dossier.claims, claim))
        if same(text, expected):
            said = (f"{zh}识别有误，申请人更正后与申请一致，请对照图片。",
                    f"{en} was misread; as corrected it agrees with the application. Compare it with the picture.")  # fmt: skip
            found.append(unsure(NAME, *said, field=name, slot="licence", seen=seen, expected=text))
        else:
            said = (
                f"申请人核对证照时填写的{zh}与申请不一致。",
                f"{en}, as the applicant gives it, differs from the application.",
            )
            found.append(
                flagged(NAME, code, *said, field=name, slot="licence", seen=seen, read=text, expected=expected)
            )
    return found
