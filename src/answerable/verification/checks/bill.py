"""The bill that proves a destination: recent, complete, unmasked, of that line, of this holder."""

from __future__ import annotations

from datetime import date

from answerable.lib.lines import classify
from answerable.verification.checks.compare import compare_text, same
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.reading.model import Field, Reading

NAME = "bill"
_SLOT = "destination_proof"
_MASKS = ("*", "＊", "×", "x")


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D02 (too old), D03 (lacks holder, number, date or seal), D04 (masked), D05 (no bill), D10 (another holder)."""
    found: list[Finding] = []
    for reading in dossier.readings(_SLOT):
        if reading.kind == "statement":
            text = ("网页截图或银行流水不能作为归属证明。", "A web page or a bank's statement is no proof.")
            found.append(flagged(NAME, "D05", *text, slot=_SLOT, read=reading.lines[0].text if reading.lines else ""))
        elif reading.kind == "bill":
            found += [
                *_complete(reading),
                *_age(reading, dossier),
                *_holder(reading, dossier),
                *_line(reading, dossier),
            ]
    return found


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def _complete(reading: Reading) -> list[Finding]:
    lacking = [
        (zh, en)
        for name, zh, en in (("holder", "户名", "holder"), ("line", "号码", "number"))
        if not reading.text(name)
    ]
    if not (reading.value("billed") or reading.value("period")):
        lacking.append(("日期", "date"))
    if not any(seal.kind in {"carrier", "other", "applicant"} for seal in reading.seals):
        lacking.append(("运营商印章", "carrier's seal"))
    masked = [f for f in ("holder", "line") if any(mark in reading.text(f) for mark in _MASKS)]
    found = []
    if lacking:
        zh, en = "、".join(pair[0] for pair in lacking), ", ".join(pair[1] for pair in lacking)
        found.append(flagged(NAME, "D03", f"账单上没有看到：{zh}。", f"The bill lacks: {en}.", slot=_SLOT, read=zh))
    for name in masked:
        text = ("账单的户名或号码被遮挡。", "Holder or number on the bill is masked.")
        found.append(flagged(NAME, "D04", *text, slot=_SLOT, field=name, seen=reading.fields[name]))
    return found


def _age(reading: Reading, dossier: DossierFacts) -> list[Finding]:
    """Count from the day of issue, else from the month billed."""
    name = "billed" if reading.value("billed") else "period"
    if not reading.value(name):
        return []
    day, seen = date.fromisoformat(reading.value(name)), reading.fields[name]
    oldest = months_before(dossier.judged_on, dossier.policy.bill_months)
    if name == "period":
        oldest = oldest.replace(day=1)
    expected = f"≥ {oldest.isoformat()}"
    if day < oldest:
        text = (f"账单日期{day}，已超过{dossier.policy.bill_months}个月。", f"The bill of {day} is too old.")
        return [flagged(NAME, "D02", *text, slot=_SLOT, field=name, seen=seen, expected=expected)]
    if day > dossier.judged_on:
        text = ("账单日期在今天之后，将由人工查看。", "The bill is dated in the future; a person will look.")
        return [unsure(NAME, *text, slot=_SLOT, field=name, seen=seen, expected=expected)]
    text = ("账单在期限内。", "The bill is recent enough.")
    return [passed(NAME, *text, slot=_SLOT, field=name, seen=seen, expected=expected)]


def _holder(reading: Reading, dossier: DossierFacts) -> list[Finding]:
    seen, claims = reading.fields.get("holder"), dossier.claims
    if seen is None or not claims.name or any(mark in seen.text for mark in _MASKS):
        return []
    if claims.legal_representative and same(seen.text, claims.legal_representative):
        text = ("账单户名为法定代表人。", "The bill is in the legal representative's name.")
        return [passed(NAME, *text, slot=_SLOT, field="holder", seen=seen, expected=claims.name)]
    verdict = compare_text(claims.name, seen)
    if verdict == "same":
        text = ("账单户名与单位名称一致。", "The bill is in the organisation's name.")
        return [passed(NAME, *text, slot=_SLOT, field="holder", seen=seen, expected=claims.name)]
    owners = {d.owner for d in claims.destinations}
    if "staff" in owners and (card := _name_on(dossier.reading("owner_id"))):
        return [_against_card(seen, card)]
    if verdict == "close" or owners & {"affiliate", "staff"}:
        text = ("账单户名未能确认，将由人工查看。", "The bill's holder is not surely the same; a person will look.")
        return [unsure(NAME, *text, slot=_SLOT, field="holder", seen=seen, expected=claims.name)]
    text = ("账单户名与单位名称不一致。", "The bill is in another name.")
    return [flagged(NAME, "D10", *text, slot=_SLOT, field="holder", seen=seen, expected=claims.name)]


def _against_card(seen: Field, card: str) -> Finding:
    """Judge the bill of a line of staff against its owner's ID card."""
    if same(seen.text, card):
        text = ("账单户名与机主身份证一致。", "The bill is in the name on the owner's ID card.")
        return passed(NAME, *text, slot=_SLOT, field="holder", seen=seen, expected=card)
    text = ("账单户名与机主身份证不一致。", "The bill is not in the name on the owner's ID card.")
    return flagged(NAME, "D10", *text, slot=_SLOT, field="holder", seen=seen, expected=card)


def _name_on(card: Reading | None) -> str:
    return card.text("name") if card else ""


def _line(reading: Reading, dossier: DossierFacts) -> list[Finding]:
    seen = reading.fields.get("line")
    stated = [classify(claim.line).digits for claim in dossier.claims.destinations]
    if seen is None or not seen.value or not stated:
        return []
    printed = seen.value
    if any(line == printed or (len(printed) >= 7 and line.endswith(printed)) for line in stated):
        text = ("账单号码就是填写的目的码。", "The bill is for the line stated.")
        return [passed(NAME, *text, slot=_SLOT, field="line", seen=seen, expected=stated[0])]
    if seen.confidence < 0.9:
        text = ("账单号码未能确认，将由人工查看。", "The bill's number is not surely the same; a person will look.")
        return [unsure(NAME, *text, slot=_SLOT, field="line", seen=seen, expected=stated[0])]
    text = ("账单号码不是填写的目的码。", "The bill is for another line.")
    return [flagged(NAME, "D01", *text, slot=_SLOT, field="line", seen=seen, expected=", ".join(stated))]
