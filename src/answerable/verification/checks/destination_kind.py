"""May a line be a destination? Fixed lines may; virtual operators, VoIP, 400, 95, short and foreign numbers never."""

from __future__ import annotations

from answerable.lib.lines import Line, classify
from answerable.verification.checks.facts import DossierFacts, Policy
from answerable.verification.checks.finding import Finding, flagged, passed

NAME = "destination_kind"
_REFUSED = {
    "virtual_170": ("D06", "170号段（虚拟运营商）", "a 170 number (virtual operator)"),
    "virtual_171": ("D06", "171号段（虚拟运营商）", "a 171 number (virtual operator)"),
    "virtual_other": ("D06", "虚拟运营商号段", "a number of a virtual operator"),
    "voip": ("D07", "网络电话", "a VoIP number"),
    "service_400": ("D14", "400/800号码", "a 400 or 800 number"),
    "service_95": ("D14", "95/96特服号", "a 95 or 96 service number"),
    "short": ("D14", "特服短号", "a short number"),
    "foreign": ("D14", "境外号码", "a number abroad"),
}
_INVALID = {
    "empty": ("没有填写", "nothing is typed"),
    "characters": ("含有数字以外的字符", "it has more than digits"),
    "length": ("位数不对", "its length is wrong"),
    "area_code_missing": ("缺少区号", "the area code is missing"),
    "area_code_unknown": ("区号不存在", "there is no such area code"),
    "extension": ("不能填写分机", "an extension cannot be dialled"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Look at each line stated; the first must be a fixed line, the others may be mobiles where policy allows."""
    return [
        _refuse(claim.line, dossier, is_first=index == 0)
        or passed(
            NAME,
            "目的码类型可以受理。",
            "The line may be a destination.",
            field=f"destinations.{index}",
            read=claim.line,
        )
        for index, claim in enumerate(dossier.claims.destinations)
    ]


def _refuse(text: str, dossier: DossierFacts, *, is_first: bool) -> Finding | None:
    """Return why a line cannot be a destination, or None if it can."""
    line = classify(text, ranges=dossier.ranges)
    if line.kind in _REFUSED:
        code, zh, en = _REFUSED[line.kind]
        return flagged(
            NAME, code, f"{zh}不能作为目的码。", f"A destination cannot be {en}.", field="destinations", read=text
        )
    if line.kind == "invalid":
        zh, en = _INVALID.get(line.problem, ("无法识别", "it cannot be read"))
        return flagged(
            NAME, "D14", f"这不是可以接通的号码：{zh}。", f"This is no line that can be dialled: {en}.",
            field="destinations", read=text,
        )  # fmt: skip
    return _mobile(line, text, dossier.policy, is_first) if line.kind == "mobile" else None


def _mobile(line: Line, text: str, policy: Policy, is_first: bool) -> Finding | None:
    if not policy.mobile_destinations:
        zh, en = (
            "本运营商目前不接受手机号（运营政策，非法律规定）。",
            "This operator takes no mobiles at present (policy, not law).",
        )
    elif is_first:
        zh, en = "第一目的码须为本单位的固定电话。", "The first destination must be a fixed line of the holder."
    else:
        return None
    return flagged(NAME, "D16", zh, en, field="destinations", read=text, expected="fixed" if line.kind else "")
