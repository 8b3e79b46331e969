"""What a report may be about, in both languages, and what the trade's own survey found of each class."""

from __future__ import annotations

CLASSES: dict[str, tuple[str, str]] = {
    "fraud": ("有人用这个号码行骗", "Somebody uses it to cheat"),
    "price": ("收费争议", "A dispute about charges"),
    "false_registration": ("冒用我单位名义，或登记不实", "It uses our name, or the registration is false"),
    "provider_gone": ("代理商失联", "The agent has disappeared"),
    "attitude": ("服务态度", "Bad service"),
    "console": ("后台无法登录或设置不生效", "The console fails, or settings take no effect"),
    "other": ("其他", "Something else"),
}
"""The trade's five, fraud, and the rest; `fraud` stands first, for whoever was cheated is in a hurry."""

SHORT: dict[str, tuple[str, str]] = {
    "fraud": ("涉诈", "Fraud"),
    "price": ("收费", "Price"),
    "false_registration": ("登记不实", "Registration"),
    "provider_gone": ("代理失联", "Agent gone"),
    "attitude": ("服务态度", "Service"),
    "console": ("后台故障", "Console"),
    "other": ("其他", "Other"),
}
"""For tables and charts."""

TRADE_SURVEY: dict[str, float] = {
    "price": 26.25,
    "false_registration": 20.0,
    "provider_gone": 16.25,
    "attitude": 13.75,
    "console": 12.5,
}
"""Shares of all complaints about 400 numbers in per cent (source: trade survey); fraud is not asked there."""
