"""Is a line where the organisation is registered? Elsewhere it needs a lease, and a high-risk industry may not have it."""

from __future__ import annotations

import re

from answerable.lib.lines import Line, classify
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.words import first_word

NAME = "line_place"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D11 for a high-risk industry's line elsewhere or in a high-risk area, D12 for a line elsewhere without lease."""
    found: list[Finding] = []
    for index, claim in enumerate(dossier.claims.destinations):
        line = classify(claim.line)
        if line.kind == "fixed" and line.area_zh:
            found += _look(dossier, line, f"destinations.{index}")
    return found


def _look(dossier: DossierFacts, line: Line, field: str) -> list[Finding]:
    policy, address = dossier.policy, dossier.claims.address
    away = bool(address) and not _is_in(line.area_zh, address)
    industry = dossier.claims.industry or (dossier.register.industry if dossier.register else "")
    word = first_word(industry, policy.high_risk_industries)
    if word and (away or line.area_code in policy.high_risk_areas):
        text = (f"高风险行业“{word}”绑定了{line.area_zh}的线路。", f"High-risk industry with a line in {line.area_en}.")
        return [flagged(NAME, "D11", *text, field=field, read=line.digits, expected=address)]
    if not away:
        text = ("线路在注册地。", "The line is where the organisation is registered.")
        return [passed(NAME, *text, field=field, read=line.area_zh)] if address else []
    if policy.off_site_needs_lease and not (dossier.uploaded("lease") and dossier.uploaded("office_photo")):
        text = ("异地线路须有租赁协议和实景照片。", "A line elsewhere needs the lease and a photo of the office.")
        return [flagged(NAME, "D12", *text, slot="lease", field=field, read=line.area_zh, expected=address)]
    return []


def _is_in(area: str, address: str) -> bool:
    """Compare the city of an area code with an address: 浙江省杭州市 is in 杭州市西湖区…; counties share their city's code."""
    names = [name for name in re.split(r"省|自治区|市|地区|自治州|盟", area) if name]
    return any(name in address for name in names)
