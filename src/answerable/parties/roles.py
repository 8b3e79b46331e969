"""Who at the operator may do what: the one table of roles and permissions."""

from __future__ import annotations

PERMISSIONS: dict[str, frozenset[str]] = {
    "counter": frozenset({"handle"}),
    "reviewer": frozenset({"review", "see_documents"}),
    "cashier": frozenset({"match_payments"}),
    "risk": frozenset({"stop_numbers", "see_complaints", "see_calls"}),
    "operations": frozenset({"register_numbers", "see_operations"}),
    "auditor": frozenset({"see_trail"}),
}

NAMES: dict[str, tuple[str, str]] = {
    "counter": ("受理员", "Counter staff"),
    "reviewer": ("审核员", "Reviewer"),
    "cashier": ("出纳", "Cashier"),
    "risk": ("风控专员", "Risk officer"),
    "operations": ("运维工程师", "Operations engineer"),
    "auditor": ("审计员", "Auditor"),
}

INCOMPATIBLE = (frozenset({"counter", "reviewer"}), frozenset({"cashier", "reviewer"}))
"""Pairs one person may never hold together (受理与审核分离)."""


def permissions(roles: list[str]) -> frozenset[str]:
    """Collect what `roles` may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
