"""Are the starred fields of the acceptance form filled?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "acceptance"
_SLOT = "acceptance_form"
_STARRED = {
    "name": "客户名称", "code": "统一社会信用代码", "person": "法定代表人", "handler": "经办人", "handler_id": "经办人证件号码",
    "number_400": "400号码", "line": "第一目的码", "use": "使用用途",
}  # fmt: skip


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag L11 for starred fields whose key is printed and whose place is blank; a key that was not read says nothing."""
    reading = dossier.reading(_SLOT)
    if reading is None or reading.kind != "acceptance_form" or not reading.quality.is_legible:
        return []
    blank = [zh for name, zh in _STARRED.items() if name in reading.fields and not reading.text(name)]
    if blank:
        zh = "、".join(blank)
        text = (f"受理单带*的栏目没有填写：{zh}。", "Starred fields of the acceptance form are blank.")
        return [flagged(NAME, "L11", *text, slot=_SLOT, read=zh)]
    return [passed(NAME, "受理单带*的栏目已填写。", "The starred fields are filled.", slot=_SLOT)]
