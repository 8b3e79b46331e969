"""Does the QR code contradict the print? A code in the QR that differs is the best sign of tampering there is."""

from __future__ import annotations

from answerable.lib.identifiers import read_credit_code
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure

NAME = "qr_against_print"


def check(dossier: DossierFacts) -> list[Finding]:
    """Compare the credit code in the licence's QR code with the printed one; a QR code without one says nothing."""
    reading = dossier.reading("licence")
    if reading is None:
        return []
    coded = next((qr for qr in reading.qr if qr.code), None)
    seen = reading.fields.get("code")
    if coded is None or seen is None or not seen.value:
        why = (
            "二维码没有读出或不含信用代码，未作比对。",
            "No QR code with a credit code was read; nothing to compare.",
        )
        return [unsure(NAME, *why, slot="licence")]
    printed = read_credit_code(seen.value).code
    if coded.code == printed:
        text = ("二维码与印刷的代码一致。", "The QR code and the print agree.")
        return [passed(NAME, *text, slot="licence", box=coded.box, read=coded.code, expected=printed)]
    wrong = sum(a != b for a, b in zip(coded.code, printed, strict=False))
    if not read_credit_code(printed).is_valid and wrong <= 3:
        # The print was misread, the QR code was not: it cannot be, it corrects itself.
        text = ("印刷的代码可能读错，请与二维码对照。", "The print may be misread; compare it with the QR code.")
        return [unsure(NAME, *text, slot="licence", seen=seen, expected=coded.code)]
    text = ("二维码中的代码与印刷的不同。", "The code in the QR differs from the print.")
    return [flagged(NAME, "B07", *text, slot="licence", box=coded.box, read=coded.code, expected=printed)]
