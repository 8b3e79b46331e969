"""The fields of the regulator's weekly form about 400 numbers, in its order: a name, and what exactly is counted.

The form's fields are fixed (provincial regulator's form); how each is counted is ours, and stands in the report itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field. A rate is made of a part and a whole; what `is_entered` no table of ours knows: a person enters it."""

    name: tuple[str, str]
    how: tuple[str, str]
    is_rate: bool = False
    is_entered: bool = False


FIELDS: dict[str, Field] = {
    "users": Field(("用户数", "Users"), ("周末仍为某号码负责的单位数", "Organisations that answer for a number at the week's end")),
    "real_name_rate": Field(
        ("实名率", "Real-name rate"),
        ("实名核验有效的号码 / 在用及待补实名的号码", "Numbers with a verification in force / numbers in service or unverified"), is_rate=True,
    ),
    "old_user_check_rate": Field(
        ("存量用户核查率", "Old-user check rate"),
        ("周初已在用的号码中，近一年存量核查查过的 / 全部", "Of numbers in service before the week: looked at by a stock check within a year / all"),
        is_rate=True,
    ),
    "enterprises_stopped": Field(("停机企业数", "Enterprises stopped"), ("本周有号码被停机的单位数", "Organisations with a number stopped in the week")),
    "numbers_stopped": Field(("停机号码数", "Numbers stopped"), ("本周被停机的号码数", "Numbers stopped in the week")),
    "agents": Field(("代理商总数", "Agents in all"), ("周末合作中和暂停合作的代理商数", "Agents active or suspended at the week's end")),
    "agents_cleaned": Field(("清理代理商数", "Agents cleaned"), ("本周终止代理的代理商数", "Agencies ended in the week")),
    "trunks": Field(("中继总数", "Trunks in all"), ("登记的中继数，含已关闭的", "Trunks on record, closed ones too")),
    "trunks_unauthenticated": Field(("未鉴权中继数", "Unauthenticated trunks"), ("启用而没有登记来源地址的中继数；登记中继必须填写来源地址，因此为 0", "Enabled trunks without a source address on record; none is recorded without one, so it is 0")),
    "trunks_closed": Field(("关闭中继数", "Closed trunks"), ("已关闭的中继数", "Trunks that are switched off")),
    "trunk_authentication_rate": Field(
        ("中继鉴权率", "Trunk authentication rate"), ("按来源地址鉴权的启用中继 / 启用的中继", "Enabled trunks authenticated by address / enabled trunks"), is_rate=True
    ),
    "spoofed_callers_blocked": Field(
        ("拦截虚假主叫数", "Spoofed callers blocked"), ("本周闸门因冒用 400 号码作主叫而拦截的来电数", "Calls of the week refused at the gate for showing a 400 number as caller")
    ),
    "reports_received": Field(("收到举报数", "Reports received"), ("本周收到的举报数", "Reports received in the week")),
    "reports_handled": Field(("处理举报数", "Reports handled"), ("本周首次作出处理或答复的举报数", "Reports first decided or answered in the week")),
    "warnings_sent": Field(("发出警示数", "Warnings sent"), ("本周对持有单位发出的警示数", "Warnings given to holders in the week")),
    "leads_passed_on": Field(
        ("移交线索数", "Leads passed on"), ("本周移交公安或监管部门的线索数，由报送人填写", "Leads passed to police or regulator in the week; entered by who sends"), is_entered=True
    ),
}  # fmt: skip
