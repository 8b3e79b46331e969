"""Is there a call script, and does it say whose product or service is spoken about?"""

from __future__ import annotations

from itertools import pairwise

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.words import texts_about_use

NAME = "script_content"
_SLOT = "use_statement"
_COMMON = set("您好请问有什么可以帮助这里是客服中心热线服务电话为您人工咨询联系我们公司有限责任的")


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag U02 where the statement of use has no script, or one that names neither the firm nor what it is used for."""
    statement = dossier.reading(_SLOT)
    if statement is None or statement.kind != "use_statement" or not statement.quality.is_legible:
        return []
    texts = texts_about_use(dossier)
    scripts = [(slot, text) for field, slot, text in texts if field == "script" and len(plain(text)) >= 6]
    if not scripts:
        text = ("没有应答话术。", "There is no call script.")
        return [flagged(NAME, "U02", *text, slot=_SLOT, field="script")]
    known = _pairs(dossier.claims.name) | set().union(*(_pairs(text) for field, _, text in texts if field == "use"))
    if not dossier.claims.name or any(_pairs(text) & known for _, text in scripts):
        text = ("话术说明了单位、产品或服务。", "The script names the firm, product or service.")
        return [passed(NAME, *text, slot=_SLOT, field="script", read=scripts[-1][1][:60])]
    text = ("话术没有提到单位、产品或服务。", "The script names neither firm, product nor service.")
    return [flagged(NAME, "U02", *text, slot=_SLOT, field="script", read=scripts[-1][1][:60])]


def _pairs(text: str) -> set[str]:
    """Return the pairs of characters that say something: not those of every greeting."""
    return {a + b for a, b in pairwise(plain(text)) if not {a, b} & _COMMON}
