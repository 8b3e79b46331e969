"""What a holder consents to when an agent or the operator ends: the wording, in versions; a step keeps its version."""

from __future__ import annotations

CURRENT = "2026-11"

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "2026-11": {
        "agent": (
            "本单位同意：所选号码的合同照旧与运营主体履行，预付费用照旧有效；以后的服务和联系由所选的一方承担。选择其他代理商的，"
            "同意把号码、套餐和到期日告知该代理商。",
            "We agree: our contract with the operator and what we have paid ahead stay as they are for the numbers chosen; the"
            " party chosen serves us from then on. If that is another agent, it is told the number, its package and its end.",
        ),
        "operator": (
            "本单位同意：所选号码按所选去向办理，尚未用完的预付期限由接收方承接；接收方出具回执之前，号码在本平台照常接通。",
            "We agree: the numbers chosen go where we chose, and whoever takes them takes over the term we have paid ahead."
            " Until its receipt is here the numbers are connected here as before.",
        ),
    }
}
