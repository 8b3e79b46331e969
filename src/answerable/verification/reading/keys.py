"""The printed keys of each kind of document: our name for a field, and how papers print it.

Licence keys are those seen on 748 annotated licences.
"""

from __future__ import annotations

from answerable.verification.reading.model import Kind

Keys = dict[str, tuple[str, ...]]

LICENCE: Keys = {
    "code": ("统一社会信用代码", "社会信用代码"),
    "registration_no": ("注册号", "注册号码"),
    "name": ("名称", "字号名称", "企业名称", "公司名称", "单位名称", "个体工商户名称"),
    "type": ("类型", "企业类型", "公司类型", "组成形式", "主体类型", "经济性质"),
    "person": (
        "法定代表人", "执行事务合伙人", "经营者", "法定代表人姓名", "经营者姓名", "负责人", "投资人", "投资人姓名",
        "负责人姓名", "首席代表",
    ),
    "address": ("住所", "主要经营场所", "经营场所", "营业场所", "主要经营所", "企业住所", "生产经营场所"),
    "started": ("成立日期", "注册日期", "登记日期"),
    "term": ("营业期限", "经营期限", "合伙期限", "有效期", "驻在期限"),
    "capital": ("注册资本", "注册资金", "出资总额", "成员出资总额", "认缴出资额", "出资额", "开办资金"),
    "paid_capital": ("实收资本",),
    "scope": ("经营范围", "业务范围", "经营范围及方式", "宗旨和业务范围"),
    "registrar": ("登记机关", "发证机关"),
}  # fmt: skip
CARD: Keys = {
    "name": ("姓名",),
    "sex": ("性别",),
    "nation": ("民族",),
    "born": ("出生",),
    "address": ("住址",),
    "id_number": ("公民身份号码", "公民身份证号码"),
    "authority": ("签发机关",),
    "validity": ("有效期限",),
}
LICENCE_TAILS: Keys = {
    "name": ("称",), "type": ("型",), "address": ("所",),
    "person": ("定代表人", "代表人", "表人", "营者", "资人", "责人", "定代表人姓名", "代表人姓名", "表人姓名"),
}  # fmt: skip
"""What is left of a spread key (名　　称) when the engine loses its first character; a colon must follow."""
_ENTERPRISE: Keys = {
    "name": (
        "单位名称", "客户名称", "企业名称", "公司名称", "申请单位", "使用单位名称", "委托单位", "承诺单位", "乙方",
        "单位(盖章)", "单位（盖章）", "公司全称", "客户全称",
    ),
    "code": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "person": ("法定代表人", "法人代表", "法定代表人姓名"),
    "signed": ("日期", "签署日期", "签订日期", "承诺日期"),
}  # fmt: skip
_HANDLER: Keys = {
    "handler": ("经办人", "被授权人", "受托人", "经办人姓名", "被委托人", "代理人"),
    "handler_id": (
        "经办人身份证号码", "经办人身份证号", "经办人证件号码", "身份证号码", "身份证号", "证件号码",
        "被授权人身份证号", "受托人身份证号",
    ),
    "handler_mobile": ("经办人手机号", "经办人电话", "联系电话", "手机号码", "手机号", "经办人手机号码"),
}  # fmt: skip
_ORDER: Keys = {
    "number_400": ("400号码", "400业务号码", "申请号码", "业务号码"),
    "line": ("第一目的码", "目的码", "绑定号码", "落地号码"),
    "use": ("使用用途", "用途", "申请用途", "业务用途"),
}
BILL: Keys = {
    "holder": ("客户名称", "户名", "用户名称", "机主名称", "机主", "付款方名称", "客户姓名", "用户名", "账户名称"),
    "line": (
        "业务号码",
        "电话号码",
        "用户号码",
        "设备号码",
        "固话号码",
        "固定电话",
        "计费号码",
        "服务号码",
        "手机号码",
        "号码",
    ),
    "period": ("计费账期", "账期", "计费周期", "账单周期", "计费月份", "账单月份"),
    "billed": ("开具日期", "账单日期", "打印日期", "出账日期", "开票日期", "制单日期", "查询日期"),
    "address": ("客户地址", "装机地址", "地址"),
    "total": ("合计", "费用合计", "应缴金额", "本期费用合计"),
    "item": ("费用项目",),
}
SINGLE_LINE = frozenset(
    (
        "sex", "nation", "born", "code", "registration_no", "started", "signed", "billed", "period", "total", "line",
        "item", "handler", "handler_id", "handler_mobile", "number_400", "id_number", "validity", "authority",
    )
)  # fmt: skip
"""Fields that never go on below: what stands there belongs to something else."""
KEYS: dict[Kind, Keys] = {
    "business_licence": LICENCE,
    "organisation_certificate": LICENCE,
    "organisation_code_certificate": LICENCE,
    "id_portrait": CARD,
    "id_emblem": CARD,
    "id_both": CARD,
    "id_temporary": CARD,
    "authorisation_letter": _ENTERPRISE | _HANDLER,
    "acceptance_form": _ENTERPRISE | _HANDLER | _ORDER,
    "contract": _ENTERPRISE | {"operator": ("甲方",)},
    "commitment": _ENTERPRISE | {"user": ("使用单位", "用户名称", "业务使用单位", "承诺人")},
    "use_statement": _ENTERPRISE | {"use": _ORDER["use"], "script": ("话术", "应答话术", "服务话术", "话术内容")},
    "bill": BILL,
}
