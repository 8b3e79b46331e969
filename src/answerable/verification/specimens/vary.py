"""Vary a licence as the field does: layout, keys, marks, light; for measuring how well fields are read."""

from __future__ import annotations

from random import Random
from typing import Any

from answerable.verification.specimens.invent import firm
from answerable.verification.specimens.licence import KEY_VARIANTS, PERSON_KEYS

_ITEMS = (
    "技术开发", "技术咨询", "软件销售", "日用百货销售", "办公用品销售", "国内贸易代理", "物业管理", "停车场服务", "会议及展览服务",
    "餐饮管理", "食品销售（仅销售预包装食品）", "建筑材料销售", "五金产品零售", "装修设计", "家用电器安装服务", "日用电器修理",
    "货物进出口", "广告设计、代理", "互联网信息服务", "普通货物仓储服务（不含危险化学品等需许可审批的项目）", "第二类医疗器械销售",
    "机械设备租赁", "企业管理咨询", "市场营销策划", "园林绿化工程施工", "电子产品销售",
)  # fmt: skip
_MARKS = ("仅用于办理400业务使用", "仅供实名登记使用", "复印无效仅限本次业务")
_KEYS_BY_SUBJECT = {
    "company": ("法定代表人", "法定代表人姓名"), "sole_trader": ("经营者", "经营者姓名"), "partnership": ("执行事务合伙人",),
    "branch": ("负责人",), "owner": ("投资人",),
}  # fmt: skip


def vary_licence(seed: int) -> dict[str, Any]:
    """Return the facts of one licence out of many; half are hasty photographs, some are copies, stamped, watermarked."""
    dice = Random(f"vary/{seed}")
    layout = dice.choices(["portrait", "landscape", "old"], [9, 9, 2])[0]
    subject = dice.choices(list(PERSON_KEYS), [8, 2, 1, 1, 1])[0]
    facts: dict[str, Any] = {"layout": layout, "subject": subject, "keys": _keys(dice, subject)}
    facts["rough"] = dice.random() < 0.5
    if dice.random() < 0.5:
        facts["scope"] = "；".join(dice.sample(_ITEMS, dice.randint(4, 12))) + dice.choice(
            ["。", "（依法须经批准的项目，经相关部门批准后方可开展经营活动）", ""]
        )
    if dice.random() < 0.25:
        facts["watermark"] = dice.choice(_MARKS)
    if dice.random() < 0.15:
        facts["black_and_white"] = True
    if dice.random() < 0.35:
        facts["seal"] = firm(dice)["name"]
        facts["seal_at"] = (dice.uniform(0.3, 0.7), dice.uniform(0.35, 0.85))
    facts["has_qr"] = dice.random() < 0.9
    return facts


def _keys(dice: Random, subject: str) -> dict[str, str]:
    """Choose a key for each field; the person's must fit the subject."""
    keys = {name: dice.choice(variants) for name, variants in KEY_VARIANTS.items() if dice.random() < 0.4}
    keys["person"] = dice.choice(_KEYS_BY_SUBJECT[subject])
    return keys
