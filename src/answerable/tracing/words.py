"""What the PDF prints in place of codes, for a court that reads Chinese; `trace.json` keeps the codes."""

from __future__ import annotations

from answerable.complaints.models import Report
from answerable.complaints.taxonomy import kinds
from answerable.lib.lines import CARRIER_NAMES
from answerable.numbers.models import LineCarrier, Measure
from answerable.numbers.states import STOP_REASONS, Business, Network
from answerable.orders.models import Order
from answerable.parties.models import AgentPenalty, Counter, Membership
from answerable.tracing.models import TraceCase
from answerable.verification.models import Dossier, Recheck, RequirementSet, Review
from answerable.verification.rechecks import STOCK_FINDINGS

LOG = {
    "lock": "签约付款", "handling": "营业厅受理", "approval": "审核通过", "registration": "运营商登记", "opening": "开通",
    "line_proven": "线路核验", "arrival": "自他处移入", "line_removed": "解绑线路", "stop": "停机", "stop_opened": "公开停机原因", "lift": "恢复",
    "pause": "停机保号", "resume": "恢复使用", "transfer": "过户", "renamed": "更名", "release": "销号",
}  # fmt: skip
DOCUMENT = {"kept": "在存", "locked": "已锁定", "erased": "已删除"}
LINE = {"fixed": "固定电话", "mobile": "手机"}
SHARES = {
    "number": "同一号码",
    "holder": "同一单位",
    "handler": "同一经办人",
    "line": "同一线路",
    "address": "同一登录地址",
}
WHAT = {"trace": "追查", "report": "举报", "measure": "处置", "finding": "核查发现", "recheck": "重新核验"}
AGENT_STATES = {
    "none": "未签约",
    "active": "合作中",
    "suspended": "暂停合作",
    "ended": "已终止",
    "over": "许可证或协议已到期",
}


def _zh(table: object) -> dict[str, str]:
    return {str(value): str(label) for value, label in table.choices}  # type: ignore[attr-defined]


def words() -> dict[str, dict[str, str]]:
    """Return the words by what they are of."""
    reasons = {code: names[0] for code, names in STOP_REASONS.items()}
    detail = _zh(Report.Class) | {code: kind.zh for code, kind in kinds().items()} | _zh(Measure.Level) | reasons
    detail |= {code: names[0] for code, names in STOCK_FINDINGS.items()} | _zh(Recheck.Ground) | _zh(TraceCase.Ground)
    outcome = _zh(Report.State) | _zh(Report.Decision) | _zh(Measure.End) | _zh(Recheck.State) | _zh(TraceCase.State)
    outcome |= {"in_force": "有效", "proposed": "待确认", "confirmed": "已确认", "dismissed": "不停机或已排除"}
    return {
        "business": _zh(Business), "network": _zh(Network), "log": LOG, "line": LINE,
        "carrier": {code: names[0] for code, names in CARRIER_NAMES.items()}, "range": _zh(LineCarrier.Kind),
        "role": _zh(Membership.Role), "purpose": _zh(RequirementSet.Purpose), "dossier_kind": _zh(Dossier.Kind),
        "dossier": _zh(Dossier.State), "document": DOCUMENT, "channel": _zh(Counter.Kind), "stage": _zh(Review.Stage),
        "decision": _zh(Review.Decision), "order_kind": _zh(Order.Kind), "order": _zh(Order.State), "shares": SHARES,
        "what": WHAT, "detail": detail, "outcome": outcome, "agent": AGENT_STATES, "penalty": _zh(AgentPenalty.Kind),
    }  # fmt: skip
